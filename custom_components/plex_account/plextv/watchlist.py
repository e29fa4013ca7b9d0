"""The watchlist of an account, and the catalogue of its titles."""

import asyncio
from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Final

from . import readers
from .errors import PlexTvResponseError
from .titles import Title, best_hits, read_key, readings
from .transport import MAX_LIST_BYTES, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .transport import Response, Transport

# Rows of one response. The limit has changed over the years (python-plexapi#1012,
# plezy#1715); the smaller value has always been accepted.
PAGE_SIZE: Final = 100
SMALL_PAGE_SIZE: Final = 25
# The longest reported list has 2,500 titles (Radarr#10447).
MAX_TITLES: Final = 5000
# Limit of additional requests, because some pages may be shorter than requested.
SPARE_PAGES: Final = 10
# Titles in one request to the catalogue, which ignores any further ones.
BATCH_SIZE: Final = 20
# Rows without a name whose titles are requested. More than a few have never been seen.
MAX_NAMELESS: Final = 100
SEARCH_LIMIT: Final = 30
# The limit may apply to each kind of title.
MAX_HITS: Final = 100
LIST: Final = "library/sections/watchlist/all"
READING: Final = "reading the watchlist"
SEARCHING: Final = "searching for a title"


@dataclass(frozen=True, kw_only=True, slots=True)
class TitleList:
    """A complete watchlist, as of one read."""

    titles: tuple[Title, ...]
    """The one that was added last comes first."""
    etag: str | None = None
    """The ETag of the first page, for the page size of its request."""
    page_size: int = PAGE_SIZE


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    """Some rows of the list."""

    rows: tuple[Title | str, ...]
    """The titles; a row without name or kind is only its key."""
    total: int
    etag: str | None


