"""What the simulator remembers, and how strict it is about it."""

from typing import TYPE_CHECKING

import pytest

from simulator import SimulatorError
from tests.simulator import CLIENT, PIN, PINS, create, error, show

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from freezegun.api import FrozenDateTimeFactory

    from simulator import Simulator


async def test_remembers_requests(
    plex_tv: Simulator, http: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Every request can be asked for later, whole."""
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
    assert created.at.timestamp() == freezer().timestamp()
    assert len(plex_tv.seen("GET", PIN)) == 2
    assert len(plex_tv.seen("*", "*")) == 3


async def test_mistakes_of_a_test(plex_tv: Simulator, http: ClientSession) -> None:
    """A test that names no waiting code, no person or no route is told so."""
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
    """Two PINs asked for once a second each are refused for as long as it goes on."""
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
