"""A person with a browser."""

import asyncio
from contextlib import suppress
import re
from typing import TYPE_CHECKING, Final

from playwright.async_api import expect

from demo.errors import DemoError

from .account_pages import AccountPages
from .images import KEEP

if TYPE_CHECKING:
    from playwright.async_api import (
        BrowserContext,
        FloatRect,
        Locator,
        Page,
        Request,
        WebSocketRoute,
    )

    from demo.frontend import Frontend
    from demo.home import Home
    from simulator import Simulator

# Seconds. Far longer than anything here takes on a machine that is not busy.
LIMIT: Final = 30
POLL_INTERVAL: Final = 0.5
READING: Final = 2.5
CODE: Final = "Use a code or your phone (recommended)"
BROWSER: Final = "Use this browser"
CONTINUE: Final = "Continue"
DIALOGUE: Final = re.compile(r"/api/config/config_entries/flow/(\w+)$")


class Person:
    """Uses Home Assistant, and plex.tv in other tabs."""

    # Pictures have a high resolution; QR codes are harder to decode without it.
    SCALE: Final = 2 if KEEP else 1

    def __init__(
        self, context: BrowserContext, page: Page, home: Home, plex_tv: Simulator
    ) -> None:
        """Use an empty page."""
        self.context = context
        self.page = page
        self.account = AccountPages(page)
        self._home = home
        self._plex_tv = plex_tv
        self._connections: list[WebSocketRoute] = []
        self._begun: set[str] = set()
        page.on("request", self._note_dialogue)

    def _note_dialogue(self, request: Request) -> None:
        """Remember a dialogue: Home Assistant does not list those of a user."""
        if found := DIALOGUE.search(request.url):
            self._begun.add(found[1])

    async def go_offline(self) -> None:
        """Lose the network: the page's connection to Home Assistant breaks."""
        await self.context.set_offline(True)
        for connection in self._connections:
            await connection.close()

    async def go_online(self) -> None:
        """Have a network again."""
        await self.context.set_offline(False)

    async def _watch_connections(self) -> None:
        """Keep the page's connections, which `set_offline` does not close."""

        def watch(connection: WebSocketRoute) -> None:
            """Forward all messages."""
            connection.connect_to_server()
            self._connections.append(connection)

        await self.page.route_web_socket("**/api/websocket", watch)

    async def add_account(self, way: str = CODE) -> None:
        """Add the integration, without any sign-in, up to the code or the link."""
        await self.begin()
        await expect(self.text).to_contain_text("never sees your password")
        await self.choose(way)

    async def begin(self) -> None:
        """Add the integration, up to the choice of a way to sign in."""
        await self._watch_connections()
        await self.page.goto(str(self._home.add_url))
        # The dialogue that asks whether to set it up, in any language.
        await self.page.locator("dialog-box [slot='primaryAction']:visible").click()

    async def choose(self, way: str = CODE, go_on: str = CONTINUE) -> None:
        """Choose a way to sign in, up to the code or the link."""
        await self.page.get_by_role("radio", name=way, exact=True).click()
        await self.page.get_by_role("button", name=go_on).click()
        await expect(self.page.locator("ha-spinner")).to_be_visible()
        await expect(self.text.get_by_role("link").first).to_be_visible()

    @property
    def dialogue(self) -> Locator:
        """The window of the dialogue."""
        return self.page.locator("dialog-data-entry-flow dialog")

    @property
    def text(self) -> Locator:
        """The text of the dialogue."""
        return self.page.locator("dialog-data-entry-flow ha-markdown").first

    @property
    def code(self) -> Locator:
        """The code in the dialogue."""
        return self.text.get_by_role("heading")

    @property
    def qr_code(self) -> Locator:
        """The QR code in the dialogue."""
        return self.text.get_by_role("img")

    @property
    def success(self) -> Locator:
        """The dialogue that Home Assistant shows for an integration it added."""
        return self.page.locator("step-flow-create-entry")

    async def read_code(self) -> str:
        """Read the four characters."""
        return await self.code.inner_text()

    async def link(self) -> str:
        """Return the address of the first link, which opens in a new tab."""
        link = self.text.get_by_role("link").first
        await expect(link).to_have_attribute("target", "_blank")
        address = await link.get_attribute("href")
        assert address
        return address

    async def approve_code(self, code: str, person: str = "alice") -> None:
        """Type the code at the link page, in another tab."""
        tab = await self.context.new_page()
        await tab.goto(str(self._plex_tv.url / "link"))
        await tab.get_by_label("Code").fill(code)
        await self._approve(tab, person)

    async def follow_link_and_approve(self, person: str = "alice") -> None:
        """Open the link of the dialogue, and approve its code."""
        async with self.context.expect_page() as opened:
            await self.text.get_by_role("link").first.click()
        await self._approve(await opened.value, person)

    async def _approve(self, tab: Page, person: str) -> None:
        """Choose a person and approve."""
        await tab.get_by_label("Approve as").select_option(person)
        await tab.get_by_role("button", name="Approve").click()
        await expect(tab.get_by_role("status")).to_contain_text("is now signed in")
        await tab.close()

    async def read(self) -> None:
        """Wait for as long as reading takes, if pictures are taken."""
        if KEEP:
            await asyncio.sleep(READING)

    async def finish(self) -> None:
        """Close the success dialogue by its button."""
        finish = re.compile("finish", re.IGNORECASE)
        await self.page.get_by_role("button", name=finish).click()
        await expect(self.success).to_be_hidden()

    async def close_dialogue(self) -> None:
        """Close the dialogue by its cross."""
        await self.page.get_by_role("button", name="Close").first.click()
        await expect(self.text).to_be_hidden()

    async def box(self, locator: Locator) -> FloatRect:
        """Return the position of an element on the page."""
        box = await locator.bounding_box()
        assert box
        return box

    async def accounts(self) -> list[str]:
        """Return the names of Home Assistant's accounts."""
        async with self._home.frontend() as frontend:
            return [account["title"] for account in await frontend.accounts()]

    async def dialogues(self) -> int:
        """Count the dialogues that are in progress, with or without a page."""
        async with self._home.frontend() as frontend:
            return len(await self._open_dialogues(frontend))

    async def leave(self) -> None:
        """Close every dialogue, because closing the page does not."""
        async with self._home.frontend() as frontend:
            for flow_id in await self._open_dialogues(frontend):
                await frontend.close_flow(flow_id)

    async def _open_dialogues(self, frontend: Frontend) -> set[str]:
        """Return the dialogues that have not ended."""
        async with frontend.socket() as socket:
            listed = await socket.command("config_entries/flow/progress")
        found = {flow["flow_id"] for flow in listed}
        for flow_id in self._begun - found:
            with suppress(DemoError):
                await frontend.look(flow_id)
                found.add(flow_id)
        return found

    async def until_linked(self, account: str) -> None:
        """Wait until the account is linked, without using the page."""
        async with asyncio.timeout(LIMIT):
            while account not in await self.accounts():  # noqa: ASYNC110 - no page
                await asyncio.sleep(POLL_INTERVAL)
