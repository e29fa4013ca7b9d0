"""The record of requests, errors for unknown names, and the rate limit."""

from datetime import UTC
from typing import TYPE_CHECKING

import pytest

from simulator import SimulatorError
from tests.helpers.routes import PIN, PINS
from tests.simulator import CLIENT, create, error, show

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from freezegun.api import FrozenDateTimeFactory

    from simulator import Simulator


async def test_requests(
    plex_tv: Simulator, http: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Every request is recorded with its query, headers, body and time."""
    pin = await create(http, params={"strong": "true"}, data={"x": "y"})
    await show(http, pin["id"])
    await show(http, f"{pin['id']}.json")

    assert [seen.path for seen in plex_tv.requests] == [
        PINS,
        f"{PINS}/{pin['id']}",
        f"{PINS}/{pin['id']}.json",
    ]
    [created] = plex_tv.seen("POST", PINS)
    assert created.query["strong"] == "true"
    assert created.headers["x-plex-client-identifier"] == CLIENT
    assert created.body == b"x=y"
    assert created.at == freezer().replace(tzinfo=UTC)
    assert len(plex_tv.seen("GET", PIN)) == 2
    assert len(plex_tv.seen("*", "*")) == 3


async def test_mistakes(plex_tv: Simulator, http: ClientSession) -> None:
    """Naming a code, person, token or route that does not exist is an error."""
    expired = (await create(http))["code"]
    plex_tv.expire(expired)
    for mistake in (
        lambda: plex_tv.approve(expired, "alice"),
        lambda: plex_tv.approve("NONE", "alice"),
        lambda: plex_tv.expire("NONE"),
        lambda: plex_tv.sign_in("mallory", client_identifier=CLIENT),
        lambda: plex_tv.revoke("no token"),
        lambda: plex_tv.seen("GET", "/api/v2/pin/{id}"),
        lambda: plex_tv.seen("PUT", PINS),
    ):
        with pytest.raises(SimulatorError):
            mistake()


async def test_rate_limit(
    plex_tv: Simulator, http: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Polling two PINs once a second each is refused until the client slows down."""
    plex_tv.rate_limit = True
    pins = [(await create(http))["id"] for _ in range(2)]

    for _ in range(60):
        freezer.tick(1)
        assert (await show(http, pins[0]))[0] == 200

    statuses = []
    for _ in range(20):
        freezer.tick(1)
        statuses += [(await show(http, pin))[0] for pin in pins]
    assert statuses[0] == 200
    assert set(statuses[20:]) == {429}
    expected = error(1003, "Too many requests", 429)
    assert await show(http, pins[0]) == (429, expected)

    freezer.tick(10)
    assert (await show(http, pins[0]))[0] == 200
