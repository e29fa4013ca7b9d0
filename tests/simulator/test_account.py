"""Accounts, the lifetime of a token, and the rows under Authorized Devices."""

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from simulator import SimulatorError
from tests.helpers.routes import PINS, USER
from tests.simulator import CLIENT, HEADERS, JSON, error, get, with_token

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from freezegun.api import FrozenDateTimeFactory

    from simulator import Simulator

UNAUTHENTICATED = error(1001, "User could not be authenticated", 401)


async def test_secrets(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """The response about an account contains secrets, so that leaks can be found."""
    user = await get(http, USER, token)
    [service_token] = [s["token"] for s in user["services"] if s["token"]]
    assert user["pin"].startswith("$2a$")
    assert {token, user["email"], user["pin"], service_token} <= plex_tv.secrets
    assert user["authToken"] == token


async def test_added_person(plex_tv: Simulator, http: ClientSession) -> None:
    """An added person has a free account and no servers."""
    dana = plex_tv.add_person("dana")
    token = plex_tv.sign_in("dana", client_identifier=CLIENT)
    user = await get(http, USER, token)
    assert user["uuid"] == dana.uuid
    assert user["subscription"]["active"] is False
    assert await get(http, "/api/v2/resources", token) == []
    assert {dana.email, token} <= plex_tv.secrets
    with pytest.raises(SimulatorError):
        plex_tv.add_person("dana")


async def test_home(http: ClientSession, token: str) -> None:
    """A Plex Home has an administrator, and a managed user with null fields."""
    home = await get(http, "/api/v2/home/users", token)
    assert [(user["title"], user["admin"]) for user in home["users"]] == [
        ("alice_attic", True),
        ("Casey", False),
    ]
    assert home["users"][1]["username"] is None
    assert home["users"][1]["restricted"] is True


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", USER),
        ("GET", "/api/v2/ping"),
        ("GET", "/api/v2/resources"),
        ("GET", "/api/v2/home/users"),
        ("GET", "/api/v2/devices"),
        ("GET", "/api/v2/user/webhooks"),
        ("POST", "/api/v2/user/webhooks"),
        ("DELETE", "/api/v2/users/signout"),
        ("PUT", f"{PINS}/link"),
    ],
)
async def test_invalid_token(
    plex_tv: Simulator, http: ClientSession, token: str, method: str, path: str
) -> None:
    """Every route refuses a revoked token, no token and no client identifier."""
    plex_tv.revoke(token)
    for headers in (with_token(token), HEADERS):
        async with http.request(method, path, headers=headers) as response:
            assert response.status == 401
            assert await response.json() == UNAUTHENTICATED
    async with http.request(method, path, headers=JSON) as response:
        assert response.status == 400


async def test_claim_without_token(http: ClientSession) -> None:
    """The old route for claim tokens has an error format of its own."""
    async with http.get("/api/claim/token.json") as response:
        assert response.status == 401
        assert await response.json() == {"error": "Unauthorized"}


async def test_one_row_for_each_client_identifier(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """Signing in again replaces the row and its token, for this person only."""
    bobs = plex_tv.sign_in("bob", client_identifier=CLIENT)
    again = plex_tv.sign_in("alice", client_identifier=CLIENT)
    assert not plex_tv.token_is_valid(token)
    assert plex_tv.token_is_valid(bobs)
    devices = await get(http, "/api/v2/devices", again)
    [row] = [device for device in devices if device["clientIdentifier"] == CLIENT]
    assert row["token"] == again


async def test_sign_out(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """Signing out revokes one token and removes its row, and no other."""
    other = plex_tv.sign_in("alice", client_identifier="another")
    path = "/api/v2/users/signout"
    async with http.delete(path, headers=with_token(token)) as response:
        assert response.status == 204
    assert not plex_tv.token_is_valid(token)
    devices = await get(http, "/api/v2/devices", other)
    assert CLIENT not in {device["clientIdentifier"] for device in devices}


async def test_row_follows_the_headers(
    http: ClientSession, token: str, freezer: FrozenDateTimeFactory
) -> None:
    """The row of a device shows the headers of its newest request."""
    freezer.tick(3600)
    headers = {**with_token(token), "X-Plex-Version": "9.9", "X-Plex-Model": "Test"}
    async with http.get(USER, headers=headers):
        pass
    devices = await get(http, "/api/v2/devices", token)
    [row] = [device for device in devices if device["clientIdentifier"] == CLIENT]
    assert row["name"] == "Home Assistant"
    assert row["productVersion"] == "9.9"
    assert row["model"] == "Test"
    assert row["createdAt"] < row["lastSeenAt"]


async def test_remove_device(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """A person can remove their own devices by id, and nobody else's."""
    async with http.get("/devices.xml", headers=with_token(token)) as response:
        rows = ET.fromstring(await response.text())  # noqa: S314 - our own
    ids = {row.attrib["clientIdentifier"]: row.attrib["id"] for row in rows}
    bobs = plex_tv.sign_in("bob", client_identifier=CLIENT)
    for given, status in ((bobs, 404), (token, 204)):
        async with http.delete(
            f"/devices/{ids[CLIENT]}.xml", headers=with_token(given)
        ) as response:
            assert response.status == status
        assert plex_tv.token_is_valid(token) is (status == 404)


async def test_a_server_leaves_with_its_row(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """Removing the row of an owned server removes the server from every list."""
    headers = with_token(token)
    [row] = [
        d for d in await get(http, "/api/v2/devices", token) if d["name"] == "Attic"
    ]
    for status in (204, 404):
        async with http.delete(
            f"/devices/{row['id']}.xml", headers=headers
        ) as response:
            assert response.status == status
    listed = await get(http, "/api/v2/resources", token)
    assert "Attic" not in {server["name"] for server in listed}


async def test_a_device_that_somebody_signs_in(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """A new device gets a row and a token, and can be left out of the list."""
    device = plex_tv.sign_in_device("alice", name="Shield")
    assert {device.token, device.client_identifier} <= plex_tv.secrets
    rows = await get(http, "/api/v2/devices", token)
    assert [row["token"] for row in rows if row["name"] == "Shield"] == [device.token]
    plex_tv.quirks.devices_left_out = frozenset({device.id})
    for path in ("/api/v2/devices", "/devices.xml"):
        async with http.get(path, headers=with_token(token)) as response:
            assert "Shield" not in await response.text()
