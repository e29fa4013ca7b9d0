"""Discover: the catalogue and the watchlists."""

from typing import TYPE_CHECKING, Any

import pytest

from simulator import SimulatorError
from tests.helpers.routes import ADD, MATCHES, REMOVE, SEARCH, WATCHLIST
from tests.simulator import CLIENT, with_token

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator


async def ask(
    http: ClientSession,
    plex_tv: Simulator,
    path: str,
    *,
    token: str,
    method: str = "GET",
    **query: str,
) -> tuple[int, Any]:
    """Send a request to Discover; return the status and the body."""
    async with http.request(
        method,
        plex_tv.discover.url.with_path(path),
        params=query,
        headers=with_token(token),
    ) as response:
        text = await response.text()
        return response.status, await response.json() if text else None


async def test_a_page(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """A page has twenty rows by default, and without rows no field for them."""
    plex_tv.discover.fill("alice", 130)
    _, body = await ask(http, plex_tv, WATCHLIST, token=token)
    container = body["MediaContainer"]
    assert container["librarySectionID"] == "watchlist"
    assert (container["totalSize"], container["size"]) == (130, 20)
    assert "Guid" not in container["Metadata"][0]
    size = {"X-Plex-Container-Size": "100", "X-Plex-Container-Start": "100"}
    _, body = await ask(http, plex_tv, WATCHLIST, token=token, includeGuids="1", **size)
    assert len(body["MediaContainer"]["Metadata"]) == 30
    bob = plex_tv.sign_in("bob", CLIENT)
    _, body = await ask(http, plex_tv, WATCHLIST, token=bob)
    assert "Metadata" not in body["MediaContainer"]


@pytest.mark.parametrize("size", ["101", "500", "-1", "many"])
async def test_sizes(
    plex_tv: Simulator, http: ClientSession, token: str, size: str
) -> None:
    """More than a hundred rows in one page are refused."""
    query = {"X-Plex-Container-Size": size}
    status, body = await ask(http, plex_tv, WATCHLIST, token=token, **query)
    assert status == 400
    expected = "Invalid value provided for x-plex-container-size!"
    assert body["Error"]["message"] == expected


async def test_types_and_orders(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """The list can be restricted to films or series, and sorted."""
    _, body = await ask(
        http, plex_tv, WATCHLIST, token=token, type="2", sort="titleSort:asc"
    )
    rows = body["MediaContainer"]["Metadata"]
    assert [row["title"] for row in rows] == ["Fargo", "Letters from Wallop"]
    assert rows[0]["key"].endswith("/children")
    _, body = await ask(
        http, plex_tv, WATCHLIST, token=token, type="1", sort="watchlistedAt:asc"
    )
    rows = body["MediaContainer"]["Metadata"]
    assert [row["title"] for row in rows] == ["Basement", "The Lantern Keepers"]


async def test_etags(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """An ETag is only valid for the same URL."""
    url = plex_tv.discover.url.with_path(WATCHLIST)
    headers = with_token(token)
    async with http.get(url, headers=headers) as response:
        headers["If-None-Match"] = response.headers["ETag"]
    async with http.get(url, headers=headers) as response:
        assert response.status == 304
    async with http.get(url.with_query(type="1"), headers=headers) as response:
        assert response.status == 200
    plex_tv.discover.add("alice", plex_tv.discover.title("Amélie"))
    async with http.get(url, headers=headers) as response:
        assert response.status == 200


async def test_a_list_that_lags(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """A read right after a write may return the previous list."""
    plex_tv.discover.lag(1)
    key = plex_tv.discover.title("Amélie").key
    for method, expected in ((ADD, [4, 5]), (REMOVE, [5, 4])):
        status, body = await ask(
            http, plex_tv, method, token=token, method="PUT", ratingKey=key
        )
        assert (status, body) == (200, None)
        for size in expected:
            _, body = await ask(http, plex_tv, WATCHLIST, token=token)
            assert body["MediaContainer"]["totalSize"] == size


async def test_search(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """A search returns titles in the catalogue's group, and people on request."""
    _, body = await ask(
        http, plex_tv, SEARCH, token=token, query="fargo", searchTypes="movies,people"
    )
    external, plex = body["MediaContainer"]["SearchResults"]
    assert external["id"] == "external"
    assert "SearchResult" not in plex
    film, person = external["SearchResult"]
    assert film["Metadata"]["type"] == "movie"
    assert "Metadata" not in person


async def test_refusals(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """Invalid tokens, servers, refused people and unknown titles get an error."""
    casey = plex_tv.sign_in("casey", CLIENT)
    guest = plex_tv.servers["Bob's Basement"].data.guests["alice"]
    for asker, expected in (("x", 401), (guest, 401), (casey, 403)):
        status, body = await ask(http, plex_tv, WATCHLIST, token=asker)
        assert status == body["Error"]["statusCode"] == expected
    for path, query in (
        (MATCHES, {"guid": "imdb://tt9999999"}),
        ("/library/metadata/nothing", {}),
    ):
        assert (await ask(http, plex_tv, path, token=token, **query))[0] == 404
    status, _ = await ask(
        http, plex_tv, ADD, token=token, method="PUT", ratingKey="nothing"
    )
    assert status == 404


async def test_batches_are_cut(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """Of more than twenty titles, the first twenty are described."""
    plex_tv.discover.fill("alice", 30)
    keys = ",".join(title.key for title in plex_tv.discover.watchlist("alice"))
    _, body = await ask(http, plex_tv, f"/library/metadata/{keys}", token=token)
    assert len(body["MediaContainer"]["Metadata"]) == 20


def test_names(plex_tv: Simulator) -> None:
    """A name of several titles raises an error."""
    with pytest.raises(SimulatorError, match=r"^There are 2 titles called Dune$"):
        plex_tv.discover.title("Dune")
