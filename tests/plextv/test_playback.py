"""The state machine of a server: sessions that start, pause, resume and stop."""

from dataclasses import replace

import pytest

from custom_components.plex_account.plextv import Playback, Session
from custom_components.plex_account.plextv.playback import (
    DOUBTS,
    GAP,
    GRACE,
    LOOKS_SPAN,
    MAX_KEYS,
    MOST_LOOKS,
    RETRIES,
    SAFETY,
)

from .listened_server import FILM, Server


def test_a_film() -> None:
    """A session starts, pauses, resumes and stops; progress is no event."""
    server = Server()
    server.show(FILM)
    assert server.tell("1", "playing", 0) == []
    assert server.wait(GAP) == ["started"]
    assert server.tell("1", "buffering", 0) == []
    assert server.tell("1", "playing", 10_000) == []
    assert server.tell("1", "paused", 12_000) == ["paused"]
    assert server.tell("1", "paused", 12_000) == []
    assert server.tell("1", "buffering", 12_000) == []
    assert server.tell("1", "playing", 12_000) == ["resumed"]
    del server.listed["1"]
    assert server.tell("1", "stopped", 20_000) == []
    assert server.wait(GAP) == ["stopped"]
    assert server.playback.sessions == []


def test_what_is_on_when_the_first_list_is_read() -> None:
    """A session in the first list causes no start, but later events."""
    server = Server(FILM, replace(FILM, key="2", state="paused", player_id="phone"))
    assert [each.state for each in server.playback.sessions] == ["playing", "paused"]
    assert server.tell("2", "playing", 7) == ["resumed"]
    assert server.tell("1", "paused", 7) == ["paused"]


def test_a_session_that_begins_with_a_pause() -> None:
    """A session that is paused when it is first listed is started and then paused."""
    server = Server()
    server.show(replace(FILM, state="paused"))
    server.tell("1", "paused")
    assert server.wait(GAP) == ["started", "paused"]


def test_a_stop_that_is_none() -> None:
    """A stop notification of a paused session that is still listed is no stop."""
    server = Server(FILM)
    server.show(replace(FILM, state="paused", view_offset=5))
    server.tell("1", "stopped")
    assert server.wait(GAP) == ["paused"]
    assert server.wait(1000) == []
    assert server.tell("1", "playing", 6) == ["resumed"]
    # The earlier stop no longer counts, so that the end needs the full grace period.
    del server.listed["1"]
    assert server.wait(GRACE + 1) == []
    assert server.wait(GRACE) == ["stopped"]


def test_a_stop_that_the_list_shows_later() -> None:
    """A list is requested a few times after a stop notification, soon at first."""
    server = Server(FILM)
    server.tell("1", "stopped")
    assert server.wait(GAP + DOUBTS[0] + 0.5) == []
    looks = server.looks
    del server.listed["1"]
    assert server.wait(DOUBTS[1]) == ["stopped"]
    assert server.looks == looks + 1


def test_late_news_of_a_session_that_has_stopped() -> None:
    """A late notification neither restarts a stopped session nor delays its end."""
    server = Server(FILM)
    del server.listed["1"]
    server.tell("1", "stopped")
    server.tell("1", "playing", 9)
    assert server.wait(GAP) == ["stopped"]
    assert server.tell("1", "stopped") == []
    assert server.wait(1000) == []


def test_a_player_that_is_gone_but_listed() -> None:
    """A session whose position stays the same for a minute stops until it moves."""
    server = Server(FILM)
    server.tell("1", "playing", 10_000)
    server.show(replace(FILM, view_offset=10_000))
    assert server.wait(GRACE - 1) == []
    assert server.wait(2) == ["stopped"]
    assert server.tell("1", "playing", 10_000) == []
    assert server.wait(1000) == []
    server.show(replace(FILM, view_offset=20_000))
    assert server.tell("1", "playing", 20_000) == []
    assert server.wait(GAP) == ["started"]


@pytest.mark.parametrize(
    "found", [replace(FILM, view_offset=9), replace(FILM, user="Bob")]
)
def test_a_player_that_is_gone_but_listed_in_the_next_stream(found: Session) -> None:
    """A stopped session in the first list of a stream starts only if it has changed."""
    server = Server(FILM)
    assert server.wait(GRACE) == ["stopped"]
    for _ in range(2):
        server.playback.connected(server.now)
        assert server.wait(2 * GRACE) == []
    server.show(found)
    server.playback.connected(server.now)
    assert server.wait(GAP) == ["started"]


def test_a_player_that_tells_nothing_but_moves() -> None:
    """A session whose position changes in lists goes on without notifications."""
    server = Server(FILM)
    for offset in (30_000, 60_000, 20_000):
        server.show(replace(FILM, view_offset=offset))
        assert server.wait(GRACE) == []


@pytest.mark.parametrize(
    "session",
    [
        replace(FILM, media_type="live"),
        replace(FILM, media_type="photo"),
        replace(FILM, state="paused"),
        replace(FILM, view_offset=None),
    ],
)
def test_what_does_not_move(session: Session) -> None:
    """A pause, a photo and live TV last as long as they are listed."""
    server = Server(session)
    assert server.wait(3600) == []
    assert server.looks <= 1 + 3600 / SAFETY


def test_a_session_that_one_list_lacks() -> None:
    """A session that is missing from lists stops only after a minute."""
    server = Server(FILM)
    server.listed.clear()
    assert server.look() == []
    server.show(replace(FILM, view_offset=1))
    assert server.look() == []
    server.listed.clear()
    assert server.look() == []
    assert server.wait(GRACE - 1) == []
    assert server.wait(1) == ["stopped"]


