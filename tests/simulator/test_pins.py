"""PINs: made, asked for, approved, expired."""

from datetime import datetime
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from tests.simulator import CLIENT, GONE, HEADERS, JSON, PINS, create, error, show

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from freezegun.api import FrozenDateTimeFactory

    from simulator import Simulator


async def test_short_code(plex_tv: Simulator, http: ClientSession) -> None:
    """A PIN has every field of a real one, and its code is four characters."""
    pin = await create(http)
    assert set(pin) == {
        "id",
        "code",
        "product",
        "trusted",
        "qr",
        "clientIdentifier",
        "location",
        "expiresIn",
        "createdAt",
        "expiresAt",
        "authToken",
        "newRegistration",
    }
    assert re.fullmatch("[A-Z0-9]{4}", pin["code"])
    assert pin["id"] > 2**31 - 1
    assert pin["product"] == "Plex Account"
    assert pin["clientIdentifier"] == CLIENT
    assert pin["qr"] == str(plex_tv.url / "api/v2/pins/qr" / pin["code"])
    assert pin["expiresIn"] == 900
    created, expires = (
        datetime.fromisoformat(pin[key]) for key in ("createdAt", "expiresAt")
    )
    assert (expires - created).total_seconds() == 900
    assert pin["trusted"] is False
    assert pin["authToken"] is None
    assert pin["newRegistration"] is None


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
    """A strong code is asked for in any of three ways and lives twice as long."""
    pin = await create(http, **request_parts)
    assert re.fullmatch("[a-z0-9]{25}", pin["code"])
    assert pin["expiresIn"] == 1800


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"strong": "true"}'])
async def test_odd_json_asks_for_a_short_code(http: ClientSession, body: bytes) -> None:
    """A JSON body that does not say `strong` clearly is taken for none."""
    headers = {**HEADERS, "Content-Type": "application/json"}
    async with http.post(PINS, headers=headers, data=body) as response:
        assert len((await response.json())["code"]) == 4


async def test_missing_product(http: ClientSession) -> None:
    """A client that gives no product is called 0."""
    headers = {**JSON, "X-Plex-Client-Identifier": CLIENT}
    async with http.post(PINS, headers=headers) as response:
        assert (await response.json())["product"] == "0"


@pytest.mark.parametrize("place", ["query", "form"])
async def test_client_identifier_elsewhere(http: ClientSession, place: str) -> None:
    """The client identifier may come in the query or in a form."""
    given = {"X-Plex-Client-Identifier": CLIENT}
    params, data = (given, None) if place == "query" else (None, given)
    async with http.post(f"{PINS}.json", params=params, data=data) as response:
        assert response.status == 201
        assert (await response.json())["clientIdentifier"] == CLIENT


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_no_client_identifier(http: ClientSession, method: str) -> None:
    """Nobody gets or sees a PIN without saying who they are."""
    path = PINS if method == "POST" else f"{PINS}/1"
    async with http.request(method, path, headers=JSON) as response:
        assert response.status == 400
        expected = error(1000, "X-Plex-Client-Identifier is missing", 400)
        assert await response.json() == expected


async def test_strangers_pin(http: ClientSession) -> None:
    """A PIN of another client looks like one that never was."""
    pin = await create(http)
    stranger = {**HEADERS, "X-Plex-Client-Identifier": "somebody-else"}
    assert await show(http, pin["id"], stranger) == (404, GONE)
    assert await show(http, pin["id"] + 1) == (404, GONE)
    assert await show(http, "rubbish") == (404, GONE)


async def test_counts_down_and_expires(
    plex_tv: Simulator, http: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """What is left of the time goes down to nothing, and the PIN with it."""
    pin = await create(http)
    freezer.tick(899)
    status, last = await show(http, pin["id"])
    assert (status, last["expiresIn"]) == (200, 1)
    freezer.tick(1)
    assert await show(http, pin["id"]) == (404, GONE)

    another = await create(http)
    plex_tv.expire(another["code"])
    assert await show(http, another["id"]) == (404, GONE)


async def test_xml(http: ClientSession) -> None:
    """Without asking for JSON a PIN is XML, and so is an error."""
    headers = {"X-Plex-Client-Identifier": CLIENT}
    async with http.post(PINS, headers=headers) as response:
        assert response.content_type == "application/xml"
        pin = ET.fromstring(await response.text())  # noqa: S314 - our own
    assert pin.tag == "pin"
    assert pin.attrib["authToken"] == ""
    assert pin.attrib["trusted"] == "0"
    location = pin.find("location")
    assert location is not None
    assert location.attrib["city"]

    async with http.get(f"{PINS}/1", headers=headers) as response:
        assert response.status == 404
        errors = ET.fromstring(await response.text())  # noqa: S314 - our own
    assert [member.attrib for member in errors.iter("error")] == [
        {"code": "1020", "message": "Code not found or expired", "status": "404"}
    ]


async def test_json_by_suffix(http: ClientSession) -> None:
    """The suffix `.json` asks for JSON as well as the header does."""
    headers = {"X-Plex-Client-Identifier": CLIENT}
    async with http.post(f"{PINS}.json", headers=headers) as response:
        pin = await response.json()
    async with http.get(f"{PINS}/{pin['id']}.json", headers=headers) as response:
        assert (await response.json())["code"] == pin["code"]
