"""Routes of a media server: those that clients need to connect and to browse."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from simulator.http.parameters import TOKEN, parameters
from simulator.world.library import FILMS, LIBRARIES
from simulator.world.tokens import new_token

from .library import copies, items, metadata, sections
from .push import Push
from .sessions import sessions
from .wire import container

if TYPE_CHECKING:
    from simulator.http.wire import Json
    from simulator.world.people import Person
    from simulator.world.servers import SimulatedServer
    from simulator.world.world import World

type _Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_PAGE = "<html><head><title>{0}</title></head><body><h1>{1} {0}</h1></body></html>"


class MediaRoutes:
    """The routes of one server: for everybody, for its users and for its owner."""

    def __init__(self, server: SimulatedServer, world: World) -> None:
        """Respond for this server."""
        self._server = server
        self._world = world
        self.push = Push(server)
        self.pretended: str | None = None
        """The machine identifier that it sends instead of its own."""

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        user, owner = self._for_users, self._for_owner
        return [
            web.get("/identity", self._identity),
            web.get("/", user(self._root)),
            web.get("/library", owner(_library)),
            *(
                web.get(path, user(self._sections))
                for path in ("/library/sections", "/library/sections/")
            ),
            web.get("/library/sections/{section}", user(_section)),
            web.get("/library/all", user(self._titles)),
            web.get("/library/sections/{section}/all", user(_items)),
            web.get("/library/onDeck", user(_empty)),
            web.get("/library/recentlyAdded", user(_recently_added)),
            web.get("/hubs", user(_empty)),
            web.get("/playlists", user(_empty)),
            web.get("/security/token", user(self._delegation_token)),
            web.get("/library/metadata/{keys}", user(self._metadata)),
            web.get("/:/websockets/notifications", user(self._websocket)),
            web.get("/:/eventsource/notifications", user(self._events)),
            web.get("/accounts", owner(self._accounts)),
            web.get("/clients", owner(_empty)),
            web.get("/status/sessions", owner(self._sessions)),
            web.get("/status/sessions/history/all", owner(_empty)),
            web.get("/updater/status", owner(_update_status)),
            web.put("/updater/check", owner(_empty)),
        ]

    def _for_users(self, handler: _Handler) -> _Handler:
        """Allow only requests with a token for this server."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if await self._role(request) is None:
                return _refusal(401, "Unauthorized")
            return await handler(request)

        return guarded

    def _for_owner(self, handler: _Handler) -> _Handler:
        """Allow only the owner; other users get another status than strangers."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            role = await self._role(request)
            if role is None:
                return _refusal(401, "Unauthorized")
            if role == "guest":
                return _refusal(403, "Forbidden")
            return await handler(request)

        return guarded

    async def _role(self, request: web.Request) -> str | None:
        """Return the role that the token of a request gives."""
        token = (await parameters(request)).get(TOKEN, "")
        device = self._world.devices.by_token(token)
        if device is not None and device.person == self._server.owner.key:
            return "owner"
        return "guest" if token in self._server.guests.values() else None

    async def _guest(self, request: web.Request) -> Person | None:
        """Return the guest whose token a request has, None for the owner."""
        token = (await parameters(request)).get(TOKEN, "")
        for key, given in self._server.guests.items():
            if given == token:
                return self._world.people[key]
        return None

    async def _metadata(self, request: web.Request) -> web.Response:
        """Describe titles by their keys."""
        keys = request.match_info["keys"].split(",")
        if found := metadata(self._server, keys):
            return container(request, {}, Video=found)
        return _refusal(404, "Not Found")

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Send events until the client disconnects."""
        return await self.push.stream(request, await self._guest(request))

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        """Send messages until the client disconnects."""
        return await self.push.websocket(request, await self._guest(request))

    @property
    def identity(self) -> str:
        """The machine identifier that it sends."""
        return self.pretended or self._server.machine_identifier

    async def _identity(self, request: web.Request) -> web.Response:
        """Identify the server, without a token."""
        return container(
            request,
            {
                "size": 0,
                "apiVersion": "1.1.1",
                "claimed": True,
                "machineIdentifier": self.identity,
                "version": self._server.version,
            },
        )

    async def _root(self, request: web.Request) -> web.Response:
        """Describe the server."""
        server = self._server
        return container(
            request,
            {
                "allowCameraUpload": False,
                "allowChannelAccess": True,
                "allowMediaDeletion": False,
                "allowSharing": True,
                "allowSync": True,
                "backgroundProcessing": True,
                "certificate": True,
                "companionProxy": True,
                "diagnostics": "logs,databases,streaminglogs",
                "eventStream": True,
                "friendlyName": server.name,
                "hubSearch": True,
                "machineIdentifier": self.identity,
                "mediaProviders": True,
                "multiuser": True,
                "myPlex": True,
                "myPlexMappingState": "mapped",
                "myPlexSigninState": "ok",
                "myPlexSubscription": server.owner.plex_pass is not None,
                "myPlexUsername": server.owner.email,
                "platform": server.platform,
                "platformVersion": "6.12.48",
                "sync": True,
                "transcoderActiveVideoSessions": 0,
                "updatedAt": 1_763_900_000,
                "updater": True,
                "version": server.version,
                "voiceSearch": True,
            },
            Directory=[
                {"count": 1, "key": key, "title": key}
                for key in ("library", "hubs", "playlists", "status")
            ],
        )

    async def _accounts(self, request: web.Request) -> web.Response:
        """List the users of the server. The owner always has id 1."""
        people = [self._server.owner]
        people += [self._world.people[key] for key in self._server.guests]
        accounts: list[Json] = [
            {"id": number, "key": f"/accounts/{number}", "name": person.title}
            for number, person in enumerate(people, start=1)
        ]
        return container(request, {}, Account=accounts)

    async def _sessions(self, request: web.Request) -> web.Response:
        """List what is being played."""
        return container(request, {}, Video=sessions(self._server))

    async def _sections(self, request: web.Request) -> web.Response:
        """List the libraries."""
        changes = len(self._server.arrivals)
        return container(
            request, {"title1": "Plex Library"}, Directory=sections(changes)
        )

    async def _titles(self, request: web.Request) -> web.Response:
        """List the copies of a title in all libraries; old agents find none."""
        found = copies(
            self._server, request.query.get("guid"), request.query.get("type")
        )
        asked = await parameters(request)
        start = int(asked.get("X-Plex-Container-Start", "0"))
        size = int(asked.get("X-Plex-Container-Size", str(len(found))))
        return container(
            request,
            {"totalSize": len(found), "offset": start},
            Metadata=found[start : start + size],
        )

    async def _delegation_token(self, request: web.Request) -> web.Response:
        """Make a transient token, which a player would use."""
        token = f"transient-{new_token(self._world.chance)}"
        self._world.issued.add(token)
        return container(request, {"token": token})