def test_a_restart() -> None:
    """After a restart of the server, the same key is another session."""
    server = Server(FILM, replace(FILM, key="2", player_id="phone"))
    server.listed = {"1": replace(FILM, user="Bob", player_id="tablet")}
    server.playback.connected(server.now)
    # Until the list is read, the session of the key is unknown.
    assert server.tell("1", "paused") == []
    assert server.wait(GAP) == ["stopped", "stopped", "started"]


def test_a_short_interruption() -> None:
    """Sessions that go on in the next stream cause no event."""
    server = Server(FILM)
    server.show(replace(FILM, state="paused", view_offset=7))
    server.playback.connected(server.now)
    assert server.wait(GAP) == ["paused"]


def test_the_next_episode() -> None:
    """Another title in the same session is another playback."""
    server = Server(FILM)
    server.show(replace(FILM, rating_key="101"))
    assert server.tell("1", "playing", 0, "101") == []
    assert server.wait(GAP) == ["stopped", "started"]


def test_the_next_programme() -> None:
    """Another programme of live TV is the same playback."""
    live = replace(FILM, media_type="live", rating_key="5")
    server = Server(live)
    server.show(replace(live, rating_key="6", title="News"))
    assert server.tell("1", "playing", 0, "6") == []
    assert server.look() == []
    assert [each.title for each in server.playback.sessions] == ["News"]


def test_a_burst() -> None:
    """For many sessions that start at once, two lists are enough."""
    server = Server()
    before = server.looks
    for number in range(20):
        server.show(replace(FILM, key=str(number)))
        server.tell(str(number), "playing")
    assert server.wait(2 * GAP) == ["started"] * 20
    assert server.looks <= before + 2


def test_no_end_of_news() -> None:
    """Lists are rate limited, however many notifications arrive."""
    server = Server()
    for number in range(3000):
        server.tell(str(number % (MAX_KEYS + 100)), "playing")
        server.wait(0.1)
    assert server.looks <= MOST_LOOKS * (1 + 300 / LOOKS_SPAN)


def test_a_session_that_no_list_has() -> None:
    """A list is requested only a few times for a session that is never listed."""
    server = Server()
    server.tell("9", "playing")
    assert server.wait(100) == []
    looks = server.looks
    assert looks == 2 + len(DOUBTS)
    server.tell("9", "playing")
    server.tell("8", "stopped")
    assert server.wait(100) == []
    assert server.looks == looks
    server.tell("9", "stopped")
    server.show(replace(FILM, key="9"))
    server.tell("9", "playing")
    assert server.wait(GAP) == ["started"]


@pytest.mark.parametrize("told", ["55", None])
def test_a_trailer(told: str | None) -> None:
    """A trailer causes notifications and is listed, but is no playback."""
    server = Server()
    server.others["3"] = "55"
    server.tell("3", "playing", 0, told)
    assert server.wait(1) == []
    looks = server.looks
    for _ in range(6):
        server.tell("3", "playing", 0, told)
        assert server.wait(10) == []
    assert server.looks == looks
    # Then the film begins in the same session.
    server.others.clear()
    server.show(replace(FILM, key="3"))
    server.tell("3", "playing", 0, FILM.rating_key)
    assert server.wait(GAP) == ["started"]


@pytest.mark.parametrize(("seconds", "events"), [(0.5, []), (5, ["started"])])
def test_a_player_that_browses(seconds: float, events: list[str]) -> None:
    """A DLNA session of less than a second causes no event."""
    server = Server()
    server.show(replace(FILM, dlna=True))
    server.tell("1", "playing")
    happened = server.wait(seconds)
    if not events:
        server.listed.clear()
        server.tell("1", "playing")
    assert happened + server.wait(10) == events


def test_a_player_that_browses_when_the_first_list_is_read() -> None:
    """A DLNA session in the first list causes no start, but a stop."""
    server = Server(replace(FILM, dlna=True))
    assert [each.key for each in server.playback.sessions] == ["1"]
    assert server.wait(10) == []
    server.listed.clear()
    server.tell("1", "stopped")
    assert server.wait(GAP) == ["stopped"]


@pytest.mark.parametrize("state", ["unheard-of", "error"])
def test_other_states(state: str) -> None:
    """An unknown state causes no event; an error may be a stop."""
    server = Server(FILM)
    assert server.tell("1", state, 1) == []
    server.listed.clear()
    assert server.wait(GAP) == (["stopped"] if state == "error" else [])


def test_lists_that_fail() -> None:
    """Failed lists are retried with increasing pauses; sessions are kept."""
    server = Server(FILM)
    server.tell("1", "stopped")
    for wait in (*RETRIES, RETRIES[-1]):
        server.fail()
        assert server.playback.next_look() == server.now + wait
        server.tell("1", "playing", 1)
        server.now += wait
    assert [each.key for each in server.playback.sessions] == ["1"]
    assert server.look() == []
    assert server.playback.next_look() != server.now + RETRIES[-1]


def test_lists_that_fail_in_each_stream() -> None:
    """A new stream requests a list at once, but after long failures only one."""
    server = Server()
    for _ in RETRIES:
        server.fail()
        server.now += GAP
    for _ in range(2 * MOST_LOOKS):
        server.now += LOOKS_SPAN
        server.playback.connected(server.now)
        assert server.playback.next_look() == server.now
        server.fail()
        assert server.playback.next_look() == server.now + RETRIES[-1]


def test_before_it_is_connected() -> None:
    """No list is due before the first connection."""
    playback = Playback()
    assert playback.next_look() is None
