"""One Home Assistant process with a plex.tv of its own."""

import asyncio
from contextlib import AsyncExitStack
import json
from typing import TYPE_CHECKING, Any, Final, Self

from aiohttp import ClientError, ClientSession

from demo.automatic import PROGRESSED
from demo.errors import DemoError
from demo.frontend import DOMAIN, Frontend
from demo.home import Home
from simulator import Simulator
from tests.helpers.ports import non_ephemeral_port

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from pathlib import Path

    from yarl import URL

PERSON: Final = "alice"
# Seconds. Far longer than anything here takes on a machine that is not busy.
PATIENCE: Final = 30
POLL_INTERVAL: Final = 0.1
PRODUCT: Final = "Home Assistant (Plex Account)"


class Installation:
    """A Home Assistant in a folder, with a plex.tv of its own."""

    def __init__(self, folder: Path, *, marketplace: URL | None = None) -> None:
        """Prepare both; `marketplace` replaces GitHub, as `Home` documents."""
        self.plex_tv = Simulator(media_servers=True)
        self._folder = folder
        self._marketplace = marketplace
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start both."""
        async with AsyncExitStack() as running:
            await running.enter_async_context(self.plex_tv)
            self.home = self.another_home(self._folder, port=non_ephemeral_port())
            await running.enter_async_context(self.home)
            self._running = running.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop both."""
        await self._running.aclose()

    def another_home(self, folder: Path, *, port: int) -> Home:
        """Return a Home Assistant in a folder, with the same plex.tv."""
        return Home(
            folder,
            port=port,
            plex_tv={
                "api": self.plex_tv.url,
                "discover": self.plex_tv.discover.url,
            },
            bare=True,
            marketplace=self._marketplace,
        )

    async def kill_during(
        self, work: Coroutine[Any, Any, object], moment: Awaitable[None]
    ) -> None:
        """Kill Home Assistant during some work, or just after it."""
        task = asyncio.create_task(work)
        await moment
        await self.home.kill()
        [outcome] = await asyncio.gather(task, return_exceptions=True)
        lost = ClientError | DemoError
        if isinstance(outcome, BaseException) and not isinstance(outcome, lost):
            raise outcome

    async def has_stored(self) -> bool:
        """Return whether an account is on the disk."""
        return bool(self.stored())

    def stored(self) -> list[dict[str, Any]]:
        """Read the entries of linked accounts from the disk."""
        file = self.home.folder / ".storage" / "core.config_entries"
        if not file.exists():
            return []
        entries = json.loads(file.read_text(encoding="utf-8"))["data"]["entries"]
        return [entry for entry in entries if entry["domain"] == DOMAIN]

    async def rows(self) -> list[str]:
        """List the person's authorised devices that are ours, by client identifier."""
        watcher = "watches the devices"
        token = self.plex_tv.sign_in(PERSON, watcher)
        headers = {
            "Accept": "application/json",
            "X-Plex-Client-Identifier": watcher,
            "X-Plex-Token": token,
        }
        async with (
            ClientSession(headers=headers) as session,
            session.get(self.plex_tv.url / "api/v2/devices") as answer,
        ):
            return [
                row["clientIdentifier"]
                for row in await answer.json()
                if row["product"] == PRODUCT
            ]


async def until(
    ready: Callable[[], Awaitable[object]], limit: float = PATIENCE
) -> None:
    """Poll until a condition is true that no event reports."""
    async with asyncio.timeout(limit):
        while not await ready():  # noqa: ASYNC110 - no event
            await asyncio.sleep(POLL_INTERVAL)


async def link(installation: Installation, frontend: Frontend) -> None:
    """Link the account for the first time."""
    flow = await frontend.start_flow()
    result = await sign_in(installation, frontend, flow["flow_id"])
    assert result["type"] == "create_entry"


async def signed_in(frontend: Frontend) -> bool:
    """Assert that one account is loaded, and return whether it is signed in."""
    [account] = await frontend.accounts()
    assert account["state"] == "loaded"
    entity = f"binary_sensor.{account['title']}_signed_in"
    state = await frontend.call("GET", f"api/states/{entity}")
    return bool(state["state"] == "on")


async def link_again(installation: Installation, frontend: Frontend) -> None:
    """Link the account again in the reauthentication flow, which starts by itself."""
    await until(lambda: requests(frontend))
    [flow_id] = await requests(frontend)
    result = await sign_in(installation, frontend, flow_id)
    assert result["reason"] == "reauth_successful"


async def add_home_user(
    installation: Installation, frontend: Frontend, person: str, pin: str
) -> None:
    """Add a user of the Plex Home who has a PIN."""
    [account] = await frontend.accounts()
    path = "api/config/config_entries/subentries/flow"
    handler = [account["entry_id"], "home_user"]
    flow = await frontend.call("POST", path, {"handler": handler})
    step = f"{path}/{flow['flow_id']}"
    uuid = installation.plex_tv.people[person].uuid
    await frontend.call("POST", step, {"user": uuid})
    result = await frontend.call("POST", step, {"pin": pin})
    assert result["type"] == "create_entry"


async def requests(frontend: Frontend) -> list[str]:
    """List the ids of the reauthentication flows."""
    async with frontend.socket() as socket:
        flows = await socket.command("config_entries/flow/progress")
    return [flow["flow_id"] for flow in flows if flow["context"]["source"] == "reauth"]


async def sign_in(installation: Installation, frontend: Frontend, flow_id: str) -> Any:  # noqa: ANN401
    """Choose the code, approve it at once, and return the flow's result."""
    async with frontend.socket() as socket:
        await socket.command("subscribe_events", event_type=PROGRESSED)
        shown = await frontend.submit(flow_id, {"way": "code"})
        installation.plex_tv.approve(shown["description_placeholders"]["code"], PERSON)
        while (await socket.event())["data"]["flow_id"] != flow_id:
            pass
        return await frontend.look(flow_id)
