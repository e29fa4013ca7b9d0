"""The search for a title finds one, several or none."""

import json
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import PlexTvResponseError
from simulator import Fault
from tests.helpers.routes import MATCHES, SEARCH

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import Watchlist
    from simulator import Simulator

DUNE = {"guid": "plex://movie/5d1", "type": "movie", "title": "Dune", "year": 2021}


def found(*rows: object, **more: object) -> Fault:
    """Return a response with these hits."""
    hits = [{"score": 0.9, "Metadata": row} for row in rows]
    group = {"id": "external", "SearchResult": hits} | more
    return Fault.body(json.dumps({"MediaContainer": {"SearchResults": [group]}}))


async def labels(watchlist: Watchlist, typed: str) -> list[str]:
    """Return the labels of the titles that are found."""
    return [f"{title.label} {title.kind}" for title in await watchlist.search(typed)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Basement", ["Basement (2011) movie"]),
        ("  bASEMENT ", ["Basement (2011) movie"]),
        ("Basement 2011", ["Basement (2011) movie"]),
        ("Basement (2012)", ["Basement (2011) movie"]),
        ("Basement (2014)", []),
        ("Amelie", ["Amélie (2001) movie"]),
        ("AMÉLIE!", ["Amélie (2001) movie"]),
        ("Dune (2021)", ["Dune (2021) movie"]),
        ("Dune 1984", ["Dune (1984) movie"]),
        ("Dune(1985)", ["Dune (1984) movie"]),
        ("Dune", ["Dune (1984) movie", "Dune (2021) movie"]),
        ("Dune (2003)", []),
        ("Jack Frost (1997)", ["Jack Frost (1997) movie"]),
        ("Jack Frost 1998", ["Jack Frost (1998) movie"]),
        ("Jack Frost (1999)", ["Jack Frost (1998) movie"]),
        ("Fargo", ["Fargo (1996) movie", "Fargo (2014) show"]),
        ("Fargo (2014)", ["Fargo (2014) show"]),
        ("Blade Runner 2049", ["Blade Runner 2049 (2017) movie"]),
        ("Blade Runner 2049 (2017)", ["Blade Runner 2049 (2017) movie"]),
        ("Blade Runner", []),
        ("Lantern Keepers", []),
        ("The Attic Window", ["The Attic Window (1954) movie"]),
        ("no such title", []),
        ("", []),
        ("?", []),
        ("\ud83d", []),
        ("tt0000005", ["Fargo (1996) movie"]),
        ("TT0000005", ["Fargo (1996) movie"]),
        ("imdb://tt0000005", ["Fargo (1996) movie"]),
        ("tvdb://1", ["Fargo (2014) show"]),
        ("tmdb://1", ["Dune (1984) movie", "Fargo (2014) show"]),
        ("tmdb://77", []),
        ("https://watch.plex.tv/movie/dune-2021", ["Dune (2021) movie"]),
        ("https://watch.plex.tv/de-AT/movie/dune-2021?a=b", ["Dune (2021) movie"]),
        ("https://watch.plex.tv/show/fargo-2014/season/1", ["Fargo (2014) show"]),
        ("https://watch.plex.tv/show/dune-2021", []),
        ("https://watch.plex.tv/person/bob", []),
        ("https://watch.plex.tv.evil.example/movie/dune-2021", []),
        (
            (
                "https://app.plex.tv/desktop/#!/provider/tv.plex.provider.discover/details"
                "?key=%2Flibrary%2Fmetadata%2F5d776aaa0000000000000002&context=x"
            ),
            ["Dune (2021) movie"],
        ),
        (
            (
                "https://app.plex.tv/#!/p?a=b&key=%252Flibrary%252Fmetadata"
                "%252F5d9c0bbb0000000000000001%252Fchildren"
            ),
            ["Fargo (2014) show"],
        ),
        ("https://app.plex.tv/#!/server/1/details?key=%2Flibrary%2Fmetadata%2F7", []),
        (f"https://app.plex.tv/?key=%2Flibrary%2Fmetadata%2F{'0' * 24}", []),
    ],
)
async def test_search(watchlist: Watchlist, typed: str, expected: list[str]) -> None:
    """Kind, name and year must match, not just similar names."""
    assert await labels(watchlist, typed) == expected