class Watchlist:
    """Reads and changes the watchlist of an account, and searches the catalogue.

    All requests go to discover.provider.plex.tv, with the token of the account. A
    rejection there does not mean that the token is invalid: for users who may not use
    Discover, such as many managed users, it responds with 401, 403 or 404.

    Every method raises the same exceptions as those of `PlexTvClient`, except
    PlexTvAuthenticationError.
    """

    def __init__(self, transport: Transport) -> None:
        """Use the account of `transport`."""
        self._transport = transport

    async def read(
        self, known: TitleList | None = None, expected: tuple[Title, ...] | None = None
    ) -> TitleList:
        """Return the complete list, or `known` itself if its ETag is still valid.

        Pages are read until they contain the total number of titles; contradictory
        responses raise PlexTvResponseError. `expected` are the titles after a recent
        change: if the total and the first page match them, no further page is read.
        (python-plexapi `MyPlexAccount.watchlist`; ETags: Pulsarr, Overseerr.)
        """
        size = known.page_size if known else PAGE_SIZE
        etag = known.etag if known else None
        try:
            first = await self._page(0, size, etag=etag)
        except PlexTvResponseError as err:
            if err.status != HTTPStatus.BAD_REQUEST or size == SMALL_PAGE_SIZE:
                raise
            size = SMALL_PAGE_SIZE
            first = await self._page(0, size)
        if first is None and known:
            return known
        for page in (first, None):
            # If the list changed while it was read, it is read once more.
            rows = await self._rows(page, size, expected)
            if rows is not None:
                titles, etag = rows
                return TitleList(
                    titles=await self._named(titles), etag=etag, page_size=size
                )
        raise self._contradiction()

    async def _rows(
        self, page: _Page | None, size: int, expected: tuple[Title, ...] | None
    ) -> tuple[tuple[Title | str, ...], str | None] | None:
        """Return all rows and the ETag of the first page; None if the list changed.

        `page` is the first page, if it was already read.
        """
        page = page or await self._page(0, size)
        if page is None or page.total > MAX_TITLES:
            raise self._contradiction()
        total, etag = page.total, page.etag
        if expected is not None and _begins(expected, page):
            return (*page.rows, *expected[len(page.rows) :]), etag
        rows: dict[str, Title | str] = {}
        received = 0
        for _ in range(total // size + SPARE_PAGES):
            received += len(page.rows)
            rows |= {_key(row): row for row in page.rows}
            if page.total != total:
                return None
            if received >= total:
                break
            if not page.rows:
                raise self._contradiction()
            page = await self._page(received, size) or page
        if received > total:
            raise self._contradiction()
        # A duplicate row moved to a later page, or the same page was sent twice.
        return (tuple(rows.values()), etag) if len(rows) == total else None

    async def _page(
        self, start: int, size: int, *, etag: str | None = None
    ) -> _Page | None:
        """Return the rows from `start` on; None if `etag` is still valid."""
        response = await self._ask(
            LIST,
            READING,
            {
                "sort": "watchlistedAt:desc",
                "X-Plex-Container-Start": str(start),
                "X-Plex-Container-Size": str(size),
            },
            etag=etag,
        )
        if response.not_modified:
            return None
        return await asyncio.to_thread(_read_page, response)

    async def _named(self, rows: tuple[Title | str, ...]) -> tuple[Title, ...]:
        """Return titles for all rows; those without a name are requested.

        A title that the catalogue does not have either is returned as a film with its
        key as its name, because the person may want to remove it from the list.
        """
        nameless = [row for row in rows if isinstance(row, str)][:MAX_NAMELESS]
        found: dict[str, Title] = {}
        for start in range(0, len(nameless), BATCH_SIZE):
            titles = await self._described(nameless[start : start + BATCH_SIZE])
            found |= {title.key: title for title in titles}
        return tuple(
            found.get(row) or Title(key=row, kind="movie", name=row)
            if isinstance(row, str)
            else row
            for row in rows
        )

    async def _described(self, keys: Sequence[str]) -> tuple[Title, ...]:
        """Return titles by their keys, without those that the catalogue does not have.

        If it does not have one of them, it rejects the request for all.
        """
        path = f"library/metadata/{','.join(keys)}"
        try:
            response = await self._ask(path, "reading titles", {})
        except PlexTvResponseError as err:
            if err.status != HTTPStatus.NOT_FOUND:
                raise
            if len(keys) == 1:
                return ()
            return tuple(
                [title for key in keys for title in await self._described([key])]
            )
        return await asyncio.to_thread(_read_titles, response)

    async def search(self, typed: str) -> tuple[Title, ...]:
        """Return the titles that a person may mean: one if the match is clear.

        None match, or several match equally well: kind, name and year are compared,
        because the search of Plex also returns similar names. The input can be a name,
        a name with a year, an id of IMDb, TMDB or TheTVDB, or the URL of a title's page
        at watch.plex.tv or app.plex.tv. (python-plexapi `MyPlexAccount.searchDiscover`;
        ids: plezy.)
        """
        hits: dict[str, tuple[Title, ...]] = {}
        for wanted in readings(typed):
            if wanted.key:
                return await self._described([wanted.key])
            if wanted.external_id:
                return await self._by_external_id(wanted.external_id)
            if wanted.query not in hits:
                hits[wanted.query] = await self._hits(wanted.query)
            found = hits[wanted.query]
            # Comparing names can take milliseconds.
            if best := await asyncio.to_thread(best_hits, wanted, found):
                return best
        return ()

    async def _hits(self, query: str) -> tuple[Title, ...]:
        """Return the results of Plex's search."""
        response = await self._ask(
            "library/search",
            SEARCHING,
            {
                "query": query.encode(errors="replace").decode(),
                "limit": str(SEARCH_LIMIT),
                "searchTypes": "movies,tv",
                "searchProviders": "discover",
                "includeMetadata": "1",
            },
        )
        return await asyncio.to_thread(_read_hits, response)

    async def _by_external_id(self, external_id: str) -> tuple[Title, ...]:
        """Return the titles of another catalogue's id; kinds have separate ids."""
        found: tuple[Title, ...] = ()
        for kind in ("1", "2"):
            query = {"guid": external_id, "type": kind}
            try:
                response = await self._ask("library/metadata/matches", SEARCHING, query)
            except PlexTvResponseError as err:
                if err.status != HTTPStatus.NOT_FOUND:
                    raise
                continue
            found += await asyncio.to_thread(_read_titles, response)
        return tuple({title.key: title for title in found}.values())

    async def add(self, title: Title) -> None:
        """Add a title at the top of the list; no effect if it is already on it."""
        await self._change("addToWatchlist", title, done=HTTPStatus.CONFLICT)

    async def remove(self, title: Title) -> None:
        """Remove a title from the list; no effect if it is not on it."""
        await self._change("removeFromWatchlist", title, done=HTTPStatus.NOT_FOUND)

    async def _change(self, action: str, title: Title, *, done: HTTPStatus) -> None:
        """Change the list; the status `done` means that there was nothing to change.

        (python-plexapi `MyPlexAccount.addToWatchlist`; CrossWatch.)
        """
        try:
            await self._ask(
                f"actions/{action}",
                "changing the watchlist",
                {"ratingKey": title.key},
                method=HTTPMethod.PUT,
            )
        except PlexTvResponseError as err:
            if err.status != done:
                raise

    async def _ask(
        self,
        path: str,
        purpose: str,
        query: Mapping[str, str],
        *,
        method: HTTPMethod = HTTPMethod.GET,
        etag: str | None = None,
    ) -> Response:
        """Send a request to Discover."""
        transport = self._transport
        return await transport.send(
            Request(
                purpose=purpose,
                method=method,
                url=transport.hosts.discover / path,
                query=tuple(query.items()),
                token=transport.token,
                etag=etag,
                max_bytes=MAX_LIST_BYTES,
            )
        )

    @staticmethod
    def _contradiction() -> PlexTvResponseError:
        """Return the error for a list with contradictory responses."""
        return PlexTvResponseError(
            f"plex.tv's answer to {READING} contradicts itself", status=HTTPStatus.OK
        )


def _key(row: Title | str) -> str:
    """Return the key of a row."""
    return row if isinstance(row, str) else row.key


def _begins(expected: tuple[Title, ...], page: _Page) -> bool:
    """Return whether a first page is that of the expected titles."""
    keys = [title.key for title in expected[: len(page.rows)]]
    return page.total == len(expected) and keys == [*map(_key, page.rows)]


def _read_page(response: Response) -> _Page:
    """Parse a page; raise PlexTvResponseError if a row or the total is missing."""
    container = _container(response)
    total = readers.whole(container.get("totalSize"))
    rows = [*map(_read_row, _metadata(container))]
    whole = tuple(row for row in rows if row is not None)
    if total is None or len(whole) < len(rows):
        raise response.unreadable()
    return _Page(rows=whole, total=total, etag=response.etag)


def _read_row(value: object) -> Title | str | None:
    """Parse a row: the title, or else its key."""
    return Title.from_json(value) or read_key(readers.fields(value))


def _read_titles(response: Response) -> tuple[Title, ...]:
    """Parse titles of the catalogue."""
    rows = _metadata(_container(response))
    return tuple(filter(None, map(Title.from_json, rows)))


def _read_hits(response: Response) -> tuple[Title, ...]:
    """Parse the results of a search; any group, list or row may be missing."""
    rows = (
        row
        for group in readers.items(_container(response).get("SearchResults"))
        for hit in readers.items(readers.fields(group).get("SearchResult"))
        for row in readers.one_or_many(readers.fields(hit).get("Metadata"))
    )
    titles = map(Title.from_json, islice(rows, MAX_HITS))
    return tuple({title.key: title for title in titles if title}.values())


def _container(response: Response) -> dict[str, object]:
    """Return the container of a response; raise PlexTvResponseError without one."""
    container = response.json_object().get("MediaContainer")
    if not isinstance(container, dict):
        raise response.unreadable()
    return container


def _metadata(container: dict[str, object]) -> list[object]:
    """Return the rows of a container, also with the names of its XML (seerr#2948)."""
    return [
        row
        for name in ("Metadata", "Video", "Directory")
        for row in readers.items(container.get(name), MAX_TITLES)
    ]
