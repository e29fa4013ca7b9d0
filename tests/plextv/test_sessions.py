"""Sessions: which are playback, and which of their fields are read."""

import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.plex_account.plextv import AddedTitle, Session, Snapshot
from tests.helpers.strategies import FIELDS, JSON, many

EPISODE: dict[str, Any] = {
    "sessionKey": "12",
    "ratingKey": "20883",
    "guid": "plex://episode/5d",
    "type": "episode",
    "title": "Ep",
    "grandparentTitle": "A Show",
    "parentTitle": "Season 1",
    "index": 3,
    "parentIndex": "1",
    "year": 2022,
    "viewOffset": 61000,
    "librarySectionID": "2",
    "librarySectionTitle": "TV",
    "Media": [{"Part": [{"decision": "transcode"}]}],
    "User": {"id": "1", "title": "owner"},
    "Player": {
        "address": "192.168.1.9",
        "machineIdentifier": "abc",
        "product": "Plex for Android (TV)",
        "remotePublicAddress": "203.0.113.5",
        "state": "playing",
        "title": "Living room",
    },
    "Session": {"id": "cdefghij", "bandwidth": 5212, "location": "lan"},
    "TranscodeSession": {"videoDecision": "transcode", "audioDecision": "copy"},
}


def read(**fields: object) -> Session | None:
    """Read the episode with other fields; None leaves one out."""
    item = {**EPISODE, **fields}
    return Session.from_json(
        {name: value for name, value in item.items() if value is not None}
    )


def test_an_episode() -> None:
    """All fields of an episode are read."""
    assert read() == Session(
        key="12",
        media_type="episode",
        state="playing",
        user="owner",
        player="Living room",
        product="Plex for Android (TV)",
        title="Ep",
        series="A Show",
        season=1,
        episode=3,
        library="TV",
        year=2022,
        bandwidth=5212,
        transcodes=True,
        view_offset=61000,
        rating_key="20883",
        player_id="abc",
    )
    assert "192.168" not in repr(read())
    assert "abc" not in repr(read())


def test_music() -> None:
    """A track has an artist and an album instead of a series."""
    track = read(type="track")
    assert track
    assert (track.artist, track.album, track.series) == ("A Show", "Season 1", None)
    assert (track.season, track.episode) == (None, None)


def test_live_tv() -> None:
    """Live TV may have no rating key, and its transcoding is in its media."""
    live = read(
        live="1",
        type="clip",
        ratingKey=None,
        TranscodeSession=None,
        Media=[
            {"origin": "livetv", "TranscodeSession": {"audioDecision": "transcode"}}
        ],
    )
    assert live
    assert (live.media_type, live.rating_key, live.transcodes) == ("live", None, True)
    later = read(live="1", type="clip", ratingKey="7", title="News")
    assert later
    assert live.is_same(later)


def test_what_is_missing() -> None:
    """Photos and old servers leave out many fields."""
    bare = Session.from_json({"sessionKey": 3, "type": "photo"})
    assert bare == Session(key="3", media_type="photo")


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "clip"},
        {"librarySectionID": "-2"},
        {"extraType": 1},
        {"guid": "com.plexapp.agents.none://prerolls://x"},
        {"guid": "library://x"},
        {"type": "show"},
        {"type": []},
        {"sessionKey": None},
    ],
)
def test_what_is_no_playback(fields: dict[str, object]) -> None:
    """Trailers, pre-rolls and theme music are no playback."""
    assert read(**fields) is None


@pytest.mark.parametrize(
    ("job", "transcodes"),
    [
        ({"videoDecision": "copy", "audioDecision": "copy"}, False),
        ({"audioDecision": "transcode"}, True),
        ({"videoDecision": "transcode", "context": "static"}, False),
        ([], False),
    ],
)
def test_what_is_converted(job: object, *, transcodes: bool) -> None:
    """Remuxing and downloads are not transcoding."""
    session = read(TranscodeSession=job)
    assert session
    assert session.transcodes is transcodes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Alice", "Alice"),
        ("alice@mail.example", None),
        ("Alice (alice@mail.example)", None),
        ("@ home", "@ home"),
        ("TV 192.168.1.9", None),
        ("http://192.168.1.9:32400", None),
        ("192-168-1-9.abc.plex.direct", None),
        ("[fd00::9]", None),
        ("fe80::1%eth0", None),
        ("12:30:45", "12:30:45"),
        ("Version 1.2", "Version 1.2"),
        ("x" * 300, "x" * 255),
        ("", None),
        (7, None),
    ],
)
def test_names(text: object, shown: str | None) -> None:
    """Names of people and players that contain an address are dropped."""
    session = read(User={"title": text}, Player={"title": text, "product": text})
    assert session
    assert (session.user, session.player, session.product) == (shown,) * 3


def test_a_list() -> None:
    """A list may have no rows, and lists the keys of other sessions separately."""
    assert Snapshot.from_json({"MediaContainer": {"size": 0}}) == Snapshot(sessions={})
    trailer = {"sessionKey": "4", "type": "clip", "ratingKey": "9"}
    rows = [EPISODE, {**EPISODE, "title": "again"}, trailer, {"type": "clip"}, None]
    snapshot = Snapshot.from_json({"MediaContainer": {"Metadata": rows}})
    episode = read()
    assert episode
    assert snapshot == Snapshot(sessions={"12": episode}, others={"4": "9"})


@pytest.mark.parametrize(
    ("player", "dlna"),
    [
        ({"product": "DLNA"}, True),
        ({"platform": "Any dlna"}, True),
        ({"platform": {"dlna": 1}}, False),
        ({}, False),
    ],
)
def test_players_that_browse_by_playing(
    player: dict[str, object], *, dlna: bool
) -> None:
    """DLNA is recognised by the product or the platform."""
    session = read(Player=player)
    assert session
    assert session.dlna is dlna


@pytest.mark.parametrize("value", [[], {}, {"MediaContainer": []}, None])
def test_no_list(value: object) -> None:
    """A response without a container is not read as an empty list."""
    with pytest.raises(ValueError, match="not a list"):
        Snapshot.from_json(value)


@given(st.dictionaries(st.sampled_from([*EPISODE, "live", "extraType"]), FIELDS | JSON))
@many
def test_any_row(fields: dict[str, object]) -> None:
    """Any row is a session or none, and its texts are at most 255 characters long."""
    item = json.loads(json.dumps({**EPISODE, **fields}))
    if session := Session.from_json(item):
        texts = [
            session.user,
            session.player,
            session.product,
            session.title,
            session.series,
            session.artist,
            session.album,
            session.library,
        ]
        assert all(text is None or 0 < len(text) <= 255 for text in texts)


def test_titles() -> None:
    """The fields of a new title are read."""
    assert AddedTitle.from_json(EPISODE) == AddedTitle(
        rating_key="20883",
        kind="episode",
        title="Ep",
        series="A Show",
        season=1,
        episode=3,
        library="TV",
        year=2022,
    )
    album = AddedTitle.from_json({**EPISODE, "type": "album", "parentTitle": "X"})
    assert album
    assert (album.artist, album.series) == ("X", None)
    assert AddedTitle.from_json({**EPISODE, "type": "season"}) is None
    assert AddedTitle.from_json({**EPISODE, "ratingKey": None}) is None
