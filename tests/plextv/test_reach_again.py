"""A search that starts from the last good connection."""

import pytest

from custom_components.plex_account.plextv import Connection
from tests.helpers.clock import until, until_idle
from tests.helpers.fake_servers import UNAVAILABLE, identity

from .connection_search import NAME, Searcher, server


async def test_the_last_one_is_asked_alone(searcher: Searcher) -> None:
    """While the last good connection responds, no other one gets a request."""
    local, relay = await searcher.open("local", "relay")
    assert await searcher.start(server(local, relay), last=relay) == relay.connection
    assert not local.requests
    full = searcher.start(server(local, relay), last=relay, full=True)
    assert await full == local.connection


async def test_the_last_one_fails(searcher: Searcher) -> None:
    """After the last good connection fails, the others get requests at once."""
    local, remote = await searcher.fakes.open_each("local", "remote")
    local.answer_with(UNAVAILABLE)
    remote.answer_with(identity(NAME))
    assert await searcher.start(server(local, remote), last=local) == remote.connection


async def test_the_last_one_is_silent(searcher: Searcher) -> None:
    """The others get requests after a delay; the last good one may still respond."""
    local, remote = await searcher.fakes.open_each("local", "remote")
    searching = searcher.start(server(local, remote), last=remote)
    await until(lambda: remote.requests)
    searcher.freezer.tick(1.4)
    await until_idle()
    assert not local.requests
    searcher.freezer.tick(0.2)
    await until(lambda: local.requests)
    searcher.freezer.tick(2.5)
    remote.answer_with(identity(NAME))
    local.answer_with(UNAVAILABLE)
    assert await searching == remote.connection
    assert len(remote.requests) == 1


@pytest.mark.parametrize("full", [False, True])
async def test_the_last_one_is_slow(searcher: Searcher, *, full: bool) -> None:
    """The last good one may take ten seconds if no other responds.

    Disks may have to spin up.
    """
    refusing, slow = await searcher.fakes.open_each("local", "remote")
    silent = await searcher.fakes.open("relay")
    refusing.answer_with(UNAVAILABLE)
    wanted = server(refusing, slow, silent)
    searching = searcher.start(wanted, last=slow, full=full)
    for _ in range(19):
        searcher.freezer.tick(0.5)
        await until_idle()
    assert silent.requests
    assert not searching.done()
    slow.answer_with(identity(NAME))
    assert await searching == slow.connection
    assert len(slow.requests) == 1


@pytest.mark.parametrize("full", [False, True])
async def test_the_last_one_is_slow_and_another_is_not(
    searcher: Searcher, *, full: bool
) -> None:
    """If another responds, the last good one only has the grace period."""
    slow, relay = await searcher.fakes.open_each("local", "relay")
    relay.answer_with(identity(NAME))
    searching = searcher.start(server(slow, relay), last=slow, full=full)
    seconds = 0.3 if full else 1.8
    assert await searcher.seconds_until_done([searching]) == pytest.approx(
        seconds, abs=0.2
    )
    assert await searching == relay.connection


async def test_the_last_one_is_listed_no_more(searcher: Searcher) -> None:
    """A connection that plex.tv no longer lists gets no request."""
    gone, remote = await searcher.open("local", "remote")
    assert await searcher.start(server(remote), last=gone) == remote.connection
    assert not gone.requests


async def test_the_last_one_is_known_by_its_address(searcher: Searcher) -> None:
    """The last good connection is recognised by its address, also on another route."""
    local, fake = await searcher.open("local", "remote")
    before = Connection(uri=fake.connection.uri, local=True, relay=False)
    wanted = server(local, fake)
    assert await searcher.start(wanted, last=before) == fake.connection
    assert not local.requests
