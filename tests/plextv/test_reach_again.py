"""A search that knows at which connection a server answered last."""

from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import Connection
from tests.helpers.clock import until, until_idle
from tests.helpers.fake_servers import UNAVAILABLE, identity

from .connection_search import NAME, search, seconds_until_done, server

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

    from custom_components.plex_account.plextv import ServerSessions
    from tests.helpers.fake_servers import FakeServers


async def test_the_last_one_is_asked_alone(
    fake_servers: FakeServers, sessions: ServerSessions
) -> None:
    """As long as it answers, nobody else is troubled."""
    local, relay = await fake_servers.open("local"), await fake_servers.open("relay")
    local.answer_with(identity(NAME))
    relay.answer_with(identity(NAME))
    assert await search(sessions, server(local, relay), last=relay) == relay.connection
    assert not local.requests
    full = search(sessions, server(local, relay), last=relay, full=True)
    assert await full == local.connection


async def test_the_last_one_fails(
    fake_servers: FakeServers, sessions: ServerSessions
) -> None:
    """The others are asked at once."""
    local, remote = await fake_servers.open("local"), await fake_servers.open("remote")
    local.answer_with(UNAVAILABLE)
    remote.answer_with(identity(NAME))
    assert (
        await search(sessions, server(local, remote), last=local) == remote.connection
    )


async def test_the_last_one_is_silent(
    fake_servers: FakeServers, sessions: ServerSessions, freezer: FrozenDateTimeFactory
) -> None:
    """The others are asked after a while, and it may still answer then."""
    local, remote = await fake_servers.open("local"), await fake_servers.open("remote")
    searching = search(sessions, server(local, remote), last=remote)
    await until(lambda: remote.requests)
    freezer.tick(1.4)
    await until_idle()
    assert not local.requests
    freezer.tick(0.2)
    await until(lambda: local.requests)
    freezer.tick(2.5)
    remote.answer_with(identity(NAME))
    local.answer_with(UNAVAILABLE)
    assert await searching == remote.connection
    assert len(remote.requests) == 1


@pytest.mark.parametrize("full", [False, True])
async def test_the_last_one_is_slow(
    fake_servers: FakeServers,
    sessions: ServerSessions,
    freezer: FrozenDateTimeFactory,
    *,
    full: bool,
) -> None:
    """It has ten seconds while nothing else answers: its disk may have to spin up."""
    refusing, slow = await fake_servers.open("local"), await fake_servers.open("remote")
    silent = await fake_servers.open("relay")
    refusing.answer_with(UNAVAILABLE)
    wanted = server(refusing, slow, silent)
    searching = search(sessions, wanted, last=slow, full=full)
    for _ in range(19):
        freezer.tick(0.5)
        await until_idle()
    assert silent.requests
    assert not searching.done()
    slow.answer_with(identity(NAME))
    assert await searching == slow.connection
    assert len(slow.requests) == 1


@pytest.mark.parametrize("full", [False, True])
async def test_the_last_one_is_slow_and_another_is_not(
    fake_servers: FakeServers,
    sessions: ServerSessions,
    freezer: FrozenDateTimeFactory,
    *,
    full: bool,
) -> None:
    """Nobody waits for it then, longer than the grace of a preferred one."""
    slow, relay = await fake_servers.open("local"), await fake_servers.open("relay")
    relay.answer_with(identity(NAME))
    searching = search(sessions, server(slow, relay), last=slow, full=full)
    seconds = 0.3 if full else 1.8
    assert await seconds_until_done(freezer, [searching]) == pytest.approx(
        seconds, abs=0.2
    )
    assert await searching == relay.connection


async def test_the_last_one_is_listed_no_more(
    fake_servers: FakeServers, sessions: ServerSessions
) -> None:
    """Nobody is asked whom plex.tv does not name."""
    gone, remote = await fake_servers.open("local"), await fake_servers.open("remote")
    gone.answer_with(identity(NAME))
    remote.answer_with(identity(NAME))
    assert await search(sessions, server(remote), last=gone) == remote.connection
    assert not gone.requests


async def test_the_last_one_is_known_by_its_address(
    fake_servers: FakeServers, sessions: ServerSessions
) -> None:
    """plex.tv may have changed its mind about what the address is."""
    local, fake = await fake_servers.open("local"), await fake_servers.open("remote")
    local.answer_with(identity(NAME))
    fake.answer_with(identity(NAME))
    before = Connection(uri=fake.connection.uri, local=True, relay=False)
    wanted = server(local, fake)
    assert await search(sessions, wanted, last=before) == fake.connection
    assert not local.requests
