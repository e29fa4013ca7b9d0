"""The state machine of a server: lists that are older than notifications."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import Session, Snapshot
from custom_components.plex_account.plextv.playback import (
    DOUBTS,
    GAP,
    GRACE,
    MAX_KEYS,
)

from .listened_server import FILM, Server

if TYPE_CHECKING:
    from custom_components.plex_account.plextv.sessions import SessionState


def test_what_is_told_while_a_list_is_asked_for() -> None:
    """A notification that arrives during a list makes another list due."""
    server = Server()
    server.playback.looking(server.now)
    server.tell("1", "playing")
    assert server.playback.looked(Snapshot(sessions={}), server.now) == []
    server.show(FILM)
    assert server.wait(GAP) == ["started"]


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [("playing", "paused", "paused"), ("paused", "playing", "resumed")],
)
def test_a_list_that_is_older_than_what_was_told(
    before: SessionState, after: SessionState, event: str
) -> None:
    """An older list changes neither the state nor the position of a session."""
    server = Server(replace(FILM, state=before))
    assert server.look(after) == [event]
    assert [each.view_offset for each in server.playback.sessions] == [50]
    server.show(replace(FILM, state=after, view_offset=60))
    assert server.wait(GRACE) == []


def test_a_list_that_is_older_than_the_first_that_was_told() -> None:
    """A session in its first list has the state of the newer notification."""
    server = Server()
    server.tell("1", "playing")
    server.show(FILM)
    assert server.look("paused") == ["started", "paused"]
    assert [each.view_offset for each in server.playback.sessions] == [50]
    server.playback.connected(server.now)
    assert server.look("playing") == ["resumed"]


def test_a_list_that_is_older_than_an_unheard_of_state() -> None:
    """After a notification of an unknown state, the list has the state."""
    server = Server()
    server.tell("1", "playing")
    server.show(replace(FILM, state="paused"))
    assert server.look("unheard-of") == ["started", "paused"]


@pytest.mark.parametrize(
    "session",
    [
        FILM,
        replace(FILM, media_type="live"),
        replace(FILM, media_type="photo"),
        replace(FILM, view_offset=None),
    ],
)
@pytest.mark.parametrize("connected_again", [False, True])
def test_a_list_that_is_older_than_a_stop(
    session: Session, *, connected_again: bool
) -> None:
    """After a newer stop, a list is requested soon, also for a new session."""
    server = Server(*[session] * connected_again)
    server.show(session)
    if connected_again:
        server.playback.connected(server.now)
    else:
        server.tell("1", "playing")
    assert server.look("stopped") == ([] if connected_again else ["started"])
    assert server.wait(GAP) == []
    del server.listed["1"]
    assert server.wait(DOUBTS[1]) == ["stopped"]


def test_a_list_that_is_older_than_a_pause_and_a_stop() -> None:
    """A list that is older than a pause and a stop does not resume the session."""
    server = Server(FILM)
    assert server.look("paused", "stopped") == ["paused"]
    del server.listed["1"]
    assert server.wait(GAP) == ["stopped"]


def test_a_list_that_is_older_than_the_next_episode() -> None:
    """A notification of another title does not change the listed session."""
    server = Server(replace(FILM, state="paused"))
    server.playback.looking(server.now)
    assert server.tell("1", "playing", 0, "101") == []
    assert server.playback.looked(Snapshot(sessions=server.listed), server.now) == []
    server.show(replace(FILM, rating_key="101"))
    assert server.wait(GAP) == ["stopped", "started"]


@pytest.mark.parametrize(
    ("others", "events"),
    [(MAX_KEYS - 1, ["started", "paused"]), (MAX_KEYS, ["started"])],
)
def test_no_end_of_what_is_told_while_a_list_is_asked_for(
    others: int, events: list[str]
) -> None:
    """Notifications during a list are kept for a limited number of sessions."""
    server = Server()
    server.playback.looking(server.now)
    for number in range(others):
        server.tell(f"other {number}", "playing")
    server.tell("1", "paused")
    happened = server.playback.looked(Snapshot(sessions={"1": FILM}), server.now)
    assert [each.type for each in happened] == events
