"""Polling of a PIN: its intervals and its end."""

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import web
import pytest

from custom_components.plex_account.plextv import PinLogin
from simulator import Fault
from tests.helpers.clock import until_asked, until_idle
from tests.helpers.routes import PIN, PINS

from .pin_polling import asked_at, gone, login, pauses

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Simulator

    from .virtual_time import VirtualTime


async def test_the_pace(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime
) -> None:
    """The polling interval depends on the age of the code."""
    plex_tv.rate_limit = True
    pin = await client.create_pin()
    await gone(virtual_time, login(client, pin, virtual_time))
    questions = asked_at(plex_tv)
    assert questions[:5] == [2.0, 4.0, 6.0, 7.0, 8.0]
    assert questions[-4:] == pytest.approx([897.8, 898.8, 899.8, 902.0])
    assert len(questions) < 350
    for asked, pause in zip(questions[:-4], pauses(plex_tv)[1:-3], strict=True):
        expected = next(
            wait
            for end, wait in ((5, 2), (120, 1), (300, 2), (895, 5), (897, 2.8))
            if asked < end
        )
        assert pause == pytest.approx(expected)


@pytest.mark.parametrize(
    ("strong", "latency"),
    [(False, 0.0), (False, 0.3), (False, 1.0), (False, 7.3), (True, 0.1)],
)
async def test_never_more_than_one_a_second(
    plex_tv: Simulator,
    client: PlexTvClient,
    virtual_time: VirtualTime,
    *,
    strong: bool,
    latency: float,
) -> None:
    """Polls are at least a second apart, also with slow responses."""
    waiting_pin = {"id": 7, "code": "ABCD", "expiresIn": 900, "authToken": None}

    async def answer(_request: web.Request) -> web.StreamResponse:
        virtual_time.pass_by(latency)
        return web.json_response(waiting_pin)

    pin = await client.create_pin(strong=strong)
    plex_tv.misbehave("GET", PIN, Fault("slow", answer), times=None)
    await gone(virtual_time, login(client, pin, virtual_time))
    assert min(pauses(plex_tv)) >= 1
    assert len(pauses(plex_tv)) < (530 if strong else 350)
    # One of the last polls comes before plex.tv deletes the code.
    last = [at for at in asked_at(plex_tv) if at < pin.lifetime - 1]
    assert last[-1] >= pin.lifetime - 2 - max(latency, 1)
    assert asked_at(plex_tv)[-1] <= pin.lifetime + 2
    assert virtual_time.clock() <= pin.lifetime + 2 + latency


@pytest.mark.parametrize("moment", [0.5, 3.0, 59.2, 119.5, 250.1, 600.7, 897.9, 899.5])
async def test_an_approval_is_seen_soon(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime, moment: float
) -> None:
    """The poll after the approval returns the token and is the last one."""
    pin = await client.create_pin()
    virtual_time.at(moment, lambda: plex_tv.approve(pin.code, "alice"))
    [token] = await virtual_time.run(login(client, pin, virtual_time).token())
    assert token == plex_tv.pins[-1].token
    assert moment <= asked_at(plex_tv)[-1] <= moment + (2 if moment < 300 else 5)
    assert virtual_time.clock() == asked_at(plex_tv)[-1]


@pytest.mark.parametrize("lifetime", [0.0, 1.5, 2.4, 5.5, 10.5, 902.4])
async def test_an_end_of_our_own(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime, lifetime: float
) -> None:
    """A code ends at its local deadline, shortly after its lifetime."""
    body = {"id": 7, "code": "ABCD", "expiresIn": lifetime}
    plex_tv.misbehave("POST", PINS, Fault.body(json.dumps(body)))
    pin = await client.create_pin()
    plex_tv.misbehave("GET", PIN, Fault.body(json.dumps(body)), times=None)
    await gone(virtual_time, login(client, pin, virtual_time))
    assert virtual_time.clock() == pytest.approx(lifetime + 2)
    assert all(pause >= 1 for pause in pauses(plex_tv)[1:])


async def test_plex_tv_may_end_it_earlier(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime
) -> None:
    """404 with error 1020 ends the polling at once."""
    pin = await client.create_pin()
    virtual_time.at(77.5, lambda: plex_tv.expire(pin.code))
    await gone(virtual_time, login(client, pin, virtual_time))
    assert asked_at(plex_tv)[-1] == virtual_time.clock() == 78.0


async def test_plex_tv_may_never_end_it(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime
) -> None:
    """A code that plex.tv never reports as expired ends at its deadline."""
    plex_tv.quirks.expired_pin_answers_null = True
    pin = await client.create_pin()
    virtual_time.at(77.5, lambda: plex_tv.expire(pin.code))
    await gone(virtual_time, login(client, pin, virtual_time))
    assert virtual_time.clock() == 902.0


async def test_an_hour_is_the_longest(
    plex_tv: Simulator, client: PlexTvClient, virtual_time: VirtualTime
) -> None:
    """A lifetime above an hour counts as an hour."""
    body = '{"id": 7, "code": "ABCD", "expiresIn": 1e18}'
    plex_tv.misbehave("POST", PINS, Fault.body(body))
    pin = await client.create_pin()
    plex_tv.misbehave("GET", PIN, Fault.html(502), times=None)
    await gone(virtual_time, login(client, pin, virtual_time))
    assert virtual_time.clock() == 3602


async def test_approved_before_anybody_asked(
    plex_tv: Simulator, client: PlexTvClient, freezer: FrozenDateTimeFactory
) -> None:
    """By default a login uses the event loop's clock."""
    pin = await client.create_pin()
    plex_tv.approve(pin.code, "casey")
    waiting = asyncio.create_task(PinLogin(client, pin).token())
    await until_idle()
    freezer.tick(1.9)
    await until_idle()
    assert not plex_tv.seen("GET", PIN)
    freezer.tick(0.2)
    assert await waiting == plex_tv.pins[-1].token


@pytest.mark.parametrize("asking", [False, True])
async def test_closing_ends_the_asking(
    plex_tv: Simulator,
    client: PlexTvClient,
    freezer: FrozenDateTimeFactory,
    *,
    asking: bool,
) -> None:
    """Cancelling the login raises CancelledError and ends the polling."""
    pin = await client.create_pin()
    plex_tv.misbehave("GET", PIN, Fault.hang())
    waiting = asyncio.create_task(PinLogin(client, pin).token())
    await asyncio.sleep(0)
    if asking:
        freezer.tick(2.1)
        await until_asked(plex_tv, 2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    freezer.tick(60)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(plex_tv.seen("GET", PIN)) == asking
