"""The action `get_token`, and redaction in the action `request`."""

import json
from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_TOKEN
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER
from simulator import Fault
from tests.helpers.actions import act, allow, device_id, failure, text_of
from tests.helpers.routes import SECTIONS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link

NOT_ALLOWED = (
    "The settings of alice_attic do not allow actions to hand out tokens. To change "
    "this, go to Settings > Devices & services > Plex Account, select the gear icon of "
    "alice_attic, and then select Settings"
)


async def ask(hass: HomeAssistant, answer: dict[str, Any], path: str) -> int:
    """Send a request as another program does with the response of `get_token`."""
    session = async_get_clientsession(hass)
    url = f"{answer['address']}{path}"
    async with session.get(url, headers=answer["headers"]) as response:
        return response.status


async def test_not_allowed_at_first(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """No token is returned unless the option allows it."""
    attic = {"device_id": device_id(hass, alice, "Attic")}
    for forbid in (False, True):
        if forbid:
            allow(hass, alice)
            assert await act(hass, "get_token", attic)
            allow(hass, alice, allowed=False)
        for data in ({}, attic):
            error = await failure(hass, "get_token", data)
            assert type(error) is ServiceValidationError
            assert text_of(error) == NOT_ALLOWED


async def test_allowed_for_one_account(
    hass: HomeAssistant, link: Link, alice: MockConfigEntry
) -> None:
    """The option of one account does not apply to another."""
    bob = await link("bob")
    allow(hass, bob)
    error = await failure(hass, "get_token", {"config_entry_id": alice.entry_id})
    assert text_of(error) == NOT_ALLOWED
    answer = await act(hass, "get_token", {"config_entry_id": bob.entry_id})
    assert answer["token"] == bob.data[CONF_TOKEN]


async def test_the_token_of_the_account(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The account's token comes with the headers that identify the client."""
    allow(hass, alice)
    answer = await act(hass, "get_token")
    assert set(answer) == {"token", "headers"}
    assert answer["token"] == alice.data[CONF_TOKEN]
    headers = answer["headers"]
    assert headers["X-Plex-Token"] == answer["token"]
    assert headers["X-Plex-Client-Identifier"] == alice.data[CONF_CLIENT_IDENTIFIER]
    answer["address"] = plex_tv.url.origin()
    assert await ask(hass, answer, "/api/v2/user") == 200


@pytest.mark.parametrize(
    ("name", "route"),
    [("Attic", "local"), ("Cabin", "remote"), ("Bob's Basement", "relay")],
)
async def test_the_token_of_a_server(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    name: str,
    route: str,
) -> None:
    """A server's token comes with its address; shared servers have their own."""
    allow(hass, alice)
    device = device_id(hass, alice, name)
    answer = await act(hass, "get_token", {"device_id": device})
    server = plex_tv.servers[name]
    assert set(answer) == {"token", "headers", "address"}
    own = alice.data[CONF_TOKEN]
    assert answer["token"] == server.data.guests.get("alice", own)
    assert (answer["token"] == own) == (name != "Bob's Basement")
    [port] = [
        place.port
        for place in server.data.listed_places
        if place.answers and place.route == route
    ]
    assert answer["address"] == f"http://127.0.0.1:{port}"
    assert await ask(hass, answer, SECTIONS) == 200


async def test_a_server_that_is_away(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """The token of an unreachable server is returned without an address."""
    await plex_tv.servers["Cabin"].stop()
    entry = await link("alice")
    allow(hass, entry)
    device = device_id(hass, entry, "Cabin")
    answer = await act(hass, "get_token", {"device_id": device})
    assert answer["address"] is None
    assert answer["token"] == entry.data[CONF_TOKEN]


async def test_a_server_without_token(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """The account's token is not returned for a server without a token."""
    plex_tv.quirks.token_absent = True
    entry = await link("alice")
    allow(hass, entry)
    device = device_id(hass, entry, "Bob's Basement")
    answer = await act(hass, "get_token", {"device_id": device})
    assert answer["token"] is None
    assert entry.data[CONF_TOKEN] not in json.dumps(answer)
    assert await ask(hass, answer, SECTIONS) == 401


@pytest.mark.parametrize(
    ("data", "server"),
    [
        ({"path": "/api/v2/user"}, None),
        ({"path": "/api/v2/resources"}, None),
        ({"path": "/api/v2/devices"}, None),
        ({"path": "/devices.xml"}, None),
        ({"path": "/api/claim/token.json"}, None),
        ({"path": "/api/v2/pins", "method": "POST"}, None),
        ({"path": "/"}, "Attic"),
        ({"path": "/security/token"}, "Attic"),
        ({"path": "/security/token"}, "Bob's Basement"),
    ],
    ids=lambda value: value["path"] if isinstance(value, dict) else value,
)
async def test_what_an_answer_shows(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    data: dict[str, Any],
    server: str | None,
) -> None:
    """Responses are redacted unless the option allows tokens."""
    if server:
        data = data | {"device_id": device_id(hass, alice, server)}
    shown = []
    for allowed in (False, True, False):
        allow(hass, alice, allowed=allowed)
        answer = json.dumps(await act(hass, "request", data))
        shown.append([secret for secret in plex_tv.secrets if secret in answer])
    before, meanwhile, after = shown
    assert meanwhile
    assert before == after == []


async def test_a_servers_token_in_its_answer(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """A server's token is redacted in any field of its responses."""
    basement = plex_tv.servers["Bob's Basement"]
    theirs, ours = basement.data.guests["alice"], alice.data[CONF_TOKEN]
    said = f"Your token is {theirs}, yours {ours}."
    basement.misbehave("GET", "/", Fault.body(json.dumps({"title": said})))
    device = device_id(hass, alice, "Bob's Basement")
    answer = await act(hass, "request", {"path": "/", "device_id": device})
    title = answer["data"]["title"]
    assert title == "Your token is **REDACTED**, yours **REDACTED**."
