"""The search for a server's connection: its result and its duration."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import Connection, find_connection
from tests.helpers.clock import until, until_idle
from tests.helpers.fake_servers import UNAVAILABLE, identity

from .connection_search import ANOTHER, NAME, Searcher, server
from .samples import CLIENT

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import (
        PlexTvClient,
        Server,
        ServerSessions,
    )
    from simulator import Simulator


async def found(
    searcher: Searcher, wanted: Server, last: Connection | None = None
) -> Connection | None:
    """Run a search in virtual time."""
    searching = searcher.start(wanted, last=last)
    await searcher.seconds_until_done([searching])
    return await searching


async def test_an_account(alice: PlexTvClient, searcher: Searcher) -> None:
    """Each server is found on its preferred working route."""
    servers = await alice.get_servers()
    searches = [searcher.start(each) for each in servers]
    assert await searcher.seconds_until_done(searches) < 0.5
    routes = {
        each.name: connection.route
        for each, searching in zip(servers, searches, strict=True)
        if (connection := await searching)
    }
    assert routes == {"Attic": "local", "Cabin": "remote", "Bob's Basement": "relay"}


async def test_a_server_comes_and_goes(
    plex_tv: Simulator, alice: PlexTvClient, searcher: Searcher
) -> None:
    """A failed connection is replaced, and found again later."""
    attic, *_ = await alice.get_servers()
    machine = plex_tv.servers["Attic"]
    connections = [await found(searcher, attic)]
    for route in ("local", "remote", "relay"):
        await machine.stop(route)
        connections.append(await found(searcher, attic, connections[-1]))
    await machine.start("remote")
    connections.append(await found(searcher, attic, connections[-1]))
    routes = [connection.route if connection else None for connection in connections]
    assert routes == ["local", "remote", "relay", None, "remote"]


async def test_another_machine_identifier(
    plex_tv: Simulator, alice: PlexTvClient, searcher: Searcher
) -> None:
    """A response with another machine identifier does not count."""
    attic, *_ = await alice.get_servers()
    connection = await found(searcher, attic)
    plex_tv.servers["Attic"].lie(plex_tv.servers["Cabin"].machine_identifier)
    assert await found(searcher, attic, connection) is None
    plex_tv.servers["Attic"].lie(None)
    assert await found(searcher, attic) == connection


async def test_nobody_learns_who_asks(
    plex_tv: Simulator, client: PlexTvClient, sessions: ServerSessions
) -> None:
    """The search sends neither a token nor identifying headers."""
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


async def test_the_preferred_one_in_time(searcher: Searcher) -> None:
    """A preferred connection wins within a grace period."""
    local, remote, relay = await searcher.fakes.open_each("local", "remote", "relay")
    searching = searcher.start(server(local, remote, relay))
    await until(lambda: local.requests and remote.requests and relay.requests)
    remote.answer_with(identity(NAME))
    await until_idle()
    searcher.freezer.tick(0.25)
    await until_idle()
    assert not searching.done()
    local.answer_with(identity(NAME))
    assert await searching == local.connection


async def test_the_preferred_one_too_late(searcher: Searcher) -> None:
    """The grace period counts from the first response."""
    local, remote, relay = await searcher.fakes.open_each("local", "remote", "relay")
    searching = searcher.start(server(local, remote, relay))
    await until(lambda: local.requests and remote.requests and relay.requests)
    searcher.freezer.tick(1)
    relay.answer_with(identity(NAME))
    await until_idle()
    searcher.freezer.tick(0.2)
    remote.answer_with(identity(NAME))
    await until_idle()
    assert not searching.done()
    searcher.freezer.tick(0.15)
    assert await searching == remote.connection


async def test_nothing_better_to_wait_for(searcher: Searcher) -> None:
    """The search ends once every preferred connection has responded or failed."""
    refusing, local, remote, relay = await searcher.fakes.open_each(
        "local", "local", "remote", "relay"
    )
    searching = searcher.start(server(refusing, local, remote, relay))
    await until(lambda: all(d.requests for d in (refusing, local, remote, relay)))
    remote.answer_with(identity(NAME))
    await until_idle()
    refusing.answer_with(UNAVAILABLE)
    await until_idle()
    assert not searching.done()
    local.answer_with(identity(ANOTHER))
    assert await searching == remote.connection


async def test_only_dead_ends(searcher: Searcher) -> None:
    """Silent addresses take one timeout; the last good one has a longer one."""
    silent = [await searcher.fakes.open("local") for _ in range(8)]
    searching = searcher.start(server(*silent))
    assert await searcher.seconds_until_done([searching]) == pytest.approx(3, abs=0.2)
    assert await searching is None
    # aiohttp rounds timeouts above five seconds up to a whole second.
    searching = searcher.start(server(*silent), last=silent[7])
    assert await searcher.seconds_until_done([searching]) == pytest.approx(10, abs=1.1)
    assert await searching is None


async def test_no_connections(searcher: Searcher) -> None:
    """A server without connections is not found."""
    last = Connection(uri="http://127.0.0.1:1", local=True, relay=False)
    assert await searcher.start(server(), last=last) is None


async def test_several_rows(searcher: Searcher) -> None:
    """The row whose address responds counts, and the first one if both respond."""
    new, old = await searcher.fakes.open_each("local", "local")
    wanted = replace(server(new), other_rows=(server(old),))
    old.answer_with(identity(NAME))
    searching = searcher.start(wanted)
    assert await searcher.seconds_until_done([searching]) == pytest.approx(3, abs=0.2)
    assert await searching == old.connection
    asked = len(new.requests)
    assert await searcher.start(wanted, last=old) == old.connection
    assert len(new.requests) == asked
    new.answer_with(identity(NAME))
    assert await searcher.start(wanted, last=old, full=True) == new.connection
