"""Creating PINs, and reading their fields."""

from datetime import UTC, datetime
import json
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    Pin,
    PinLocation,
    PlexTvClient,
    PlexTvResponseError,
)
from simulator import Fault
from tests.helpers.routes import PINS

if TYPE_CHECKING:
    from simulator import Simulator

LOCATION = {
    "code": "US",
    "european_union_member": False,
    "continent_code": "NA",
    "country": "United States",
    "city": "Austin",
    "time_zone": "America/Chicago",
    "postal_code": 78732,
    "in_privacy_restricted_country": True,
    "in_privacy_restricted_region": False,
    "subdivisions": "Texas",
    "coordinates": "30.3723, -97.8973",
}
DOCUMENTED = {
    "id": 308_667_304,
    "code": "7RQZ",
    "product": "Plex Web",
    "trusted": False,
    "qr": "https://plex.tv/api/v2/pins/qr/7RQZ",
    "clientIdentifier": "Postman",
    "location": LOCATION,
    "expiresIn": 876,
    "createdAt": "2024-07-16T17:03:05Z",
    "expiresAt": "2024-07-16T17:18:05.000Z",
    "authToken": "gcgzw5rz2xovp84b4vha3a40",
    "newRegistration": True,
}


async def created(plex_tv: Simulator, client: PlexTvClient, body: object) -> Pin:
    """Create a PIN from a response with these fields."""
    plex_tv.misbehave("POST", PINS, Fault.body(json.dumps(body), status=201))
    return await client.create_pin()


async def test_every_field_is_read(plex_tv: Simulator, client: PlexTvClient) -> None:
    """Every documented field of a PIN is read."""
    assert await created(plex_tv, client, DOCUMENTED) == Pin(
        id=308_667_304,
        code="7RQZ",
        lifetime=876.0,
        product="Plex Web",
        trusted=False,
        qr="https://plex.tv/api/v2/pins/qr/7RQZ",
        client_identifier="Postman",
        location=PinLocation(
            code="US",
            continent_code="NA",
            country="United States",
            city="Austin",
            time_zone="America/Chicago",
            subdivisions="Texas",
            european_union_member=False,
            in_privacy_restricted_country=True,
            in_privacy_restricted_region=False,
        ),
        created_at=datetime(2024, 7, 16, 17, 3, 5, tzinfo=UTC),
        expires_at=datetime(2024, 7, 16, 17, 18, 5, tzinfo=UTC),
        token="gcgzw5rz2xovp84b4vha3a40",
        new_registration=True,
    )


NEEDED = {"id": 7, "code": "ABCD", "expiresIn": 900}


@pytest.mark.parametrize(
    ("change", "lifetime"),
    [
        ({}, 900.0),
        ({"expiresIn": "900"}, 900.0),
        ({"expiresIn": 0.5}, 0.5),
        ({"expiresIn": -7}, 0.0),
        ({"expiresIn": 1e300}, 3600.0),
        ({"expiresIn": 10**400, "createdAt": 0, "expiresAt": 60}, 60.0),
        (
            {
                "expiresIn": None,
                "createdAt": "2026-11-23T12:00:00+01:00",
                "expiresAt": "2026-11-23T11:15:00Z",
            },
            900.0,
        ),
        (
            {
                "expiresIn": "soon",
                "createdAt": "2026-11-23 12:00:00 UTC",
                "expiresAt": "2026-11-23 12:30:00 UTC",
            },
            1800.0,
        ),
    ],
    ids=str,
)
async def test_a_code_has_an_end(
    plex_tv: Simulator, client: PlexTvClient, change: dict[str, object], lifetime: float
) -> None:
    """The lifetime is read from any field that states it, up to an hour."""
    pin = await created(plex_tv, client, {**NEEDED, **change})
    assert pin.lifetime == lifetime


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": "seven"},
        {"id": -7},
        {"id": 7.5},
        {"id": True},
        {"id": 10**30},
        {"id": "7" * 30},
        {"id": []},
        {"code": None},
        {"code": ""},
        {"code": 1234},
        {"code": "AB/CD?"},
        {"code": "ÄBCD"},
        {"code": "A" * 129},
        {"expiresIn": None},
        {"expiresIn": True},
        {"expiresIn": "NaN"},
        {"expiresIn": float("inf")},
        {"expiresIn": [900]},
        {"expiresIn": None, "createdAt": "2026-11-23T12:00:00Z"},
        {"expiresIn": None, "createdAt": "yesterday", "expiresAt": 10**300},
    ],
    ids=str,
)
async def test_a_pin_that_cannot_be_used(
    plex_tv: Simulator, client: PlexTvClient, change: dict[str, object]
) -> None:
    """A PIN without number, code or end is unreadable."""
    with pytest.raises(PlexTvResponseError, match=r"cannot be read$") as failure:
        await created(plex_tv, client, {**NEEDED, **change})
    assert failure.value.status == 201


REST = set(DOCUMENTED) - set(NEEDED)
ODD: tuple[object, ...] = (None, [], {}, "", "\x00")
WRONG = {
    "product": 5,
    "trusted": "maybe",
    "qr": ["https://plex.tv/qr"],
    "clientIdentifier": True,
    "location": "here",
    "createdAt": "now",
    "expiresAt": {},
    "authToken": 5,
    "newRegistration": 2,
}


@pytest.mark.parametrize(
    "rest",
    [{}, WRONG, *(dict.fromkeys(REST, odd) for odd in ODD)],
    ids=range(7),
)
async def test_nothing_else_is_needed(
    plex_tv: Simulator, client: PlexTvClient, rest: dict[str, object]
) -> None:
    """Every other field may be missing or invalid."""
    assert set(WRONG) == REST
    pin = await created(plex_tv, client, {**NEEDED, **rest})
    assert pin == Pin(id=7, code="ABCD", lifetime=900.0)
