"""A person makes automations with clicks alone."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.helpers.config_validation import time_period
from playwright.async_api import expect
import pytest

from demo.frontend import FLOWS

from .frontend_page import FrontendPage
from .keyboard import type_into
from .person import LIMIT, POLL_INTERVAL
from .test_linked_account import link_account

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from demo.home import Home
    from simulator import Simulator

    from .conftest import OpenBrowser

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOTIFICATION: Final = "Send a persistent notification"


class AutomationEditor(FrontendPage):
    """Home Assistant's automation editor, used by a person."""

    async def open(self) -> None:
        """Begin a new automation."""
        await self._page.goto(str(self._home / "config/automation/edit/new"))

    async def add_trigger(self, device: str, name: str) -> None:
        """Choose a trigger by its target."""
        await self._page.get_by_role("button", name="Add trigger").first.click()
        await self._page.get_by_role("treeitem", name="Devices").click()
        await self._page.get_by_role("treeitem", name=device).last.click()
        await self._page.get_by_role("button", name=name).click()

    async def wait_minutes(self, minutes: int) -> None:
        """Set the duration of the trigger."""
        field = self._page.get_by_role("spinbutton", name="mm")
        await type_into(field, str(minutes))
        await self._page.keyboard.press("Tab")

    async def choose_event(self, name: str) -> None:
        """Choose the type of the event."""
        await self._page.get_by_role("button", name="Event type").click()
        await self._page.get_by_text(name, exact=True).last.click()
        await self._page.keyboard.press("Escape")

    async def notify(self, message: str) -> None:
        """Add an action that shows a message."""
        await self._page.get_by_role("button", name="Add action").first.click()
        await self._search("notification")
        await self._page.get_by_role("button", name=NOTIFICATION).first.click()
        field = self._page.locator("ha-service-control").get_by_role("textbox").first
        await type_into(field, message)

    async def turn_on(self, light: str) -> None:
        """Add an action that turns a light on."""
        await self._page.get_by_role("button", name="Add action").first.click()
        await self._search("turn on light")
        await self._page.get_by_role("button", name="Turn on light").first.click()
        actions = self._page.locator("ha-service-control")
        await actions.get_by_role("button", name="Add target").click()
        await self._search(light)
        found = self._page.locator("ha-combo-box-item").filter(has_text=light)
        await found.last.click()
        await expect(actions).to_contain_text(light)

    async def save(self, name: str) -> None:
        """Save it under a name."""
        await self._save.first.click()
        await type_into(self._page.get_by_role("textbox", name="Name"), name)
        await self._save.last.click()
        await expect(self._page.get_by_text(name).first).to_be_visible()

    async def _search(self, text: str) -> None:
        """Search in the list that was opened last."""
        await type_into(self._page.get_by_placeholder("Search").last, text)

    @property
    def _save(self) -> Locator:
        """The buttons that save: that of the page, and that of the dialogue."""
        return self._page.get_by_role("button", name="Save", exact=True)


async def stored(home: Home, entity_id: str) -> Any:  # noqa: ANN401 - of any automation
    """Return the stored configuration of an automation."""
    async with home.frontend() as frontend, frontend.socket() as socket:
        got = await socket.command("automation/config", entity_id=entity_id)
    return got["config"]


async def add_light(home: Home, name: str) -> None:
    """Add a light that exists only in Home Assistant."""
    async with home.frontend() as frontend:
        flow = await frontend.call("POST", FLOWS, {"handler": "template"})
        await frontend.submit(flow["flow_id"], {"next_step_id": "light"})
        await frontend.submit(
            flow["flow_id"], {"name": name, "turn_on": [], "turn_off": []}
        )


async def state_of(home: Home, entity_id: str) -> str:
    """Return the state of an entity."""
    async with home.frontend() as frontend:
        state = await frontend.call("GET", f"api/states/{entity_id}")
    return str(state["state"])


async def test_a_server_is_away(open_browser: OpenBrowser, home: Home) -> None:
    """An automation for a server that is unreachable for five minutes is saved."""
    person = await open_browser(height=1000)
    await link_account(person)
    editor = AutomationEditor(person.page, home.url)
    await editor.open()
    await editor.add_trigger("Attic", "Server became unreachable")
    await editor.wait_minutes(5)
    await editor.notify("Attic is away")
    await editor.save("Server away")
    automation = await stored(home, "automation.server_away")
    [trigger] = automation["triggers"]
    assert trigger["trigger"] == "plex_account.server_became_unreachable"
    assert time_period(trigger["options"]["for"]) == timedelta(minutes=5)
    assert trigger["target"]["device_id"]
    [action] = automation["actions"]
    assert action["data"]["message"] == "Attic is away"


async def test_a_film_starts(
    open_browser: OpenBrowser, home: Home, plex_tv: Simulator
) -> None:
    """A film that starts turns the light on."""
    await add_light(home, "Sofa")
    person = await open_browser(height=1000)
    await link_account(person)
    editor = AutomationEditor(person.page, home.url)
    await editor.open()
    await editor.add_trigger("Attic", "Event received")
    await editor.choose_event("Started")
    await editor.turn_on("Sofa")
    await editor.save("Film")
    assert await state_of(home, "light.sofa") != "on"
    playback = plex_tv.servers["Attic"].playback
    film = playback.start(plex_tv.people["casey"])
    try:
        async with asyncio.timeout(LIMIT):
            while await state_of(home, "light.sofa") != "on":  # noqa: ASYNC110
                await asyncio.sleep(POLL_INTERVAL)
    finally:
        playback.stop(film)
