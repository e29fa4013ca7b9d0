"""Many searches at once, and their cancellation."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import find_connection
from tests.helpers.clock import until, until_idle
from tests.helpers.fake_servers import identity

from .connection_search import NAME, Searcher, server

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import Server, ServerSessions
    from tests.helpers.fake_servers import FakeServer, FakeServers


def dead_server(silent: FakeServer, connections: int = 8) -> Server:
    """Return a server with many addresses that do not respond."""
    uri = silent.connection.uri
    return server(
        *(
            replace(silent.connection, uri=f"{uri}/{number}")
            for number in range(connections)
        )
    )


async def test_not_too_many_requests_at_once(searcher: Searcher) -> None:
    """All searches together send a limited number of requests at once."""
    dead = dead_server(await searcher.fakes.open("local"))
    slots = asyncio.Semaphore(16)
    searches = [searcher.start(dead, slots=slots) for _ in range(10)]
    await until(lambda: searcher.fakes.connections.now == 16)
    # Eighty requests, sixteen at a time, three seconds each.
    assert await searcher.seconds_until_done(searches) == pytest.approx(15, abs=1)
    assert searcher.fakes.connections.most == 16
    assert [await searching for searching in searches] == [None] * 10


async def test_waiting_for_a_slot_costs_no_time(searcher: Searcher) -> None:
    """Waiting for a slot does not count towards the timeout."""
    silent, good = await searcher.fakes.open_each("local", "local")
    good.answer_with(identity(NAME))
    slots = asyncio.Semaphore(1)
    first = searcher.start(dead_server(silent, connections=3), slots=slots)
    second = searcher.start(server(silent, good), slots=slots)
    third = searcher.start(server(good), last=good, slots=slots)
    assert await searcher.seconds_until_done([first, second, third]) > 10
    assert await first is None
    assert await second == await third == good.connection


async def test_known_servers_first(searcher: Searcher) -> None:
    """Last good connections get requests before all others."""
    silent, good = await searcher.fakes.open_each("local", "local")
    good.answer_with(identity(NAME))
    slots = asyncio.Semaphore(4)
    dead = [searcher.start(dead_server(silent), slots=slots) for _ in range(10)]
    alive = [searcher.start(server(good), last=good, slots=slots) for _ in range(10)]
    assert await asyncio.gather(*alive) == [good.connection] * 10
    assert not any(searching.done() for searching in dead)
    for searching in dead:
        searching.cancel()
    await asyncio.gather(*dead, return_exceptions=True)


@pytest.mark.parametrize("full", [False, True])
async def test_dead_servers_delay_nobody(searcher: Searcher, *, full: bool) -> None:
    """Silent servers do not delay others."""
    silent, good = await searcher.fakes.open_each("local", "local")
    good.answer_with(identity(NAME))
    slots = asyncio.Semaphore(1)
    dead = [
        searcher.start(server(silent), last=silent, full=full, slots=slots)
        for _ in range(2)
    ]
    alive = searcher.start(server(good), last=good, slots=slots)
    assert await searcher.seconds_until_done([alive]) == pytest.approx(
        0 if full else 3, abs=0.3
    )
    assert await alive == good.connection
    assert not any(searching.done() for searching in dead)
    assert await searcher.seconds_until_done(dead) < 12
    assert [await searching for searching in dead] == [None] * 2


async def test_slots_are_given_back_early(searcher: Searcher) -> None:
    """Requests that can no longer win are cancelled at once."""
    better, good, worse = await searcher.fakes.open_each("local", "remote", "relay")
    slots = asyncio.Semaphore(3)
    searching = searcher.start(server(better, good, worse), slots=slots)
    await until(lambda: better.requests and good.requests and worse.requests)
    assert slots.locked()
    good.answer_with(identity(NAME))
    await until(lambda: searcher.fakes.connections.now == 1)
    assert not searching.done()
    [another] = await searcher.open("local")
    assert await searcher.start(server(another), slots=slots) == another.connection
    searcher.freezer.tick(0.4)
    assert await searching == good.connection


async def test_nothing_is_left(searcher: Searcher) -> None:
    """A search leaves neither a task nor an open connection."""
    before = asyncio.all_tasks()
    silent, good, worse = await searcher.fakes.open_each("local", "remote", "relay")
    good.answer_with(identity(NAME))
    slots = asyncio.Semaphore(3)
    wanted = server(silent, good, worse)
    for last in (None, silent, good):
        searching = searcher.start(wanted, last=last, slots=slots)
        await searcher.seconds_until_done([searching])
        assert await searching == good.connection
        assert asyncio.all_tasks() == before
        await until(lambda: searcher.fakes.connections.now == 0)
        assert not slots.locked()


async def test_what_lost_has_ended(
    fake_servers: FakeServers, sessions: ServerSessions
) -> None:
    """The other requests have ended when the search returns."""
    before = asyncio.all_tasks()
    good, silent = await fake_servers.open_each("local", "remote")
    good.answer_with(identity(NAME))
    found = await find_connection(
        sessions, server(good, silent), last=None, slots=asyncio.Semaphore(2)
    )
    assert asyncio.all_tasks() == before
    assert found == good.connection


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("busy", [True, False])
async def test_giving_up_is_heard(
    searcher: Searcher, *, busy: bool, known: bool
) -> None:
    """Cancelling a search cancels all its requests."""
    before = asyncio.all_tasks()
    silent, good = await searcher.fakes.open_each("local", "remote")
    slots = asyncio.Semaphore(1 if busy else 2)
    last = silent if known else None
    searching = searcher.start(server(silent, good), last=last, slots=slots)
    await until(lambda: silent.requests)
    await until_idle()
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    assert asyncio.all_tasks() == before
    await until(lambda: searcher.fakes.connections.now == 0)

    good.answer_with(identity(NAME))
    assert await searcher.start(server(good), slots=slots) == good.connection


async def test_giving_up_before_it_began(searcher: Searcher) -> None:
    """A search that is cancelled before it starts sends nothing."""
    fake = await searcher.fakes.open("local")
    slots = asyncio.Semaphore(1)
    searching = searcher.start(server(fake), slots=slots)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    await until_idle()
    assert not fake.requests
    assert not slots.locked()
