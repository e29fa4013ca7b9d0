"""Routes of the watchlist: reading it, adding and removing."""

from hashlib import sha256
import json
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from simulator.http.parameters import parameters
from simulator.http.wire import wants_json
from simulator.media_server.wire import container

from .bodies import row
from .caller import Declined, caller, declined

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from simulator.http.wire import Json
    from simulator.world.catalogue import CatalogueTitle
    from simulator.world.world import World

    type _Handler = Callable[[web.Request], Awaitable[web.Response]]

_DEFAULT_SIZE = 20
_KINDS = {"movie": "1", "show": "2"}


class WatchlistRoutes:
    """The list itself, and the actions that add and remove titles."""

    def __init__(self, world: World) -> None:
        """Respond with this data."""
        self._world = world
        self._book = world.watchlists

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            *(
                web.get(f"/library/sections/watchlist/{name}", guarded(self._list))
                for name in ("all", "available", "released")
            ),
            web.put("/actions/addToWatchlist", guarded(self._add)),
            web.put("/actions/removeFromWatchlist", guarded(self._remove)),
            web.get("/library/metadata/{key}/userState", guarded(self._user_state)),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        """Respond with one page, or with 304 if it is unchanged."""
        person = await caller(request, self._world)
        start, size = await self._asked(request)
        titles = self._sorted(self._book.read(person), request.query)
        page = self._page(titles, start, size)
        attributes: dict[str, Json] = {
            "librarySectionID": "watchlist",
            "librarySectionTitle": "Watchlist",
            "identifier": "tv.plex.provider.discover",
            "offset": start,
            "totalSize": len(titles),
            "size": len(page),
        }
        self._tell_total(attributes)
        rows = [self._row(title, request.query) for title in page]
        return self._answer(request, attributes, rows)

    async def _asked(self, request: web.Request) -> tuple[int, int]:
        """Read where the page begins and how many rows it may have."""
        asked = await parameters(request)
        start = asked.get("X-Plex-Container-Start", "0")
        size = asked.get("X-Plex-Container-Size", str(_DEFAULT_SIZE))
        for name, value in (("start", start), ("size", size)):
            most = self._book.quirks.largest_page if name == "size" else 10**6
            if not value.isdecimal() or int(value) > most:
                message = f"Invalid value provided for x-plex-container-{name}!"
                raise Declined(400, message)
        return int(start), int(size)

    @staticmethod
    def _sorted(
        titles: list[CatalogueTitle], query: Mapping[str, str]
    ) -> list[CatalogueTitle]:
        """Keep titles of the wanted type, in the wanted order."""
        wanted = query.get("type")
        titles = [one for one in titles if wanted in {None, _KINDS[one.kind]}]
        field, _, direction = query.get("sort", "watchlistedAt:desc").partition(":")
        if field == "titleSort":
            titles.sort(key=lambda one: one.title, reverse=direction == "desc")
        elif direction == "asc":
            titles.reverse()
        return titles

    def _page(
        self, titles: list[CatalogueTitle], start: int, size: int
    ) -> list[CatalogueTitle]:
        """Choose the rows of a page."""
        quirks = self._book.quirks
        if quirks.repeated:
            start = 0
        if start == 0 and quirks.first_page is not None:
            size = quirks.first_page
        if quirks.rows_end is not None and start >= quirks.rows_end:
            return []
        page = titles[start : start + size]
        if quirks.beyond and start + size >= len(titles):
            listed = {title.key for title in titles}
            others = [t for t in self._book.catalogue.values() if t.key not in listed]
            page += others[: quirks.beyond]
        return page

    def _tell_total(self, attributes: dict[str, Json]) -> None:
        """Replace the total with a wrong one, if a quirk requires it."""
        if self._book.quirks.total:
            match self._book.quirks.total.pop(0):
                case "absent":
                    del attributes["totalSize"]
                case int() | str() | None as total:
                    attributes["totalSize"] = total

    def _row(self, title: CatalogueTitle, query: Mapping[str, str]) -> dict[str, Json]:
        """Describe a title."""
        if self._book.quirks.bare:
            return {"ratingKey": title.key}
        asked = {query.get("includeGuids"), query.get("includeExternalMedia")}
        return row(title, external_ids="1" in asked)

    def _answer(
        self,
        request: web.Request,
        attributes: Mapping[str, Json],
        rows: list[dict[str, Json]],
    ) -> web.Response:
        """Encode a page, with an ETag for it at exactly this address."""
        movies = [one for one in rows if one.get("type") != "show"]
        shows = [one for one in rows if one.get("type") == "show"]
        if not wants_json(request):
            return container(request, attributes, Video=movies, Directory=shows)
        members: dict[str, Json] = {"Metadata": rows}
        if self._book.quirks.rows != "Metadata":
            members = {"Video": movies, "Directory": shows}
        filled = {name: member for name, member in members.items() if member}
        body = json.dumps({"MediaContainer": {**attributes, **filled}})
        known = f"{request.path_qs} {body}".encode()
        etag = f'W/"{sha256(known).hexdigest()[:32]}"'
        headers = {} if self._book.quirks.no_etag else {hdrs.ETAG: etag}
        if headers and request.headers.get(hdrs.IF_NONE_MATCH) == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(text=body, content_type="application/json", headers=headers)

    async def _add(self, request: web.Request) -> web.Response:
        """Put a title on the list, if it is not there already."""
        person = await caller(request, self._world)
        self._book.add(person, self._key(request.query.get("ratingKey", "")))
        return web.Response()

    async def _remove(self, request: web.Request) -> web.Response:
        """Take a title off the list, if it is there."""
        person = await caller(request, self._world)
        self._book.remove(person, self._key(request.query.get("ratingKey", "")))
        return web.Response()

    async def _user_state(self, request: web.Request) -> web.Response:
        """Describe the state of a title for the person."""
        person = await caller(request, self._world)
        key = self._key(request.match_info["key"])
        title = self._book.catalogue[key]
        state: dict[str, Json] = {
            "ratingKey": key,
            "type": title.kind,
            "viewCount": 0,
            "viewOffset": 0,
        }
        if title in self._book.of(person):
            state["watchlistedAt"] = 1_763_900_000
        return container(request, {}, UserState=[state])

    def _key(self, key: str) -> str:
        """Return the key of a title; raise Declined if there is none."""
        if key not in self._book.catalogue:
            raise Declined(404, "Not Found")
        return key


def guarded(handler: _Handler) -> _Handler:
    """Wrap a route, and respond with the error if it raises Declined."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except Declined as error:
            return declined(request, error)

    return answer
