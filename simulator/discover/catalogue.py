"""Routes of the catalogue: the search, and the details of titles."""

from typing import TYPE_CHECKING
import unicodedata

from aiohttp import web

from simulator.http.wire import wants_json
from simulator.media_server.wire import container

from .bodies import hits, row
from .caller import Declined, caller
from .watchlist import guarded

if TYPE_CHECKING:
    from simulator.http.wire import Json
    from simulator.world.catalogue import CatalogueTitle
    from simulator.world.world import World

_BATCH = 20
"""The most titles in one response; further ones are left out without an error."""
_KINDS = {"1": "movie", "2": "show", None: None}
_TYPES = {"movies": "movie", "tv": "show"}


class CatalogueRoutes:
    """The search, and titles by their key or by an id of another catalogue."""

    def __init__(self, world: World) -> None:
        """Respond with this data."""
        self._world = world
        self._book = world.watchlists

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.get("/", guarded(self._root)),
            web.get("/library/search", guarded(self._search)),
            web.get("/library/metadata/matches", guarded(self._matches)),
            web.get("/library/metadata/{keys}", guarded(self._titles)),
        ]

    async def _root(self, request: web.Request) -> web.Response:
        """Describe the provider, which other programs request."""
        await caller(request, self._world)
        return container(request, {"identifier": "tv.plex.provider.metadata"})

    async def _search(self, request: web.Request) -> web.Response:
        """Search for titles that have all words of the query; also find a person."""
        await caller(request, self._world)
        words = set(_folded(request.query.get("query", "")).split())
        types = request.query.get("searchTypes", "movies,tv").split(",")
        kinds = {_TYPES.get(one) for one in types}
        found = [
            title
            for title in self._book.catalogue.values()
            if title.kind in kinds
            and words
            and words <= {*_folded(title.title).split(), str(title.year)}
        ]
        limit = int(request.query.get("limit", "30"))
        results: list[Json] = hits(found[:limit])
        if found and "people" in types:
            results.append({"score": 0.1, "Directory": {"type": "tag", "tag": "Bob"}})
        groups: list[Json] = [
            {
                "id": "external",
                "title": "More Ways To Watch",
                "size": len(results),
                **({"SearchResult": results} if results else {}),
            },
            {"id": "plex", "title": "Movies & Shows", "size": 0},
        ]
        if not wants_json(request):
            raise Declined(400, "Bad Request")
        return web.json_response(
            {"MediaContainer": {"size": len(groups), "SearchResults": groups}}
        )

    async def _matches(self, request: web.Request) -> web.Response:
        """Find a title by the id that another catalogue has for it."""
        await caller(request, self._world)
        wanted = request.query.get("guid", "")
        kind = _KINDS[request.query.get("type")]
        found = [
            title
            for title in self._book.catalogue.values()
            if wanted in title.external_ids and kind in {None, title.kind}
        ]
        return _titles(request, found)

    async def _titles(self, request: web.Request) -> web.Response:
        """Describe titles by their keys."""
        await caller(request, self._world)
        keys = request.match_info["keys"].split(",")
        if unknown := [key for key in keys if key not in self._book.catalogue]:
            raise Declined(404, f"{len(unknown)} not found")
        return _titles(request, [self._book.catalogue[key] for key in keys[:_BATCH]])


def _titles(request: web.Request, titles: list[CatalogueTitle]) -> web.Response:
    """Describe titles in full."""
    if not titles:
        raise Declined(404, "Not Found")
    rows = [row(title, external_ids=True) for title in titles]
    attributes: dict[str, Json] = {"identifier": "tv.plex.provider.metadata"}
    if wants_json(request):
        return container(request, attributes, Metadata=rows)
    return container(
        request,
        attributes,
        Video=[one for one in rows if one["type"] == "movie"],
        Directory=[one for one in rows if one["type"] == "show"],
    )


def _folded(text: str) -> str:
    """Remove accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in letters)