async def _empty(request: web.Request) -> web.Response:
    """Respond with an empty container."""
    return container(request, {})


async def _library(request: web.Request) -> web.Response:
    """List the paths below this one."""
    members: list[Json] = [{"key": "sections", "title": "Library Sections"}]
    return container(
        request,
        {"identifier": "com.plexapp.plugins.library", "title1": "Plex Library"},
        Directory=members,
    )


async def _section(request: web.Request) -> web.Response:
    """List the views of a library."""
    if request.match_info["section"] not in LIBRARIES:
        return _refusal(404, "Not Found")
    members: list[Json] = [{"key": "all", "title": "All"}]
    return container(request, {"viewGroup": "secondary"}, Directory=members)


async def _items(request: web.Request) -> web.Response:
    """List the items of a library, or one page of them."""
    library = LIBRARIES.get(request.match_info["section"])
    if library is None:
        return _refusal(404, "Not Found")
    found = items(library, request.query.get("type"))
    asked = await parameters(request)
    start = int(asked.get("X-Plex-Container-Start", "0"))
    size = int(asked.get("X-Plex-Container-Size", str(len(found))))
    page = found[start : start + size]
    attributes: dict[str, Json] = {
        "totalSize": len(found),
        "offset": start,
        "librarySectionID": int(library.key),
        "librarySectionTitle": library.title,
    }
    if library.kind == "movie":
        return container(request, attributes, Video=page)
    return container(request, attributes, Directory=page)


async def _recently_added(request: web.Request) -> web.Response:
    """List the films, newest first."""
    return container(request, {}, Video=items(FILMS)[::-1])


async def _update_status(request: web.Request) -> web.Response:
    """Respond that there is no newer version."""
    return container(request, {"canInstall": False, "checkedAt": 1_763_900_000})


def _refusal(status: int, reason: str) -> web.Response:
    """Respond with an error, which is HTML whatever the client accepts."""
    return web.Response(
        status=status,
        text=_PAGE.format(reason, status),
        content_type="text/html",
        headers={hdrs.CACHE_CONTROL: "no-cache"},
    )
