"""The watchlist is read as a whole, or not at all."""

from datetime import date
import json
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    PlexTvAuthenticationError,
    PlexTvResponseError,
    Watchlist,
)
from simulator import Fault
from tests.helpers.routes import TITLES, WATCHLIST

from .samples import CLIENT

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Simulator

ROW = {"guid": "plex://movie/5d776aaa0000000000000001", "type": "movie", "title": "A"}


def answer(rows: object, **more: object) -> Fault:
    """Return a response with these rows."""
    container = {"Metadata": rows, "totalSize": 1, "offset": 0} | more
    return Fault.body(json.dumps({"MediaContainer": container}))


async def names(watchlist: Watchlist) -> list[str]:
    """Return the names of the titles on the list."""
    return [title.name for title in (await watchlist.read()).titles]


async def test_a_list(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """The titles are read newest first, with all their fields."""
    lantern, letters, basement, fargo = (await watchlist.read()).titles
    known = plex_tv.discover.watchlist("alice")
    assert [lantern.guid, letters.guid, basement.guid, fargo.guid] == [
        title.guid for title in known
    ]
    assert (lantern.name, lantern.kind) == ("The Lantern Keepers", "movie")
    assert lantern.year == known[0].year
    assert lantern.released == known[0].released
    assert lantern.page == f"https://watch.plex.tv/movie/{known[0].slug}"
    assert letters.next_episode == known[1].next_episode
    assert (letters.kind, letters.released) == ("show", None)
    assert fargo.label == "Fargo (2014)"
    [seen] = plex_tv.discover.requests
    assert seen.headers["X-Plex-Token"]
    assert dict(seen.query) == {
        "sort": "watchlistedAt:desc",
        "X-Plex-Container-Start": "0",
        "X-Plex-Container-Size": "100",
    }


async def test_an_empty_list(plex_tv: Simulator, client: PlexTvClient) -> None:
    """An empty list is valid, although the response has no rows at all."""
    bob = client.with_token(plex_tv.sign_in("bob", CLIENT))
    assert (await Watchlist(bob.transport).read()).titles == ()


async def test_a_long_list(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """2,500 titles take 25 requests."""
    plex_tv.discover.fill("alice", 2500)
    titles = (await watchlist.read()).titles
    assert [title.key for title in titles] == [
        title.key for title in plex_tv.discover.watchlist("alice")
    ]
    assert len(plex_tv.discover.requests) == 25


async def test_a_short_first_page(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """The next page starts after the rows that were received, not those requested."""
    plex_tv.discover.fill("alice", 104)
    plex_tv.discover.quirks.first_page = 4
    assert len((await watchlist.read()).titles) == 104
    starts = [
        seen.query["X-Plex-Container-Start"] for seen in plex_tv.discover.requests
    ]
    assert starts == ["0", "4"]


async def test_smaller_pages(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """If Plex reduces its limit, smaller pages are requested from then on."""
    plex_tv.discover.fill("alice", 60)
    plex_tv.discover.quirks.largest_page = 25
    known = await watchlist.read()
    assert len(known.titles) == 60
    assert len(plex_tv.discover.requests) == 4
    assert await watchlist.read(known) is known
    assert len(plex_tv.discover.requests) == 5


async def test_refused_sizes(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """If smaller pages are refused as well, that is an error."""
    plex_tv.discover.quirks.largest_page = 10
    with pytest.raises(PlexTvResponseError) as failure:
        await watchlist.read()
    assert failure.value.status == 400
    assert len(plex_tv.discover.requests) == 2


async def test_unchanged(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """One request shows that a list of any length is unchanged."""
    plex_tv.discover.fill("alice", 250)
    known = await watchlist.read()
    plex_tv.discover.requests.clear()
    assert await watchlist.read(known) is known
    [seen] = plex_tv.discover.requests
    assert seen.headers["If-None-Match"] == known.etag
    assert dict(seen.query)["X-Plex-Container-Start"] == "0"


async def test_changed(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """A changed list is read again, and its later pages unconditionally."""
    plex_tv.discover.fill("alice", 250)
    known = await watchlist.read()
    plex_tv.discover.add("alice", plex_tv.discover.title("Dune", year=2021))
    plex_tv.discover.requests.clear()
    changed = await watchlist.read(known)
    assert [title.name for title in changed.titles][:2] == ["Dune", "Film number 0"]
    assert len(changed.titles) == 251
    assert changed.etag != known.etag
    conditional = ["If-None-Match" in s.headers for s in plex_tv.discover.requests]
    assert conditional == [True, False, False]


async def test_no_etag(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """Without an ETag, the list is read each time."""
    plex_tv.discover.quirks.no_etag = True
    known = await watchlist.read()
    again = await watchlist.read(known)
    assert again == known
    assert again is not known
    assert "If-None-Match" not in plex_tv.discover.requests[-1].headers


async def test_not_modified_without_having_asked(
    plex_tv: Simulator, watchlist: Watchlist
) -> None:
    """304 without an ETag in the request is an error."""
    plex_tv.discover.misbehave("GET", WATCHLIST, Fault.status(304, body=""))
    with pytest.raises(PlexTvResponseError) as failure:
        await watchlist.read()
    assert failure.value.status == 304


async def test_expected(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """After the account's own change the first page is enough, if it is as expected."""
    plex_tv.discover.fill("alice", 250)
    known = await watchlist.read()
    dune = plex_tv.discover.title("Dune", year=2021)
    [found] = await watchlist.search("Dune (2021)")
    await watchlist.add(found)
    plex_tv.discover.requests.clear()
    expected = (found, *known.titles)
    changed = await watchlist.read(expected=expected)
    assert [title.key for title in changed.titles] == [dune.key] + [
        title.key for title in known.titles
    ]
    assert len(plex_tv.discover.requests) == 1
    assert await watchlist.read(changed) is changed


@pytest.mark.parametrize("change", ["length", "order"])
async def test_not_as_expected(
    plex_tv: Simulator, watchlist: Watchlist, change: str
) -> None:
    """After a change elsewhere as well, the whole list is read."""
    plex_tv.discover.fill("alice", 250)
    known = await watchlist.read()
    titles = plex_tv.discover.watchlist("alice")
    plex_tv.discover.remove("alice", titles[200])
    if change == "order":
        plex_tv.discover.add("alice", titles[200])
    read = await watchlist.read(expected=known.titles)
    assert [title.key for title in read.titles] == [
        title.key for title in plex_tv.discover.watchlist("alice")
    ]


async def test_rows_by_kind(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """Films and series may be in separate fields."""
    plex_tv.discover.quirks.rows = "Video and Directory"
    expected = {title.title for title in plex_tv.discover.watchlist("alice")}
    assert {*await names(watchlist)} == expected


async def test_bare_rows(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """Titles of rows with only a key are requested, twenty at a time."""
    plex_tv.discover.fill("alice", 45)
    plex_tv.discover.quirks.bare = True
    titles = (await watchlist.read()).titles
    assert [title.name for title in titles][:2] == ["Film number 0", "Film number 1"]
    assert len(plex_tv.discover.seen("GET", TITLES)) == 3


async def test_unknown_rows(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """A title that the catalogue lacks stays on the list, by its key."""
    known = plex_tv.discover.title("Basement").key
    rows = [{"ratingKey": "5dead"}, {"ratingKey": known}]
    fault = answer(rows, totalSize=2)
    plex_tv.discover.misbehave("GET", WATCHLIST, fault)
    assert await names(watchlist) == ["5dead", "Basement"]


async def test_failing_look_ups(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """If titles cannot be requested, the list is an error."""
    plex_tv.discover.quirks.bare = True
    plex_tv.discover.misbehave("GET", TITLES, Fault.html(502))
    with pytest.raises(PlexTvResponseError) as failure:
        await watchlist.read()
    assert failure.value.status == 502


async def test_a_list_that_changes(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """A list whose length changes while it is read is read once more."""
    plex_tv.discover.fill("alice", 250)
    plex_tv.discover.quirks.total = [249]
    assert len((await watchlist.read()).titles) == 250
    assert len(plex_tv.discover.requests) == 2 + 3


@pytest.mark.parametrize("totals", [[249, 250, 249, 250], [10], [251] * 6, [5001]])
async def test_contradicting_totals(
    plex_tv: Simulator, watchlist: Watchlist, totals: list[object]
) -> None:
    """A list whose length never matches its total is an error."""
    plex_tv.discover.fill("alice", 250)
    plex_tv.discover.quirks.total = totals
    with pytest.raises(PlexTvResponseError, match=r"contradicts itself$"):
        await watchlist.read()


@pytest.mark.parametrize("total", ["absent", -1, None, "many", "250.0"])
async def test_no_total(
    plex_tv: Simulator, watchlist: Watchlist, total: object
) -> None:
    """A list without a valid total is unreadable."""
    plex_tv.discover.fill("alice", 250)
    plex_tv.discover.quirks.total = [total]
    with pytest.raises(PlexTvResponseError, match=r"cannot be read$"):
        await watchlist.read()


async def test_an_empty_page(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """A list that ends before its total is an error."""
    plex_tv.discover.fill("alice", 250)
    plex_tv.discover.quirks.rows_end = 200
    with pytest.raises(PlexTvResponseError, match=r"contradicts itself$"):
        await watchlist.read()
    assert len(plex_tv.discover.requests) == 3


@pytest.mark.parametrize("titles", [200, 250])
async def test_a_repeated_page(
    plex_tv: Simulator, watchlist: Watchlist, titles: int
) -> None:
    """A page that repeats earlier rows is an error."""
    plex_tv.discover.fill("alice", titles)
    plex_tv.discover.quirks.repeated = True
    with pytest.raises(PlexTvResponseError, match=r"contradicts itself$"):
        await watchlist.read()
    assert len(plex_tv.discover.requests) <= 6


async def test_too_many_rows(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """Rows beyond the total are an error."""
    plex_tv.discover.quirks.beyond = 2
    with pytest.raises(PlexTvResponseError, match=r"contradicts itself$"):
        await watchlist.read()


async def test_tiny_pages(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """Too many pages are an error."""
    rows = iter(range(5000))
    made = [
        answer([{**ROW, "guid": f"plex://movie/{number:024x}"}], totalSize=5000)
        for number in rows
    ]
    for fault in made[:200]:
        plex_tv.discover.misbehave("GET", WATCHLIST, fault)
    with pytest.raises(PlexTvResponseError, match=r"contradicts itself$"):
        await watchlist.read()
    assert len(plex_tv.discover.requests) <= 130


@pytest.mark.parametrize(
    "rows",
    [[{}], [None], ["5d"], [{"title": "A"}], [{**ROW, "guid": "local://7"}], [7], {}],
    ids=str,
)
async def test_rows_without_a_key(
    plex_tv: Simulator, watchlist: Watchlist, rows: object
) -> None:
    """A row without a key makes the list unreadable."""
    plex_tv.discover.misbehave("GET", WATCHLIST, answer(rows), times=None)
    with pytest.raises(PlexTvResponseError):
        await watchlist.read()


@pytest.mark.parametrize(
    ("row", "name", "kind", "year"),
    [
        (ROW, "A", "movie", None),
        ({**ROW, "type": None}, "A", "movie", None),
        ({**ROW, "type": "season", "year": "1999"}, "A", "movie", 1999),
        ({**ROW, "year": 0, "ratingKey": 7}, "A", "movie", None),
        ({"ratingKey": "5d1", "type": "show", "title": " B \n"}, "B", "show", None),
    ],
)
async def test_sparse_rows(
    plex_tv: Simulator,
    watchlist: Watchlist,
    *,
    row: object,
    name: str,
    kind: str,
    year: int | None,
) -> None:
    """A row only needs key, kind and name."""
    plex_tv.discover.misbehave("GET", WATCHLIST, answer([row], totalSize="1"))
    [title] = (await watchlist.read()).titles
    assert (title.name, title.kind, title.year) == (name, kind, year)
    assert (title.released, title.next_episode, title.page) == (None, None, None)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-27", date(2026, 11, 27)),
        ("2026-11-27T10:00:00Z", date(2026, 11, 27)),
        ("2026", None),
        ("2026-02-30", None),
        (1_763_900_000, None),
        ("", None),
    ],
)
async def test_days(
    plex_tv: Simulator, watchlist: Watchlist, day: object, expected: date | None
) -> None:
    """A release date is parsed in any form that contains a day."""
    row = {**ROW, "originallyAvailableAt": day, "slug": "No Slug/"}
    plex_tv.discover.misbehave("GET", WATCHLIST, answer([row]))
    [title] = (await watchlist.read()).titles
    assert title.released == expected
    assert title.page is None


@pytest.mark.parametrize("status", [401, 403, 404, 422, 500])
async def test_refusals(plex_tv: Simulator, watchlist: Watchlist, status: int) -> None:
    """No refusal of Discover is an authentication error."""
    body = '{"Error": {"message": "invalid token", "statusCode": 401}}'
    plex_tv.discover.misbehave("GET", WATCHLIST, Fault.status(status, body=body))
    with pytest.raises(PlexTvResponseError) as failure:
        await watchlist.read()
    assert failure.value.status == status
    assert not isinstance(failure.value, PlexTvAuthenticationError)


async def test_who_may_not(plex_tv: Simulator, client: PlexTvClient) -> None:
    """The simulator refuses invalid tokens, and people who may not use Discover."""
    casey = client.with_token(plex_tv.sign_in("casey", CLIENT))
    for asker, status in ((client.with_token("nobody"), 401), (casey, 403)):
        with pytest.raises(PlexTvResponseError) as failure:
            await Watchlist(asker.transport).read()
        assert failure.value.status == status