async def test_what_is_asked(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """One request searches the catalogue for films and series only."""
    await watchlist.search("Dune (2021)")
    [seen] = plex_tv.discover.requests
    assert dict(seen.query) == {
        "query": "Dune",
        "limit": "30",
        "searchTypes": "movies,tv",
        "searchProviders": "discover",
        "includeMetadata": "1",
    }
    plex_tv.discover.requests.clear()
    await watchlist.search("x" * 1000)
    [seen] = plex_tv.discover.requests
    assert len(seen.query["query"]) == 250


async def test_an_original_name(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """An original name matches, unless another title has this name."""
    original = {**DUNE, "guid": "plex://movie/5d2", "title": "Desert"}
    original["originalTitle"] = "Dune"
    plex_tv.discover.misbehave("GET", SEARCH, found(original))
    assert await labels(watchlist, "Dune") == ["Desert (2021) movie"]
    plex_tv.discover.misbehave("GET", SEARCH, found(original, DUNE))
    assert await labels(watchlist, "Dune") == ["Dune (2021) movie"]


async def test_a_page_without_its_name(
    plex_tv: Simulator, watchlist: Watchlist
) -> None:
    """If hits have no slug, the words of a page's URL are compared with names."""
    another = {**DUNE, "guid": "plex://movie/5d2", "year": 1984}
    plex_tv.discover.misbehave("GET", SEARCH, found(another, DUNE), times=None)
    address = "https://watch.plex.tv/movie/dune-2021"
    assert await labels(watchlist, address) == ["Dune (2021) movie"]
    assert await labels(watchlist, "https://watch.plex.tv/show/dune-2021") == []


@pytest.mark.parametrize(
    "year", [None, "", "2021", 2021], ids=["none", "empty", "text", "number"]
)
async def test_years(plex_tv: Simulator, watchlist: Watchlist, year: object) -> None:
    """A hit without a year matches any year."""
    plex_tv.discover.misbehave("GET", SEARCH, found({**DUNE, "year": year}))
    [title] = await watchlist.search("Dune (2021)")
    assert title.label == ("Dune (2021)" if year else "Dune")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (found(DUNE, DUNE), 1),
        (found([DUNE, {**DUNE, "guid": "plex://movie/5d2"}]), 2),
        (found({**DUNE, "guid": None, "ratingKey": "5d1"}), 1),
        (found({**DUNE, "type": "person", "guid": "plex://person/5d1"}), 0),
        (found(None, 7, "Dune", [None], {}), 0),
        (found(SearchResult=None), 0),
        (found(SearchResult={}), 0),
        (Fault.body('{"MediaContainer": {"SearchResults": [null, 7, {}]}}'), 0),
        (Fault.body('{"MediaContainer": {"SearchResults": {}}}'), 0),
        (Fault.body('{"MediaContainer": {}}'), 0),
    ],
)
async def test_odd_answers(
    plex_tv: Simulator, watchlist: Watchlist, answer: Fault, expected: int
) -> None:
    """Any part of a response may be missing, and a hit may be repeated."""
    plex_tv.discover.misbehave("GET", SEARCH, answer)
    assert len(await watchlist.search("Dune")) == expected


@pytest.mark.parametrize(("hits", "expected"), [(100, 1), (101, 0)])
async def test_hits_without_measure(
    plex_tv: Simulator, watchlist: Watchlist, hits: int, expected: int
) -> None:
    """Only the first hundred hits are read."""
    plex_tv.discover.misbehave("GET", SEARCH, found(*[{}] * (hits - 1), DUNE))
    assert len(await watchlist.search("Dune")) == expected


@pytest.mark.parametrize("body", ["[]", "{}", '{"MediaContainer": []}', "<html>"])
async def test_unreadable_answers(
    plex_tv: Simulator, watchlist: Watchlist, body: str
) -> None:
    """An unreadable response is an error, not an empty result."""
    for route, typed in ((SEARCH, "Dune"), (MATCHES, "tmdb://1")):
        plex_tv.discover.misbehave("GET", route, Fault.body(body))
        with pytest.raises(PlexTvResponseError) as failure:
            await watchlist.search(typed)
        expected = "plex.tv's answer to searching for a title cannot be read"
        assert str(failure.value) == expected


async def test_a_failing_catalogue(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """A failing catalogue is an error, not an empty result."""
    plex_tv.discover.misbehave("GET", MATCHES, Fault.html(502))
    with pytest.raises(PlexTvResponseError) as failure:
        await watchlist.search("tmdb://1")
    assert failure.value.status == 502
