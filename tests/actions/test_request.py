"""The action `request`."""

import json
from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_TOKEN
import pytest
import voluptuous as vol

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.actions import act, device_id, refusal
from tests.helpers.routes import DEVICES_XML, HOME_USERS, PING

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator

NOT_JSON = (
    "The body contains a value that cannot be sent as JSON, for example a number of "
    "more than 64 bits"
)


async def test_plex_tv_is_asked(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """Without a server, the request is sent to plex.tv with the account's token."""
    answer = await act(hass, "request", {"path": HOME_USERS})
    assert answer["status"] == 200
    assert [user["title"] for user in answer["data"]["users"]] == [
        "alice_attic",
        "Casey",
    ]
    [seen] = plex_tv.requests
    assert (seen.method, seen.path) == ("GET", HOME_USERS)
    assert seen.headers["X-Plex-Token"] == alice.data[CONF_TOKEN]


@pytest.mark.parametrize("name", ["Attic", "Bob's Basement"])
async def test_a_server_is_asked(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, name: str
) -> None:
    """A request to a server has that server's token, owned or shared."""
    answer = await act(
        hass,
        "request",
        {
            "device_id": device_id(hass, alice, name),
            "path": "/library/sections/1/all",
            "query": {"type": 1},
        },
    )
    assert answer["status"] == 200
    films = answer["data"]["MediaContainer"]["Metadata"]
    assert "The Attic Window" in {film["title"] for film in films}
    server = plex_tv.servers[name]
    [seen] = server.requests
    own = alice.data[CONF_TOKEN]
    assert seen.headers["X-Plex-Token"] == server.data.guests.get("alice", own)
    assert not plex_tv.requests


async def test_what_a_server_knows_the_client_by(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The client identifier that is sent to a server is redacted in its responses."""
    attic = plex_tv.servers["Attic"]
    data = {"device_id": device_id(hass, alice, "Attic"), "path": "/clients"}
    attic.misbehave("GET", "*", Fault.body("{}"))
    await act(hass, "request", data)
    [seen] = attic.requests
    told = {"who": [seen.headers["X-Plex-Client-Identifier"]], "left": "The Attic"}
    attic.misbehave("GET", "*", Fault.body(json.dumps(told)))
    answer = await act(hass, "request", data)
    assert answer["data"] == {"who": ["**REDACTED**"], "left": "The Attic"}


async def test_an_old_route_is_asked(
    hass: HomeAssistant, alice: MockConfigEntry
) -> None:
    """An XML response is returned as JSON."""
    answer = await act(hass, "request", {"path": DEVICES_XML})
    devices = answer["data"]["MediaContainer"]["Device"]
    assert {"Firefox", "Attic"} <= {device["name"] for device in devices}
    assert {device["token"] for device in devices} == {"**REDACTED**"}


@pytest.mark.parametrize(
    ("data", "method", "query", "content"),
    [
        ({}, "GET", [], b""),
        ({"method": "DELETE"}, "DELETE", [], b""),
        (
            {"query": {"a": 1, "b": True, "c": False, "d": 1.5, "e": "ü &", "f": ""}},
            "GET",
            [("a", "1"), ("b", "1"), ("c", "0"), ("d", "1.5"), ("e", "ü &"), ("f", "")],
            b"",
        ),
        (
            {"query": {"id": [3, "1", True], "none": []}},
            "GET",
            [("id", "3"), ("id", "1"), ("id", "1")],
            b"",
        ),
        (
            {"method": "POST", "form": {"urls[]": ["http://a", "http://b"], "c": True}},
            "POST",
            [],
            b"urls%5B%5D=http%3A%2F%2Fa&urls%5B%5D=http%3A%2F%2Fb&c=1",
        ),
        (
            {"method": "PUT", "body": {"a": [1, None, {"b": "ü"}]}},
            "PUT",
            [],
            '{"a":[1,null,{"b":"ü"}]}'.encode(),
        ),
        ({"method": "POST", "body": []}, "POST", [], b"[]"),
    ],
    ids=["nothing", "method", "query", "lists", "form", "body", "empty list"],
)
async def test_what_is_sent(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    data: dict[str, Any],
    method: str,
    query: list[tuple[str, str]],
    content: bytes,
) -> None:
    """Booleans become 0 and 1, and a list repeats its parameter."""
    plex_tv.misbehave("*", "*", Fault.status(204, body=""))
    answer = await act(hass, "request", {"path": "/anything", **data})
    assert answer == {"status": 204, "data": None}
    [seen] = plex_tv.requests
    assert (seen.method, seen.path) == (method, "/anything")
    assert [*seen.query.items()] == query
    assert seen.body == content


async def test_nobody_wants_the_answer(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The response may be ignored."""
    data = {"path": PING}
    await hass.services.async_call(DOMAIN, "request", data, blocking=True)
    assert len(plex_tv.seen("GET", PING)) == 1


@pytest.mark.parametrize(
    "path",
    [
        "api/v2/user",
        "https://host.example/api/v2/user",
        "//host.example/api/v2/user",
        "/api\\v2",
        "/api/v2/user?includeToken=1",
        "/api/v2/user#token",
        "/api/v2/my user",
        "/api/../v2",
        "/api/v2/user\r\nHost: host.example",
        "/" + "a" * 100_000,
        "",
    ],
    ids=lambda path: path[:20],
)
async def test_no_path(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, path: str
) -> None:
    """A path that could lead to another host is refused without a request."""
    for server in ({}, {"device_id": device_id(hass, alice, "Attic")}):
        assert await refusal(hass, "request", {"path": path, **server}) == (
            "The path must start with a single slash. It must not contain a server "
            "address, spaces, backslashes, question marks, number signs, or segments "
            "that consist only of dots. Put parameters in the query"
        )
    assert not plex_tv.requests
    assert not plex_tv.servers["Attic"].requests


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            {"form": {"a": 1}, "body": {"a": 1}},
            "A request can have a form or a JSON body, but not both",
        ),
        (
            {"body": {"a": 2**64}},
            NOT_JSON,
        ),
        (
            {"body": ["\ud83d"]},
            NOT_JSON,
        ),
    ],
    ids=["two bodies", "large number", "half a character"],
)
async def test_no_body(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    data: dict[str, Any],
    text: str,
) -> None:
    """A body that cannot be sent is refused without a request."""
    assert await refusal(hass, "request", {"path": "/a", **data}) == text
    assert not plex_tv.requests


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"path": None},
        {"path": "/a", "method": "TRACE"},
        {"path": "/a", "method": "get"},
        {"path": "/a", "query": "type=1"},
        {"path": "/a", "query": {"type": {"a": 1}}},
        {"path": "/a", "query": {"type": None}},
        {"path": "/a", "form": {"type": [[1]]}},
        {"path": "/a", "body": "text"},
        {"path": "/a", "token": "mine"},
        {"path": "/a", "device_id": ["a", "b"]},
    ],
    ids=json.dumps,
)
async def test_what_is_no_request(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    data: dict[str, Any],
) -> None:
    """The schema refuses fields of the wrong type."""
    with pytest.raises(vol.Invalid):
        await act(hass, "request", data)
    assert not plex_tv.requests
