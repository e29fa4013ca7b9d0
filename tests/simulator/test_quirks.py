"""Unusual but valid forms of responses, switched on one by one."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.routes import PINS, USER
from tests.simulator import CLIENT, HEADERS, with_token

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator

ABSENT = object()
"""The value of a missing field."""


def switch_on(plex_tv: Simulator, change: dict[str, object]) -> None:
    """Switch quirks on."""
    for quirk, value in change.items():
        assert hasattr(plex_tv.quirks, quirk)
        setattr(plex_tv.quirks, quirk, value)


async def pin_of(http: ClientSession) -> dict[str, Any]:
    """Create a PIN."""
    async with http.post(PINS, headers=HEADERS) as response:
        pin: dict[str, Any] = await response.json()
        return pin


async def user_of(http: ClientSession, token: str) -> dict[str, Any]:
    """Request the account."""
    async with http.get(USER, headers=with_token(token)) as response:
        user: dict[str, Any] = await response.json()
        return user


@pytest.mark.parametrize(
    ("change", "path", "expected"),
    [
        ({"qr_absent": True}, "pin.qr", ABSENT),
        ({"location": "absent"}, "pin.location", ABSENT),
        ({"location": "null"}, "pin.location", None),
        ({"numeric_postal_code": True}, "pin.location.postal_code", 78732),
        (
            {"unknown_location_flags": True},
            "pin.location.in_privacy_restricted_country",
            "Unknown",
        ),
        ({"expires_in_absent": True}, "pin.expiresIn", ABSENT),
        ({"null_text_token": True}, "pin.authToken", "null"),
        ({"string_booleans": True}, "pin.trusted", "0"),
        ({"unknown_fields": True}, "pin.unheardOf.nested", [None, 1, "two"]),
        ({"unknown_fields": True}, "pin.location.unheardOf.nested", [None, 1, "two"]),
        ({"subscription_absent": True}, "user.subscription", ABSENT),
        ({"subscription_null": True}, "user.subscription", None),
        ({"profile_null": True}, "user.profile", None),
        ({"roles_absent": True}, "user.roles", ABSENT),
        (
            {"audio_languages": "list"},
            "user.profile.defaultAudioLanguages",
            ["en", "de"],
        ),
        ({"audio_languages": "csv"}, "user.profile.defaultAudioLanguages", "en,de"),
        ({"string_booleans": True}, "user.subscription.active", "1"),
    ],
)
async def test_a_field(
    plex_tv: Simulator,
    http: ClientSession,
    change: dict[str, object],
    path: str,
    expected: object,
) -> None:
    """A field of a PIN or of an account is missing, null or of another type."""
    switch_on(plex_tv, change)
    part, *keys = path.split(".")
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    found: Any = await (pin_of(http) if part == "pin" else user_of(http, token))
    for key in keys:
        found = found.get(key, ABSENT)
    assert found == expected


async def test_strings_of_a_pin(plex_tv: Simulator, http: ClientSession) -> None:
    """The id, the times and the URL of the QR code have another form."""
    plex_tv.quirks.string_id = True
    plex_tv.quirks.fractional_seconds = True
    plex_tv.quirks.qr_base = "https://plex.tv"
    pin = await pin_of(http)
    assert pin["id"].isdecimal()
    assert pin["createdAt"].endswith(".000Z")
    assert pin["qr"] == f"https://plex.tv/api/v2/pins/qr/{pin['code']}"


async def test_status_of_a_new_pin(plex_tv: Simulator, http: ClientSession) -> None:
    """A new PIN can have the status 200."""
    plex_tv.quirks.created_status = 200
    async with http.post(PINS, headers=HEADERS) as response:
        assert response.status == 200


async def test_expired_pin(plex_tv: Simulator, http: ClientSession) -> None:
    """An expired PIN can have the status 200 and no token."""
    plex_tv.quirks.expired_pin_answers_null = True
    plex_tv.quirks.expires_in_constant = True
    pin = await pin_of(http)
    plex_tv.expire(pin["code"])
    async with http.get(f"{PINS}/{pin['id']}", headers=HEADERS) as response:
        assert response.status == 200
        assert (await response.json())["authToken"] is None


async def test_xml_despite_accept(plex_tv: Simulator, http: ClientSession) -> None:
    """Responses and errors can be XML although JSON was requested."""
    plex_tv.quirks.xml_despite_accept = True
    async with http.post(PINS, headers=HEADERS) as response:
        assert response.content_type == "application/xml"
    async with http.get(USER, headers=HEADERS) as response:
        assert response.status == 401
        assert (await response.text()).endswith("</errors>")


async def test_resources(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """Servers have strings for booleans and ports, no token or no connections."""

    async def attic() -> dict[str, Any]:
        async with http.get("/api/v2/resources", headers=with_token(token)) as response:
            listed: list[dict[str, Any]] = json.loads(await response.read())
            return listed[0]

    plex_tv.quirks.string_booleans = True
    plex_tv.quirks.string_ports = True
    plex_tv.quirks.token_absent = True
    server = await attic()
    assert server["owned"] == "1"
    assert server["accessToken"] is None
    assert server["connections"][0]["port"] == "32400"
    plex_tv.quirks.connections_empty = True
    assert (await attic())["connections"] == []
