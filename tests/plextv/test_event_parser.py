"""Server-sent events: any split, any size, and invalid input."""

from itertools import pairwise
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.plex_account.plextv.notifications import (
    MAX_CHANGES,
    MAX_EVENT_BYTES,
    EventParser,
    LibraryNotification,
    PlaybackNotification,
    read_event,
)
from tests.helpers.strategies import BODIES, FIELDS, JSON, many

PLAYING = {"sessionKey": "12", "state": "playing", "ratingKey": 7, "viewOffset": "61"}
READ = PlaybackNotification(
    key="12", state="playing", rating_key="7", view_offset=61, player_id=None
)


def parse(*pieces: bytes) -> list[bytes]:
    """Return the data of the events in these pieces of a stream."""
    parser = EventParser()
    return [event for piece in pieces for event in parser.feed(piece)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@given(cuts=st.lists(st.integers(0, 200), max_size=8))
def test_any_split(end: bytes, cuts: list[int]) -> None:
    """Lines have one of three endings, and are parsed however the stream is split."""
    lines = [
        b": a comment",
        b"event: playing ",
        b'data: {"a":',
        b"data:1}",
        b"retry: 1",
        b"",
        b"event: ping",
        b"data: {}",
        b"",
        b"",
        b"unheard-of",
        b"",
        b"data: at the end",
    ]
    stream = end.join(lines)
    edges = sorted({0, *(min(cut, len(stream)) for cut in cuts), len(stream)})
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    assert parse(*pieces) == [b'{"a":\n1}', b"{}"]


def test_a_line_end_between_two_pieces() -> None:
    """A line ending that is split between two pieces counts once."""
    assert parse(b"data: 1\r", b"", b"\n\r", b"\n", b"data: 2\n\n") == [b"1", b"2"]


@pytest.mark.parametrize(
    "flood",
    [b"data: " + b"x" * MAX_EVENT_BYTES, b"data: xxxxxxxx\n" * (MAX_EVENT_BYTES // 8)],
    ids=["one line", "many lines"],
)
def test_an_event_without_measure(flood: bytes) -> None:
    """An oversized event is skipped, and the next one is parsed."""
    pieces = [flood[start : start + 65536] for start in range(0, len(flood), 65536)]
    assert parse(b"data: 1\n\n", *pieces, b"\n\ndata: 2\n\n") == [b"1", b"2"]


@given(st.lists(st.binary(max_size=100) | BODIES, max_size=10))
@many
def test_any_bytes(pieces: list[bytes]) -> None:
    """Any bytes are parsed or ignored, and the result does not depend on the split."""
    whole = b"".join(pieces)
    assert parse(*pieces) == parse(whole)
    for event in parse(whole):
        read_event(event)


@pytest.mark.parametrize(
    "body",
    [
        {"PlaySessionStateNotification": PLAYING},
        {"PlaySessionStateNotification": [PLAYING]},
        [{"PlaySessionStateNotification": PLAYING}],
        {
            "NotificationContainer": {
                "type": "playing ",
                "size": 1,
                "PlaySessionStateNotification": [PLAYING],
            }
        },
        {"PlaySessionStateNotification": {**PLAYING, "sessionKey": 12}},
        {"PlaySessionStateNotification": [None, {"state": "playing"}, PLAYING]},
    ],
)
def test_every_shape(body: object) -> None:
    """Each shape of a notification is parsed, with numbers or texts."""
    assert read_event(json.dumps(body).encode()) == [READ]


def test_titles() -> None:
    """Only valid notifications of libraries are parsed as titles."""
    entry = {
        "identifier": "com.plexapp.plugins.library",
        "itemID": 900001,
        "type": "4",
        "title": "Pilot",
        "state": "5",
        "queueSize": 3,
    }
    entries = [
        entry,
        {**entry, "identifier": "tv.plex.providers.epg"},
        {**entry, "itemID": None},
        {**entry, "state": None},
    ]
    assert read_event(json.dumps({"TimelineEntry": entries}).encode()) == [
        LibraryNotification(
            rating_key="900001", kind=4, title="Pilot", state=5, busy=True
        )
    ]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 100_000, b"\xff", b"NaN", b"9" * 9999]
)
def test_no_json(data: bytes) -> None:
    """Invalid JSON is no notification."""
    assert read_event(data) == []


def test_too_many_changes() -> None:
    """An event is parsed up to a limit of changes."""
    body = {"PlaySessionStateNotification": [PLAYING] * (MAX_CHANGES + 1)}
    assert len(read_event(json.dumps([body, body]).encode())) == MAX_CHANGES


@pytest.mark.parametrize("name", ["PlaySessionStateNotification", "TimelineEntry"])
def test_changes_that_tell_nothing(name: str) -> None:
    """Invalid changes count towards the limit, because they take as long to parse."""
    bodies: list[object] = [{name: [0] * (MAX_CHANGES - 1)}]
    last = {"PlaySessionStateNotification": PLAYING}
    assert read_event(json.dumps([*bodies, last]).encode()) == [READ]
    bodies *= 2
    assert read_event(json.dumps([*bodies, last]).encode()) == []


@given(
    st.dictionaries(
        st.sampled_from(["PlaySessionStateNotification", "TimelineEntry", "x"]),
        st.dictionaries(
            st.sampled_from(
                ["sessionKey", "state", "viewOffset", "identifier", "itemID", "type"]
            ),
            FIELDS | st.just("com.plexapp.plugins.library"),
        )
        | JSON,
    )
)
@many
def test_any_body(body: dict[str, object]) -> None:
    """Every parsed notification of an arbitrary event has the right types."""
    for each in read_event(json.dumps(body).encode()):
        match each:
            case PlaybackNotification():
                assert isinstance(each.key, str)
                assert isinstance(each.state, str)
            case LibraryNotification():
                assert isinstance(each.rating_key, str)
                assert isinstance(each.state, int)
