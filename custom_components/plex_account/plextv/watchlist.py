"""The watchlist of an account, and the catalogue that its titles come from."""

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

# Rows of one answer. Limits have moved over the years (python-plexapi#1012,
# plezy#1715); the smaller one has always been accepted.
PAGE_SIZE: Final = 100
SMALL_PAGE_SIZE: Final = 25
# The longest list that was ever reported has 2,500 titles (Radarr#10447).
MAX_TITLES: Final = 5000
# A page may be shorter than what was asked for, but then most of them are not.
SPARE_PAGES: Final = 10
# Titles that the catalogue describes in one answer; it leaves out what is beyond.
BATCH_SIZE: Final = 20
# Rows without a name that are asked for. More than a few have never been met.
MAX_NAMELESS: Final = 100
SEARCH_LIMIT: Final = 30
# That limit may count for each kind of title.
MAX_HITS: Final = 100
LIST: Final = "library/sections/watchlist/all"
READING: Final = "reading the watchlist"
SEARCHING: Final = "searching for a title"


@dataclass(frozen=True, kw_only=True, slots=True)
class TitleList:
    """A whole watchlist, as of one reading."""

    titles: tuple[Title, ...]
    """The one that was added last comes first."""
    etag: str | None = None
    """Of the first page, with the size that it was asked for."""
    page_size: int = PAGE_SIZE


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    """Some rows of the list."""

    rows: tuple[Title | str, ...]
    """Of a row without name or kind there is only the key."""
    total: int
    etag: str | None


class Watchlist:
    """Reads and changes the watchlist of an account, and searches the catalogue.

    All of it is at discover.provider.plex.tv, with the token of the account. A
    rejection there says nothing about the account: who may not use Discover, as many
    managed users, is refused with 401, 403 or 404.

    Every method raises as `PlexTvClient` does, but never PlexTvAuthenticationError.
    """

    def __init__(self, transport: Transport) -> None:
        """Ask for the account of `transport`."""
        self._transport = transport

    async def read(
        self, known: TitleList | None = None, expected: tuple[Title, ...] | None = None
    ) -> TitleList:
        """Return the whole list; `known` itself if Plex says that it is the same.

        Never a part of it: pages are read until there are as many titles as the list
        says that it has, and anything that contradicts itself raises
        PlexTvResponseError. `expected` are the titles after a change that was just
        made: if length and first page are theirs, the rest is believed.
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
            # Somebody changed the list while it was read: once more from the start.
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
        """Return all rows and the ETag of the first page, None if the list changed.

        `page` is the first one, if it was read already.
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
        # A row twice is one that moved to a later page, or a page that came twice.
        return (tuple(rows.values()), etag) if len(rows) == total else None

    async def _page(
        self, start: int, size: int, *, etag: str | None = None
    ) -> _Page | None:
        """Return the rows from `start` on; None if they are those with this ETag."""
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
        """Return titles for all rows; those without a name are asked for.

        What the catalogue does not know either keeps its place under its key, as a
        film: it is on the list, and the person may want to take it off.
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
        """Return titles by their keys, without those that the catalogue knows not.

        One that it does not know makes it refuse all of them.
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
        """Return what a person means: one title if that is clear.

        No title fits, or several fit equally well: kind, name and year decide, for the
        search of Plex also returns what merely sounds alike. Understood are a name, a
        name with a year, an id of IMDb, TMDB or TheTVDB, and the address of a title's
        page at watch.plex.tv or app.plex.tv. (python-plexapi
        `MyPlexAccount.searchDiscover`; ids: plezy.)
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
            # Names can take milliseconds to compare.
            if best := await asyncio.to_thread(best_hits, wanted, found):
                return best
        return ()

    async def _hits(self, query: str) -> tuple[Title, ...]:
        """Return what the search of Plex finds."""
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
        """Return what another catalogue's id stands for; films have other ids."""
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
        """Put a title on top of the list; nothing happens if it is on it already."""
        await self._change("addToWatchlist", title, done=HTTPStatus.CONFLICT)

    async def remove(self, title: Title) -> None:
        """Take a title off the list; nothing happens if it is not on it."""
        await self._change("removeFromWatchlist", title, done=HTTPStatus.NOT_FOUND)

    async def _change(self, action: str, title: Title, *, done: HTTPStatus) -> None:
        """Change the list; `done` is how some answers say that it was so already.

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
        """Ask Discover."""
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
        """Return the error for a list that is not what it says."""
        return PlexTvResponseError(
            f"plex.tv's answer to {READING} contradicts itself", status=HTTPStatus.OK
        )


def _key(row: Title | str) -> str:
    """Return the key of a row."""
    return row if isinstance(row, str) else row.key


def _begins(expected: tuple[Title, ...], page: _Page) -> bool:
    """Tell whether a first page is that of these titles."""
    keys = [title.key for title in expected[: len(page.rows)]]
    return page.total == len(expected) and keys == [*map(_key, page.rows)]


def _read_page(response: Response) -> _Page:
    """Read a page; raise PlexTvResponseError if a row or the total is missing."""
    container = _container(response)
    total = readers.whole(container.get("totalSize"))
    rows = [*map(_read_row, _metadata(container))]
    whole = tuple(row for row in rows if row is not None)
    if total is None or len(whole) < len(rows):
        raise response.unreadable()
    return _Page(rows=whole, total=total, etag=response.etag)


def _read_row(value: object) -> Title | str | None:
    """Read a row: the title, or else its key."""
    return Title.from_json(value) or read_key(readers.fields(value))


def _read_titles(response: Response) -> tuple[Title, ...]:
    """Read titles of the catalogue."""
    rows = _metadata(_container(response))
    return tuple(filter(None, map(Title.from_json, rows)))


def _read_hits(response: Response) -> tuple[Title, ...]:
    """Read what a search found; any group, list or row of it may be missing."""
    rows = (
        row
        for group in readers.items(_container(response).get("SearchResults"))
        for hit in readers.items(readers.fields(group).get("SearchResult"))
        for row in readers.one_or_many(readers.fields(hit).get("Metadata"))
    )
    titles = map(Title.from_json, islice(rows, MAX_HITS))
    return tuple({title.key: title for title in titles if title}.values())


def _container(response: Response) -> dict[str, object]:
    """Return the container of an answer, or raise PlexTvResponseError."""
    container = response.json_object().get("MediaContainer")
    if not isinstance(container, dict):
        raise response.unreadable()
    return container


def _metadata(container: dict[str, object]) -> list[object]:
    """Return the rows of a container, also under the names of its XML (seerr#2948)."""
    return [
        row
        for name in ("Metadata", "Video", "Directory")
        for row in readers.items(container.get(name), MAX_TITLES)
    ]
