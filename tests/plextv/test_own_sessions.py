"""A guest's own sessions on a shared server, which does not list them for guests."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    MediaServer,
    OwnSessions,
    PlaybackNotification,
    PlexTvConnectionError,
)
from custom_components.plex_account.plextv.sessions import MAX_SESSIONS
from simulator import Fault, Simulator
from tests.helpers.clock import until
from tests.helpers.routes import TITLES

if TYPE_CHECKING:
    from simulator import ServerControl


async def test_ones_own_session(
    plex_tv: Simulator, attic: ServerControl, shared: MediaServer
) -> None:
    """The title of a notification can be requested although the list is refused."""
    film = attic.playback.start(plex_tv.people["casey"], "Basement")
    told = PlaybackNotification(key=str(film.key), state="paused", rating_key="102")
    session = await shared.session(told)
    assert session
    assert (session.key, session.title, session.state) == ("1", "Basement", "paused")
    assert (session.user, session.player) == (None, None)
    asked = len(attic.requests)
    for rating_key in (None, "../accounts", "1/../2"):
        assert await shared.session(replace(told, rating_key=rating_key)) is None
    assert len(attic.requests) == asked


async def test_a_list_of_ones_own(
    plex_tv: Simulator, attic: ServerControl, shared: MediaServer
) -> None:
    """The list is built from notifications, and each title is requested once."""
    own = OwnSessions()
    film = attic.playback.start(plex_tv.people["casey"], "Basement")
    told = PlaybackNotification(key=str(film.key), state="playing", rating_key="102")
    own.notified(told, 0.0)
    # Live TV has no title that could be requested.
    own.notified(replace(told, key="2", rating_key=None), 0.0)
    for now in (0.0, 10.0):
        found = await own.snapshot(shared, now)
        assert [each.title for each in found.sessions.values()] == ["Basement"]
        assert found.others == {"2": None}
    own.notified(replace(told, state="paused"), 10.0)
    [paused] = (await own.snapshot(shared, 10.0 + 1700)).sessions.values()
    assert paused.state == "paused"
    assert (await own.snapshot(shared, 10.0 + 1900)).sessions == {}
    assert len(attic.requests) == 1
    own.notified(told, 2000.0)
    own.notified(replace(told, state="stopped"), 2000.0)
    assert (await own.snapshot(shared, 2000.0)).sessions == {}


async def test_a_title_that_is_gone(attic: ServerControl, shared: MediaServer) -> None:
    """A session with a deleted title is no playback; the title is requested once."""
    own = OwnSessions()
    told = PlaybackNotification(key="1", state="playing", rating_key="102")
    own.notified(told, 0.0)
    own.notified(replace(told, key="2"), 0.0)
    attic.misbehave("GET", TITLES, Fault.html(404), times=1)
    for now in (0.0, 1.0):
        found = await own.snapshot(shared, now)
        assert list(found.sessions) == ["2"]
        assert found.others == {"1": "102"}
    assert len(attic.requests) == 2


@pytest.mark.parametrize("fault", [Fault.html(500), Fault.body("no JSON")], ids=str)
async def test_a_title_that_cannot_be_read(
    attic: ServerControl, shared: MediaServer, fault: Fault
) -> None:
    """A session is missing while its title is unreadable, and the others are listed."""
    own = OwnSessions()
    told = PlaybackNotification(key="1", state="playing", rating_key="102")
    own.notified(told, 0.0)
    own.notified(replace(told, key="2"), 0.0)
    attic.misbehave("GET", TITLES, fault, times=1)
    found = await own.snapshot(shared, 0.0)
    assert list(found.sessions) == ["2"]
    assert found.others == {}
    assert len((await own.snapshot(shared, 1.0)).sessions) == 2


async def test_a_server_that_does_not_answer(
    attic: ServerControl, shared: MediaServer
) -> None:
    """A server that does not respond gets no request for the next title."""
    own = OwnSessions()
    told = PlaybackNotification(key="1", state="playing", rating_key="102")
    own.notified(told, 0.0)
    own.notified(replace(told, key="2", rating_key="101"), 0.0)
    attic.misbehave("GET", TITLES, Fault.reset(), times=None)
    with pytest.raises(PlexTvConnectionError):
        await own.snapshot(shared, 0.0)
    assert {seen.path for seen in attic.requests} == {"/library/metadata/102"}


async def test_what_is_told_while_titles_are_read(
    attic: ServerControl, shared: MediaServer
) -> None:
    """A list includes notifications that arrive while titles are requested."""
    own = OwnSessions()
    told = PlaybackNotification(key="1", state="playing", rating_key="102")
    for key in ("1", "2", "3"):
        own.notified(replace(told, key=key), 0.0)
    reading = asyncio.create_task(own.snapshot(shared, 0.0))
    await until(lambda: attic.requests)
    own.notified(replace(told, state="paused", view_offset=7), 0.0)
    own.notified(replace(told, key="2", state="stopped"), 0.0)
    own.notified(replace(told, key="3", rating_key="101"), 0.0)
    found = await reading
    [paused] = found.sessions.values()
    assert (paused.key, paused.state, paused.view_offset) == ("1", "paused", 7)
    assert found.others == {}
    assert sorted((await own.snapshot(shared, 0.0)).sessions) == ["1", "3"]


async def test_too_many_of_ones_own(shared: MediaServer) -> None:
    """The number of sessions is limited."""
    own = OwnSessions()
    for number in range(MAX_SESSIONS + 1):
        own.notified(PlaybackNotification(key=str(number), state="playing"), 0.0)
    assert len((await own.snapshot(shared, 0.0)).others) == MAX_SESSIONS
