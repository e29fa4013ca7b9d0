"""The account, its token's life, and the person's devices."""

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from simulator import SimulatorError
from tests.simulator import CLIENT, HEADERS, JSON, PINS, USER, error, with_token

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from freezegun.api import FrozenDateTimeFactory

    from simulator import Simulator

UNAUTHENTICATED = error(1001, "User could not be authenticated", 401)


async def get(http: ClientSession, path: str, token: str) -> Any:  # noqa: ANN401
    """Ask for something as somebody who is signed in."""
    async with http.get(path, headers=with_token(token)) as response:
        assert response.status == 200
        return await response.json()


async def test_plex_pass(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """A paid account has a subscription with features, and its token is echoed."""
    user = await get(http, USER, token)
    alice = plex_tv.people["alice"]
    assert user["id"] == alice.id
    assert user["uuid"] == alice.uuid
    assert len(alice.uuid) == 16
    assert user["username"] == alice.username
    assert user["email"] == alice.email
    assert user["authToken"] == token
    assert user["subscription"]["active"] is True
    assert user["subscription"]["status"] == "Active"
    assert user["subscription"]["plan"] == "lifetime"
    assert user["subscription"]["subscribedAt"] == "2021-10-01T01:02:03Z"
    assert {"webhooks", "watchlist-rss"} <= set(user["subscription"]["features"])
    assert user["roles"] == ["plexpass"]
    assert user["homeAdmin"] is True
    assert user["pin"].startswith("$2a$")
    assert any(service["token"] for service in user["services"])


async def test_free(plex_tv: Simulator, http: ClientSession) -> None:
    """A free account has an inactive subscription without a plan."""
    token = plex_tv.sign_in("bob", client_identifier=CLIENT)
    user = await get(http, USER, token)
    assert user["subscription"]["active"] is False
    assert user["subscription"]["status"] == "Inactive"
    assert user["subscription"]["plan"] is None
    assert user["subscription"]["subscribedAt"] is None
    assert "webhooks" not in user["subscription"]["features"]
    assert user["home"] is False
    assert "pin" not in user


async def test_one_more_person(plex_tv: Simulator, http: ClientSession) -> None:
    """Somebody who was added has a free account of their own, and no servers."""
    dana = plex_tv.add_person("dana")
    token = plex_tv.sign_in("dana", client_identifier=CLIENT)
    user = await get(http, USER, token)
    assert user["uuid"] == dana.uuid
    assert user["username"] == "dana"
    assert user["subscription"]["active"] is False
    assert await get(http, "/api/v2/resources", token) == []
    assert {dana.email, token} <= plex_tv.secrets
    with pytest.raises(SimulatorError):
        plex_tv.add_person("dana")


async def test_managed(plex_tv: Simulator, http: ClientSession) -> None:
    """A managed account has a title but neither name nor address."""
    token = plex_tv.sign_in("casey", client_identifier=CLIENT)
    user = await get(http, USER, token)
    assert (user["username"], user["email"], user["title"]) == ("", "", "Casey")
    assert user["restricted"] is True
    assert user["home"] is True
    assert user["homeAdmin"] is False


async def test_xml(http: ClientSession, token: str) -> None:
    """In XML lists are wrapped, and the date of the subscription is an older one."""
    headers = {"X-Plex-Client-Identifier": CLIENT, "X-Plex-Token": token}
    async with http.get(USER, headers=headers) as response:
        assert response.content_type == "application/xml"
        user = ET.fromstring(await response.text())  # noqa: S314 - our own
    subscription = user.find("subscription")
    assert subscription is not None
    assert subscription.attrib["active"] == "1"
    assert subscription.attrib["subscribedAt"] == "2021-10-01 01:02:03 UTC"
    features = [feature.attrib["id"] for feature in subscription.iter("feature")]
    assert "webhooks" in features
    assert [role.attrib["id"] for role in user.iter("role")] == ["plexpass"]

    async with http.get("/api/v2/ping", headers=headers) as response:
        assert ET.fromstring(await response.text()).text == "true"  # noqa: S314


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
async def test_dead_token(
    plex_tv: Simulator, http: ClientSession, token: str, method: str, path: str
) -> None:
    """A dead token, none and no client identifier are refused everywhere."""
    plex_tv.revoke(token)
    for headers in (with_token(token), HEADERS):
        async with http.request(method, path, headers=headers) as response:
            assert response.status == 401
            assert await response.json() == UNAUTHENTICATED
    async with http.request(method, path, headers=JSON) as response:
        assert response.status == 400


async def test_webhooks(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """What is sent takes the place of the whole list."""
    path = "/api/v2/user/webhooks"
    assert await get(http, path, token) == []
    for urls in (["http://a", "http://b"], ["http://c"], []):
        form = [("urls[]", url) for url in urls] or [("urls", "")]
        async with http.post(path, headers=with_token(token), data=form) as response:
            assert response.status == 201
            assert await response.json() == [{"url": url} for url in urls]
        assert await get(http, path, token) == [{"url": url} for url in urls]
    assert plex_tv.people["bob"].webhooks == []


async def test_sign_out(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """Signing out ends one token and its device's row, and no other."""
    other = plex_tv.sign_in("alice", client_identifier="another")
    assert await get(http, "/api/v2/ping", token) == {"pong": True}
    async with http.delete(
        "/api/v2/users/signout", headers=with_token(token)
    ) as response:
        assert response.status == 204
        assert await response.read() == b""
    assert not plex_tv.token_is_valid(token)
    assert plex_tv.token_is_valid(other)
    devices = await get(http, "/api/v2/devices", other)
    assert CLIENT not in {device["clientIdentifier"] for device in devices}


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


async def test_row_follows_the_headers(
    http: ClientSession, token: str, freezer: FrozenDateTimeFactory
) -> None:
    """A device's row says what its newest request said."""
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


async def test_old_route_of_devices(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """The old route is XML always and removes a device by its number."""
    async with http.get("/devices.xml", headers=with_token(token)) as response:
        rows = ET.fromstring(await response.text())  # noqa: S314 - our own
    by_name = {row.attrib["name"]: row for row in rows}
    assert by_name["Attic"].find("Connection") is not None
    assert by_name["Attic"].attrib["token"] in plex_tv.secrets
    [ours] = [row for row in rows if row.attrib["clientIdentifier"] == CLIENT]
    assert ours.attrib["token"] == token

    path = f"/devices/{ours.attrib['id']}.xml"
    async with http.delete(path, headers=with_token(token)) as response:
        assert response.status == 204
    assert not plex_tv.token_is_valid(token)

    other = plex_tv.sign_in("bob", client_identifier=CLIENT)
    path = f"/devices/{by_name['Firefox'].attrib['id']}.xml"
    async with http.delete(path, headers=with_token(other)) as response:
        assert response.status == 404


async def test_home(http: ClientSession, token: str) -> None:
    """Everybody in the Plex Home is listed, the managed user with nulls."""
    home = await get(http, "/api/v2/home/users", token)
    assert [(user["title"], user["admin"]) for user in home["users"]] == [
        ("alice_attic", True),
        ("Casey", False),
    ]
    assert home["users"][1]["username"] is None
    assert home["users"][1]["restricted"] is True


async def test_claim(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """A claim code is JSON on a route that knows no other errors than its own."""
    path = "/api/claim/token.json"
    async with http.get(path, headers={"X-Plex-Token": token}) as response:
        claim = (await response.json())["token"]
    assert claim.startswith("claim-")
    assert claim in plex_tv.secrets
    assert len(plex_tv.seen("GET", path)) == 1
    async with http.get(path) as response:
        assert response.status == 401
        assert await response.json() == {"error": "Unauthorized"}


async def test_request_number(http: ClientSession, token: str) -> None:
    """Every answer has a number of its own."""
    numbers = set()
    for _ in range(2):
        async with http.get(USER, headers=with_token(token)) as response:
            numbers.add(response.headers["x-request-id"])
    assert len(numbers) == 2
