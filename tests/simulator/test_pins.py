"""PINs: creation, responses about them and expiry."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.routes import PINS
from tests.simulator import CLIENT, GONE, HEADERS, JSON, create, error, show

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from freezegun.api import FrozenDateTimeFactory

    from simulator import Simulator


async def test_short_code(plex_tv: Simulator, http: ClientSession) -> None:
    """Without `strong` the code has four characters."""
    pin = await create(http)
    assert re.fullmatch("[A-Z0-9]{4}", pin["code"])
    assert pin["id"] > 2**31 - 1
    assert pin["qr"] == str(plex_tv.url / "api/v2/pins/qr" / pin["code"])
    assert pin["expiresIn"] == 900


@pytest.mark.parametrize(
    "request_parts",
    [
        {"params": {"strong": "true"}},
        {"data": {"strong": "true"}},
        {"json": {"strong": True}},
    ],
    ids=["query", "form", "JSON"],
)
async def test_strong_code(http: ClientSession, request_parts: dict[str, Any]) -> None:
    """`strong` is accepted in the query, in a form and in a JSON body."""
    pin = await create(http, **request_parts)
    assert re.fullmatch("[a-z0-9]{25}", pin["code"])
    assert pin["expiresIn"] == 1800


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"strong": "true"}'])
async def test_invalid_json(http: ClientSession, body: bytes) -> None:
    """A JSON body without a boolean `strong` counts as none."""
    headers = {**HEADERS, "Content-Type": "application/json"}
    async with http.post(PINS, headers=headers, data=body) as response:
        assert len((await response.json())["code"]) == 4


@pytest.mark.parametrize("place", ["query", "form"])
async def test_client_identifier_elsewhere(http: ClientSession, place: str) -> None:
    """The client identifier is accepted in the query and in a form, too."""
    given = {"X-Plex-Client-Identifier": CLIENT}
    params, data = (given, None) if place == "query" else (None, given)
    async with http.post(f"{PINS}.json", params=params, data=data) as response:
        assert response.status == 201
        assert (await response.json())["clientIdentifier"] == CLIENT


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_no_client_identifier(http: ClientSession, method: str) -> None:
    """Without a client identifier a PIN is neither created nor shown."""
    path = PINS if method == "POST" else f"{PINS}/1"
    async with http.request(method, path, headers=JSON) as response:
        assert response.status == 400
        expected = error(1000, "X-Plex-Client-Identifier is missing", 400)
        assert await response.json() == expected


async def test_pin_of_another_client(http: ClientSession) -> None:
    """A request for another client's PIN gets the response for an unknown PIN."""
    pin = await create(http)
    another = {**HEADERS, "X-Plex-Client-Identifier": "another"}
    assert await show(http, pin["id"], another) == (404, GONE)
    assert await show(http, pin["id"] + 1) == (404, GONE)
    assert await show(http, "invalid") == (404, GONE)


async def test_expiry(
    plex_tv: Simulator, http: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """`expiresIn` counts down to 1, after which the PIN is deleted."""
    pin = await create(http)
    freezer.tick(899)
    status, last = await show(http, pin["id"])
    assert (status, last["expiresIn"]) == (200, 1)
    freezer.tick(1)
    assert await show(http, pin["id"]) == (404, GONE)

    another = await create(http)
    plex_tv.expire(another["code"])
    assert await show(http, another["id"]) == (404, GONE)
