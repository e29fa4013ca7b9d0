"""Many searches at once, and what a search leaves behind."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import find_connection
from tests.helpers.clock import until, until_idle
from tests.helpers.fake_servers import identity

from .connection_search import NAME, search, seconds_until_done, server

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

    from custom_components.plex_account.plextv import Server, ServerSessions
    from tests.helpers.fake_servers import FakeServer, FakeServers


def dead_server(silent: FakeServer, connections: int = 8) -> Server:
    """Describe a server that is at many addresses, and answers at none."""
    uri = silent.connection.uri
    return server(
        *(
            replace(silent.connection, uri=f"{uri}/{number}")
            for number in range(connections)
        )
    )


async def test_not_too_many_requests_at_once(
    fake_servers: FakeServers, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """All searches together take no more than the slots there are."""
    dead = dead_server(await fake_servers.open("local"))
    slots = asyncio.Semaphore(16)
    searches = [search(sessions, dead, slots=slots) for _ in range(10)]
    await until(lambda: fake_servers.connections.now == 16)
    # Eighty requests in five turns of three seconds.
    assert await seconds_until_done(freezer, searches) == pytest.approx(15, abs=1)
    assert fake_servers.connections.most == 16
    assert [await searching for searching in searches] == [None] * 10


async def test_waiting_for_a_slot_costs_no_time(
    fake_servers: FakeServers, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """A server is not taken for dead because others were in the way."""
    silent, good = await fake_servers.open("local"), await fake_servers.open("local")
    good.answer_with(identity(NAME))
    slots = asyncio.Semaphore(1)
    first = search(sessions, dead_server(silent, connections=3), slots=slots)
    second = search(sessions, server(silent, good), slots=slots)
    third = search(sessions, server(good), last=good, slots=slots)
    assert await seconds_until_done(freezer, [first, second, third]) > 10
    assert await first is None
    assert await second == await third == good.connection


async def test_known_servers_first(
    fake_servers: FakeServers, sessions: ServerSessions
) -> None:
    """No server with a good connection waits for those that have none."""
    silent, good = await fake_servers.open("local"), await fake_servers.open("local")
    good.answer_with(identity(NAME))
    slots = asyncio.Semaphore(4)
    dead = [search(sessions, dead_server(silent), slots=slots) for _ in range(10)]
    alive = [search(sessions, server(good), last=good, slots=slots) for _ in range(10)]
    assert await asyncio.gather(*alive) == [good.connection] * 10
    assert not any(searching.done() for searching in dead)
    for searching in dead:
        searching.cancel()
    await asyncio.gather(*dead, return_exceptions=True)


@pytest.mark.parametrize("full", [False, True])
async def test_dead_servers_delay_nobody(
    fake_servers: FakeServers,
    sessions: ServerSessions,
    freezer: FrozenDateTimeFactory,
    *,
    full: bool,
) -> None:
    """Whoever waits for a slow one leaves its slot to others."""
    silent, good = await fake_servers.open("local"), await fake_servers.open("local")
    good.answer_with(identity(NAME))
    slots = asyncio.Semaphore(1)
    dead = [
        search(sessions, server(silent), last=silent, full=full, slots=slots)
        for _ in range(2)
    ]
    alive = search(sessions, server(good), last=good, slots=slots)
    assert await seconds_until_done(freezer, [alive]) == pytest.approx(
        0 if full else 3, abs=0.3
    )
    assert await alive == good.connection
    assert not any(searching.done() for searching in dead)
    assert await seconds_until_done(freezer, dead) < 12
    assert [await searching for searching in dead] == [None] * 2


async def test_slots_are_given_back_early(
    fake_servers: FakeServers, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """Whoever can no longer win leaves room for others as soon as that is clear."""
    better, good, worse = [
        await fake_servers.open(route) for route in ("local", "remote", "relay")
    ]
    slots = asyncio.Semaphore(3)
    searching = search(sessions, server(better, good, worse), slots=slots)
    await until(lambda: better.requests and good.requests and worse.requests)
    assert slots.locked()
    good.answer_with(identity(NAME))
    await until(lambda: fake_servers.connections.now == 1)
    assert not searching.done()
    [another] = [await fake_servers.open("local")]
    another.answer_with(identity(NAME))
    assert await search(sessions, server(another), slots=slots) == another.connection
    freezer.tick(0.4)
    assert await searching == good.connection


async def test_nothing_is_left(
    fake_servers: FakeServers, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """Neither a task nor an open connection, whoever answered and whoever did not."""
    before = asyncio.all_tasks()
    silent, good, worse = [
        await fake_servers.open(route) for route in ("local", "remote", "relay")
    ]
    good.answer_with(identity(NAME))
    slots = asyncio.Semaphore(3)
    wanted = server(silent, good, worse)
    for last in (None, silent, good):
        searching = search(sessions, wanted, last=last, slots=slots)
        await seconds_until_done(freezer, [searching])
        assert await searching == good.connection
        assert asyncio.all_tasks() == before
        await until(lambda: fake_servers.connections.now == 0)
        assert not slots.locked()


async def test_what_lost_has_ended(
    fake_servers: FakeServers, sessions: ServerSessions
) -> None:
    """Nothing goes on behind the back of whoever asked."""
    before = asyncio.all_tasks()
    good, silent = await fake_servers.open("local"), await fake_servers.open("remote")
    good.answer_with(identity(NAME))
    found = await find_connection(
        sessions, server(good, silent), last=None, slots=asyncio.Semaphore(2)
    )
    assert asyncio.all_tasks() == before
    assert found == good.connection


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("busy", [True, False])
async def test_giving_up_is_heard(
    fake_servers: FakeServers,
    sessions: ServerSessions,
    freezer: FrozenDateTimeFactory,
    *,
    busy: bool,
    known: bool,
) -> None:
    """Who cancels a search ends it at once, and all that belongs to it."""
    before = asyncio.all_tasks()
    silent, good = await fake_servers.open("local"), await fake_servers.open("remote")
    slots = asyncio.Semaphore(1 if busy else 2)
    last = silent if known else None
    searching = search(sessions, server(silent, good), last=last, slots=slots)
    await until(lambda: silent.requests)
    await until_idle()
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    assert asyncio.all_tasks() == before
    await until(lambda: fake_servers.connections.now == 0)

    good.answer_with(identity(NAME))
    assert await search(sessions, server(good), slots=slots) == good.connection


async def test_giving_up_before_it_began(
    fake_servers: FakeServers, sessions: ServerSessions
) -> None:
    """A search that is cancelled at once asks nobody."""
    fake = await fake_servers.open("local")
    slots = asyncio.Semaphore(1)
    searching = search(sessions, server(fake), slots=slots)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    await until_idle()
    assert not fake.requests
    assert not slots.locked()
