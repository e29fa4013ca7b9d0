"""Polling of a PIN during faults and rate limits."""

from typing import TYPE_CHECKING

from aiohttp import web
import pytest

from custom_components.plex_account.plextv import PlexTvRateLimitError
from simulator import Fault
from tests.helpers.routes import PIN

from .pin_polling import asked_at, gone, login, pauses

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Simulator

    from .virtual_time import VirtualTime

FAULTS = {
    "reset": Fault.reset(),
    "502": Fault.html(502),
    "503": Fault.status(503),
    "400": Fault.status(400),
    "401": Fault.status(401),
    "403": Fault.status(403),
    "404 without a code": Fault.status(404, body="{}"),
    "404 as a page": Fault.html(404),
    "410": Fault.status(410),
    "498": Fault.status(498),
    "truncated": Fault.truncated(),
    "null": Fault.body(b"null"),
    "page": Fault.html(200),
    "redirect": Fault.redirect("http://127.0.0.1:1/"),
    "deep": Fault.body(b"[" * 200_000),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_no_fault_ends_the_waiting(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime, fault: Fault
) -> None:
    """Faults lengthen the interval to ten seconds at most, until a success."""
    pin = await client.create_pin()
    virtual_time.at(19.0, lambda: plex_tv.misbehave("GET", PIN, fault, times=None))
    virtual_time.at(69.0, plex_tv.behave)
    virtual_time.at(99.5, lambda: plex_tv.approve(pin.code, "bob"))
    [token] = await virtual_time.run(login(client, pin, virtual_time).token())
    assert token == plex_tv.pins[-1].token
    after = [asked for asked in asked_at(plex_tv) if asked >= 19]
    # aiohttp repeats a request once when its connection was reset.
    after = sorted(set(after))
    assert after[:6] == [19, 21, 25, 33, 43, 53]
    assert after[6:9] == [63, 73, 74]
    assert after[-1] == 100


async def test_faults_by_chance(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime
) -> None:
    """Jitter shortens the pause after a fault by up to a quarter."""
    pin = await client.create_pin()
    plex_tv.misbehave("GET", PIN, Fault.status(503), times=None)
    await gone(virtual_time, login(client, pin, virtual_time, lambda: 1.0))
    assert pauses(plex_tv)[:6] == [2.0, 3.0, 4.5, 6.75, 7.5, 7.5]


def limit(
    plex_tv: Simulator, virtual_time: VirtualTime, moment: float, *headers: str | None
) -> None:
    """Respond with 429 from a moment on, once for each of these headers."""

    def misbehave() -> None:
        for header in headers:
            plex_tv.misbehave("GET", PIN, Fault.rate_limited(header))

    virtual_time.at(moment, misbehave)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["7"], [7, 5, 5]),
        (["45"], [45, 5, 5]),
        (["1"], [5, 5, 5]),
        (["0"], [10, 5, 5]),
        ([None], [10, 5, 5]),
        (["rubbish"], [10, 5, 5]),
        ([None, None, None, None], [10, 20, 30, 30, 5, 5]),
        (["8", None, "3", None], [8, 16, 5, 10, 5, 5]),
    ],
    ids=str,
)
async def test_too_many_requests(
    plex_tv: Simulator,
    client: PlexTvClient,
    virtual_time: VirtualTime,
    headers: list[str | None],
    expected: list[float],
) -> None:
    """Retry-After is respected; without it the pause doubles, and stays long."""
    pin = await client.create_pin()
    limit(plex_tv, virtual_time, 29.5, *headers)
    virtual_time.at(400.0, lambda: plex_tv.approve(pin.code, "alice"))
    [token] = await virtual_time.run(login(client, pin, virtual_time).token())
    assert token == plex_tv.pins[-1].token
    refused = asked_at(plex_tv).index(30.0)
    after = pauses(plex_tv)[refused + 1 :]
    assert after[: len(expected)] == expected
    assert min(after) == 5


async def test_several_are_not_refused_together_again(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime
) -> None:
    """Jitter shortens the pause after a 429 by up to a quarter."""
    pin = await client.create_pin()
    limit(plex_tv, virtual_time, 29.5, None, None, None)
    waiting = login(client, pin, virtual_time, lambda: 1.0)
    await gone(virtual_time, waiting)
    refused = asked_at(plex_tv).index(30.0)
    assert pauses(plex_tv)[refused + 1 :][:4] == [7.5, 11.25, 16.875, 5.0]


async def test_a_date_to_come_back(
    plex_tv: Simulator,
    client: PlexTvClient,
    virtual_time: VirtualTime,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Retry-After may be a date."""
    freezer.move_to("2026-11-23T12:00:00Z")
    pin = await client.create_pin()
    limit(plex_tv, virtual_time, 0.0, "Mon, 23 Nov 2026 12:00:40 GMT")
    virtual_time.at(30.0, lambda: plex_tv.approve(pin.code, "alice"))
    await virtual_time.run(login(client, pin, virtual_time).token())
    assert asked_at(plex_tv) == [2.0, 42.0]


async def test_the_wait_counts_from_the_answer(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime
) -> None:
    """Retry-After counts from the response, not from the request."""

    async def refuse(_request: web.Request) -> web.StreamResponse:
        virtual_time.pass_by(8.0)
        return web.Response(status=429, headers={"Retry-After": "20"})

    pin = await client.create_pin()
    plex_tv.misbehave("GET", PIN, Fault("slow refusal", refuse))
    virtual_time.at(15.0, lambda: plex_tv.approve(pin.code, "alice"))
    await virtual_time.run(login(client, pin, virtual_time).token())
    assert [seen.at for seen in plex_tv.seen("GET", PIN)][1:] == [virtual_time.now()]
    assert virtual_time.clock() == 30.0


@pytest.mark.parametrize("header", ["3600", "9" * 18])
async def test_left_alone_beyond_the_end(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime, header: str
) -> None:
    """A Retry-After beyond the end of the code ends the polling."""
    pin = await client.create_pin()
    limit(plex_tv, virtual_time, 0.0, header)
    with pytest.raises(PlexTvRateLimitError):
        await virtual_time.run(login(client, pin, virtual_time).token())
    assert asked_at(plex_tv) == [2.0]
    assert virtual_time.clock() == 2.0


async def test_a_short_wait_at_the_end(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime
) -> None:
    """A code that ends during a short Retry-After has expired."""
    pin = await client.create_pin()
    limit(plex_tv, virtual_time, 889.0, "25")
    await gone(virtual_time, login(client, pin, virtual_time))
    assert asked_at(plex_tv)[-1] == 890.0
    assert virtual_time.clock() == 902.0


async def test_two_dialogues_do_not_keep_each_other_out(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime
) -> None:
    """Two PINs that are polled at once slow down until they are below the limit."""
    plex_tv.rate_limit = True
    pins = [await client.create_pin() for _ in range(2)]
    virtual_time.at(100.0, lambda: plex_tv.approve(pins[0].code, "alice"))
    virtual_time.at(200.0, lambda: plex_tv.approve(pins[1].code, "bob"))
    tokens = await virtual_time.run(
        *(login(client, pin, virtual_time).token() for pin in pins)
    )
    assert tokens == [pin.token for pin in plex_tv.pins]
    assert virtual_time.clock() < 206
    # One poll a second each would be 300.
    assert len(asked_at(plex_tv)) < 100
