"""The automatic demo, which links an account through Home Assistant's API."""

import asyncio
import io
import sys
from typing import TYPE_CHECKING, Any, Final

from aiohttp import ClientSession
import segno
from yarl import URL

from .configuration import BLUEPRINTS
from .devices import print_devices
from .errors import DemoError

if TYPE_CHECKING:
    from .frontend import Frontend, Socket
    from .home import Home

PERSON: Final = "alice"
SERVER: Final = "Attic"
PROGRESSED: Final = "data_entry_flow_progressed"
# Seconds. Far longer than a simulator on the same machine takes.
APPROVAL_LIMIT: Final = 60


async def link_and_show(home: Home) -> None:
    """Do everything that a person would do, and print the results."""
    async with home.frontend() as frontend, frontend.socket() as socket:
        flow = await _open_dialogue(frontend)
        _print_code(flow["description_placeholders"])
        await socket.command("subscribe_events", event_type=PROGRESSED)
        await _approve(URL(flow["description_placeholders"]["url"]))
        result = await _outcome(frontend, socket, flow["flow_id"])
        entry_id = result["result"]["entry_id"]
        await print_devices(socket, entry_id)
        await _set_up_media_server(frontend, socket, entry_id)
        await _print_blueprints(socket)
    if home.complaints:
        raise DemoError(f"Home Assistant's log complains: {home.complaints[0]}")


async def _open_dialogue(frontend: Frontend) -> Any:
    """Add the integration and choose the code."""
    form = await frontend.start_flow()
    _expect(form, "form")
    flow = await frontend.submit(form["flow_id"], {"way": "code"})
    _expect(flow, "progress")
    return flow


def _print_code(shown: dict[str, str]) -> None:
    """Print the code and its QR code as the dialogue shows them."""
    print(f"\nThe code is {shown['code']} and works until {shown['until']}.")
    print(f"Its page, which the QR code leads to as well, is {shown['url']}\n")
    print(_qr_text(shown["url"]))


def _qr_text(url: str) -> str:
    """Draw a QR code with half-block characters, light on dark.

    On a terminal the colours are set, because its text may be dark. A file has none.
    """
    drawn = io.StringIO()
    segno.make(url, error="L", micro=False).terminal(drawn, compact=True)
    if not sys.stdout.isatty():
        return drawn.getvalue()
    return "".join(
        f"\x1b[97;40m{line}\x1b[0m\n" for line in drawn.getvalue().splitlines()
    )


async def _approve(page: URL) -> None:
    """Submit the form of the approval page, as a person would."""
    form = {"code": page.query["pin"], "person": PERSON}
    async with ClientSession() as session, session.post(page, data=form) as answer:
        if not answer.ok:
            raise DemoError(f"The simulator answered {answer.status} to the approval")
    print(f"Approved as {PERSON} at the simulator.")


async def _outcome(frontend: Frontend, socket: Socket, flow_id: str) -> Any:
    """Wait for the dialogue's progress event, and fetch the new entry."""
    try:
        async with asyncio.timeout(APPROVAL_LIMIT):
            while (await socket.event())["data"]["flow_id"] != flow_id:
                pass
    except TimeoutError as err:
        raise DemoError(
            f"The dialogue did not move within {APPROVAL_LIMIT} seconds"
        ) from err
    result = await frontend.look(flow_id)
    _expect(result, "create_entry")
    print("The account is linked.\n")
    return result


async def _set_up_media_server(
    frontend: Frontend, socket: Socket, entry_id: str
) -> None:
    """Set a server of the account up in Home Assistant's own Plex integration."""
    options = await frontend.start_options(entry_id)
    form = await frontend.submit_options(options["flow_id"], {"task": "media_server"})
    _expect(form, "form")
    [choice] = form["data_schema"]
    [server] = [
        option["value"]
        for option in choice["selector"]["select"]["options"]
        if option["label"] == SERVER
    ]
    done = await frontend.submit_options(form["flow_id"], {choice["name"]: server})
    if done.get("reason") != "media_server_set_up":
        raise DemoError(f"{SERVER} could not be set up: {done.get('errors', done)}")
    [made] = await frontend.entries("plex")
    if made["state"] != "loaded":
        raise DemoError(f"{SERVER} was set up, but is {made['state']}")
    entities = await socket.command("config/entity_registry/list")
    added = [
        entity["entity_id"]
        for entity in entities
        if entity["config_entry_id"] == made["entry_id"]
    ]
    print(f"{SERVER} is set up in Plex Media Server: {', '.join(sorted(added))}")


async def _print_blueprints(socket: Socket) -> None:
    """Print how many blueprints are offered; raise DemoError if one is missing."""
    for kind in sorted(BLUEPRINTS.iterdir()):
        offered = await socket.command("blueprint/list", domain=kind.name)
        names = {path.name for path in kind.glob("*/*.yaml")}
        if missing := names - {path.rpartition("/")[2] for path in offered}:
            raise DemoError(f"These blueprints are not offered: {sorted(missing)}")
        print(f"Blueprints for a new {kind.name}: {len(offered)}")


def _expect(result: Any, kind: str) -> None:
    """Raise DemoError if the dialogue shows another kind of step."""
    if result["type"] != kind:
        reason = result.get("reason") or result.get("step_id")
        raise DemoError(
            f"The dialogue shows {result['type']} ({reason}) instead of {kind}"
        )
