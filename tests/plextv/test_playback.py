"""The state machine of a server: what starts, pauses, goes on and stops."""

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
    """It starts, pauses, goes on and stops; progress and buffering are no events."""
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
    """It has long started, but it pauses and stops."""
    server = Server(FILM, replace(FILM, key="2", state="paused", player_id="phone"))
    assert [each.state for each in server.playback.sessions] == ["playing", "paused"]
    assert server.tell("2", "playing", 7) == ["resumed"]
    assert server.tell("1", "paused", 7) == ["paused"]


def test_a_session_that_begins_with_a_pause() -> None:
    """It is said to have started, and then to be paused."""
    server = Server()
    server.show(replace(FILM, state="paused"))
    server.tell("1", "paused")
    assert server.wait(GAP) == ["started", "paused"]


def test_a_stop_that_is_none() -> None:
    """Players say that they have stopped when they are paused or in the background."""
    server = Server(FILM)
    server.show(replace(FILM, state="paused", view_offset=5))
    server.tell("1", "stopped")
    assert server.wait(GAP) == ["paused"]
    assert server.wait(1000) == []
    assert server.tell("1", "playing", 6) == ["resumed"]
    # What was said of the other stop counts no longer: this needs its time.
    del server.listed["1"]
    assert server.wait(GRACE + 1) == []
    assert server.wait(GRACE) == ["stopped"]


def test_a_stop_that_the_list_shows_later() -> None:
    """It is looked for a few times, soon first."""
    server = Server(FILM)
    server.tell("1", "stopped")
    assert server.wait(GAP + DOUBTS[0] + 0.5) == []
    looks = server.looks
    del server.listed["1"]
    assert server.wait(DOUBTS[1]) == ["stopped"]
    assert server.looks == looks + 1


def test_late_news_of_a_session_that_has_stopped() -> None:
    """They do not bring it back, nor make anybody wait for its end."""
    server = Server(FILM)
    del server.listed["1"]
    server.tell("1", "stopped")
    server.tell("1", "playing", 9)
    assert server.wait(GAP) == ["stopped"]
    assert server.tell("1", "stopped") == []
    assert server.wait(1000) == []


def test_a_player_that_is_gone_but_listed() -> None:
    """What does not move for a minute is played by nobody, until it moves."""
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
    """It is not told again, until it moves or the key is another session's."""
    server = Server(FILM)
    assert server.wait(GRACE) == ["stopped"]
    for _ in range(2):
        server.playback.connected(server.now)
        assert server.wait(2 * GRACE) == []
    server.show(found)
    server.playback.connected(server.now)
    assert server.wait(GAP) == ["started"]


def test_a_player_that_tells_nothing_but_moves() -> None:
    """Lists show that it is alive, also when it goes back."""
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
    """It is not over before a minute has passed."""
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
    """Keys begin at 1 again: the same key is another session."""
    server = Server(FILM, replace(FILM, key="2", player_id="phone"))
    server.listed = {"1": replace(FILM, user="Bob", player_id="tablet")}
    server.playback.connected(server.now)
    # Until the list is read, nobody knows whose session this is.
    assert server.tell("1", "paused") == []
    assert server.wait(GAP) == ["stopped", "stopped", "started"]


def test_a_short_interruption() -> None:
    """Sessions that go on are not told again."""
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
    """Live TV goes on."""
    live = replace(FILM, media_type="live", rating_key="5")
    server = Server(live)
    server.show(replace(live, rating_key="6", title="News"))
    assert server.tell("1", "playing", 0, "6") == []
    assert server.look() == []
    assert [each.title for each in server.playback.sessions] == ["News"]


def test_a_burst() -> None:
    """Two lists are enough for many sessions that start at once."""
    server = Server()
    before = server.looks
    for number in range(20):
        server.show(replace(FILM, key=str(number)))
        server.tell(str(number), "playing")
    assert server.wait(2 * GAP) == ["started"] * 20
    assert server.looks <= before + 2


def test_no_end_of_news() -> None:
    """However much is told, lists are asked for only so often."""
    server = Server()
    for number in range(3000):
        server.tell(str(number % (MAX_KEYS + 100)), "playing")
        server.wait(0.1)
    assert server.looks <= MOST_LOOKS * (1 + 300 / LOOKS_SPAN)


def test_a_session_that_no_list_has() -> None:
    """It is looked for a few times, and then no more."""
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
    """It is told every ten seconds and listed, but nobody watches it."""
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
    """What DLNA plays for less than a second is not told."""
    server = Server()
    server.show(replace(FILM, dlna=True))
    server.tell("1", "playing")
    happened = server.wait(seconds)
    if not events:
        server.listed.clear()
        server.tell("1", "playing")
    assert happened + server.wait(10) == events


def test_a_player_that_browses_when_the_first_list_is_read() -> None:
    """Nobody knows since when; it is not told, but its end is."""
    server = Server(replace(FILM, dlna=True))
    assert [each.key for each in server.playback.sessions] == ["1"]
    assert server.wait(10) == []
    server.listed.clear()
    server.tell("1", "stopped")
    assert server.wait(GAP) == ["stopped"]


@pytest.mark.parametrize("state", ["unheard-of", "error"])
def test_other_states(state: str) -> None:
    """A new state is none of those that are told; an error may be an end."""
    server = Server(FILM)
    assert server.tell("1", state, 1) == []
    server.listed.clear()
    assert server.wait(GAP) == (["stopped"] if state == "error" else [])


def test_lists_that_fail() -> None:
    """They are asked for later and later, and what was known stays."""
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
    """A new stream has its list soon, but only one if lists have failed for long."""
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
    """No list is wanted."""
    playback = Playback()
    assert playback.next_look() is None
