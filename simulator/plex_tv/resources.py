"""The route that lists servers and players."""

from typing import TYPE_CHECKING

from aiohttp import web

from simulator.world.servers import HOST, PUBLIC_ADDRESS

from .caller import caller
from .routes import Routes

if TYPE_CHECKING:
    from simulator.http.wire import Json, Wire
    from simulator.world.devices import Device
    from simulator.world.people import Person
    from simulator.world.players import SimulatedPlayer
    from simulator.world.servers import Place, SimulatedServer
    from simulator.world.world import World


class ResourceRoutes(Routes):
    """`/api/v2/resources`."""

    def __init__(self, world: World, wire: Wire, *, secure: bool) -> None:
        """Serve this data.

        `secure` states whether the addresses on this machine use HTTPS.
        """
        super().__init__(world, wire)
        self._secure = secure

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [web.get("/api/v2/resources", self._resources)]

    async def _resources(self, request: web.Request) -> web.Response:
        """List own servers, shared servers and own players."""
        person, device = await caller(request, self._world)
        servers = self._world.servers
        with_tokens = self._world.homes.gives_tokens(device)
        resources: list[Json] = [
            self._server(request, server, person, device, with_tokens=with_tokens)
            for server in servers.listed_for(person)
        ]
        resources += [
            _player(player) for player in servers.players if player.owner is person
        ]
        return self._wire.answer(request, "resources", resources)

    def _server(
        self,
        request: web.Request,
        server: SimulatedServer,
        person: Person,
        device: Device,
        *,
        with_tokens: bool,
    ) -> dict[str, Json]:
        """Describe a server as it is listed for one person."""
        owned = server.owner is person
        token = device.token if owned else server.guests[person.key]
        hidden = self._world.quirks.token_absent or not with_tokens
        return {
            "name": server.name,
            "product": "Plex Media Server",
            "productVersion": server.version,
            "platform": server.platform,
            "platformVersion": "6.12.48",
            "device": "PC",
            "clientIdentifier": server.machine_identifier,
            "createdAt": f"{server.created_at:%Y-%m-%dT%H:%M:%SZ}",
            "lastSeenAt": f"{server.last_seen_at:%Y-%m-%dT%H:%M:%SZ}",
            "provides": "server",
            "ownerId": None if owned else server.owner.id,
            "sourceTitle": None if owned else server.owner.title,
            "publicAddress": PUBLIC_ADDRESS,
            "accessToken": None if hidden else token,
            "owned": owned,
            "home": not owned and person.key in server.owner.home,
            "synced": False,
            "relay": any(place.route == "relay" for place in server.places),
            "presence": server.presence,
            "httpsRequired": server.https_required,
            "publicAddressMatches": owned,
            "dnsRebindingProtection": False,
            "natLoopbackSupported": False,
            "connections": self._connections(request, server),
        }

    def _connections(self, request: web.Request, server: SimulatedServer) -> list[Json]:
        """List the addresses that the query selects."""
        if self._world.quirks.connections_empty:
            return []
        places = [
            place
            for place in server.listed_places
            if (place.route != "relay" or request.query.get("includeRelay") == "1")
            and (not place.ipv6 or request.query.get("includeIPv6") == "1")
        ]
        secure = request.query.get("includeHttps") == "1"
        return [self._connection(server, place, secure=secure) for place in places]

    def _connection(
        self, server: SimulatedServer, place: Place, *, secure: bool
    ) -> dict[str, Json]:
        """Describe one address."""
        if place.address == HOST:
            secure, host = self._secure, HOST
        else:
            host = server.name_of(place) if secure else place.host
        scheme = "https" if secure else "http"
        port: Json = place.port
        if self._world.quirks.string_ports:
            port = str(place.port)
        return {
            "protocol": scheme,
            "address": place.address,
            "port": port,
            "uri": f"{scheme}://{host}:{place.port}",
            "local": place.route == "local",
            "relay": place.route == "relay",
            "IPv6": place.ipv6,
        }


def _player(player: SimulatedPlayer) -> dict[str, Json]:
    """Describe a player, which has no token and fewer fields than a server."""
    return {
        "name": player.name,
        "product": "Plex for Android (TV)",
        "productVersion": "10.28.0",
        "platform": "Android",
        "platformVersion": "14",
        "device": "Chromecast",
        "clientIdentifier": player.client_identifier,
        "createdAt": "2023-05-04T18:11:02Z",
        "lastSeenAt": "2026-11-19T21:02:40Z",
        "provides": "client,player,pubsub-player",
        "ownerId": None,
        "sourceTitle": None,
        "publicAddress": PUBLIC_ADDRESS,
        "accessToken": None,
        "owned": True,
        "home": False,
        "synced": False,
        "relay": False,
        "presence": True,
        "httpsRequired": False,
        "publicAddressMatches": True,
        "connections": [],
    }
