"""Which of a server's connections is found, and how long that takes."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import Connection, find_connection
from simulator import Simulator
from tests.helpers.clock import until, until_idle
from tests.helpers.fake_servers import UNAVAILABLE, identity

from .connection_search import ANOTHER, NAME, search, seconds_until_done, server
from .samples import CLIENT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from freezegun.api import FrozenDateTimeFactory

    from custom_components.plex_account.plextv import (
        PlexTvClient,
        Server,
        ServerSessions,
    )
    from tests.helpers.fake_servers import FakeServers


@pytest.fixture
async def plex_tv(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Provide a plex.tv whose servers answer, each at some of its addresses."""
    async with Simulator(media_servers=True) as simulator:
        yield simulator


async def found(
    sessions: ServerSessions,
    freezer: FrozenDateTimeFactory,
    wanted: Server,
    last: Connection | None = None,
) -> Connection | None:
    """Search, and let as much time pass as that takes."""
    searching = search(sessions, wanted, last=last)
    await seconds_until_done(freezer, [searching])
    return await searching


async def test_an_account(
    alice: PlexTvClient, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """Each server is found on the best route that leads to it."""
    servers = await alice.get_servers()
    searches = [search(sessions, each) for each in servers]
    assert await seconds_until_done(freezer, searches) < 0.5
    routes = {
        each.name: connection.route
        for each, searching in zip(servers, searches, strict=True)
        if (connection := await searching)
    }
    assert routes == {"Attic": "local", "Cabin": "remote", "Bob's Basement": "relay"}


async def test_a_server_comes_and_goes(
    plex_tv: Simulator,
    alice: PlexTvClient,
    sessions: ServerSessions,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What was found last is left when it fails, and found again later."""
    attic, *_ = await alice.get_servers()
    machine = plex_tv.servers["Attic"]
    connections = [await found(sessions, freezer, attic)]
    for route in ("local", "remote", "relay"):
        await machine.stop(route)
        connections.append(await found(sessions, freezer, attic, connections[-1]))
    await machine.start("remote")
    connections.append(await found(sessions, freezer, attic, connections[-1]))
    routes = [connection.route if connection else None for connection in connections]
    assert routes == ["local", "remote", "relay", None, "remote"]


async def test_a_lie(
    plex_tv: Simulator,
    alice: PlexTvClient,
    sessions: ServerSessions,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Another server at this one's addresses is not this one."""
    attic, *_ = await alice.get_servers()
    connection = await found(sessions, freezer, attic)
    plex_tv.servers["Attic"].lie(plex_tv.servers["Cabin"].machine_identifier)
    assert await found(sessions, freezer, attic, connection) is None
    plex_tv.servers["Attic"].lie(None)
    assert await found(sessions, freezer, attic) == connection


async def test_nobody_learns_who_asks(
    plex_tv: Simulator, client: PlexTvClient, sessions: ServerSessions
) -> None:
    """No token goes along, and no word about us."""
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    attic, *_ = await client.with_token(token).get_servers()
    slots = asyncio.Semaphore(100)
    await find_connection(sessions, attic, last=None, slots=slots)
    assert plex_tv.servers["Attic"].requests
    for seen in plex_tv.servers["Attic"].requests:
        assert (seen.method, seen.path, seen.body) == ("GET", "/identity", b"")
        assert not seen.query
        assert {name.lower() for name in seen.headers} <= {
            "host",
            "accept",
            "accept-encoding",
            "connection",
            "user-agent",
        }
        assert seen.headers["Accept"] == "application/json"
        told = "".join(seen.headers.values())
        assert not [secret for secret in (token, CLIENT) if secret in told]


async def test_the_preferred_one_in_time(
    fake_servers: FakeServers, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """A preferred connection may be a little slower than another."""
    local, remote, relay = [
        await fake_servers.open(route) for route in ("local", "remote", "relay")
    ]
    searching = search(sessions, server(local, remote, relay))
    await until(lambda: local.requests and remote.requests and relay.requests)
    remote.answer_with(identity(NAME))
    await until_idle()
    freezer.tick(0.25)
    await until_idle()
    assert not searching.done()
    local.answer_with(identity(NAME))
    assert await searching == local.connection


async def test_the_preferred_one_too_late(
    fake_servers: FakeServers, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """The grace counts from the first answer, whichever comes next."""
    local, remote, relay = [
        await fake_servers.open(route) for route in ("local", "remote", "relay")
    ]
    searching = search(sessions, server(local, remote, relay))
    await until(lambda: local.requests and remote.requests and relay.requests)
    freezer.tick(1)
    relay.answer_with(identity(NAME))
    await until_idle()
    freezer.tick(0.2)
    remote.answer_with(identity(NAME))
    await until_idle()
    assert not searching.done()
    freezer.tick(0.15)
    assert await searching == remote.connection


async def test_nothing_better_to_wait_for(
    fake_servers: FakeServers, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """No time passes once every preferred connection answered or failed."""
    refusing, local, remote, relay = [
        await fake_servers.open(route)
        for route in ("local", "local", "remote", "relay")
    ]
    searching = search(sessions, server(refusing, local, remote, relay))
    await until(lambda: all(d.requests for d in (refusing, local, remote, relay)))
    remote.answer_with(identity(NAME))
    await until_idle()
    refusing.answer_with(UNAVAILABLE)
    await until_idle()
    assert not searching.done()
    local.answer_with(identity(ANOTHER))
    assert await searching == remote.connection


async def test_only_dead_ends(
    fake_servers: FakeServers, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """All silent addresses cost one time limit, and the last good one a longer one."""
    silent = [await fake_servers.open("local") for _ in range(8)]
    searching = search(sessions, server(*silent))
    assert await seconds_until_done(freezer, [searching]) == pytest.approx(3, abs=0.2)
    assert await searching is None
    # Of limits above five seconds, aiohttp rounds the moment up to a whole one.
    searching = search(sessions, server(*silent), last=silent[7])
    assert await seconds_until_done(freezer, [searching]) == pytest.approx(10, abs=1.1)
    assert await searching is None


async def test_no_connections(sessions: ServerSessions) -> None:
    """A server that says nowhere that it can be found cannot be found."""
    last = Connection(uri="http://127.0.0.1:1", local=True, relay=False)
    assert await search(sessions, server(), last=last) is None


async def test_several_rows(
    fake_servers: FakeServers, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """The row that answers counts, and the first one if both do."""
    new, old = await fake_servers.open("local"), await fake_servers.open("local")
    wanted = replace(server(new), other_rows=(server(old),))
    old.answer_with(identity(NAME))
    searching = search(sessions, wanted)
    assert await seconds_until_done(freezer, [searching]) == pytest.approx(3, abs=0.2)
    assert await searching == old.connection
    asked = len(new.requests)
    assert await search(sessions, wanted, last=old) == old.connection
    assert len(new.requests) == asked
    new.answer_with(identity(NAME))
    assert await search(sessions, wanted, last=old, full=True) == new.connection
