"""Run a media server at addresses of this machine."""

from typing import TYPE_CHECKING

from simulator.http.dead_ends import DeadEnds, bound_socket
from simulator.http.front import Front
from simulator.http.record import Record
from simulator.http.wire import Wire
from simulator.world.servers import HOST, Place, Route, SimulatedServer

from .routes import MediaRoutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    import socket
    from ssl import SSLContext

    from simulator.world.world import World


class MediaServer:
    """One media server, with a port for each of its routes that respond."""

    def __init__(
        self,
        server: SimulatedServer,
        world: World,
        dead_ends: DeadEnds,
        tls: SSLContext | None,
    ) -> None:
        """Prepare a server, which does not listen yet."""
        self._server = server
        self._now = world.now
        self._chance = world.chance
        self._wire = Wire(world.quirks)
        self._dead_ends = dead_ends
        self._tls = tls
        self.answers = MediaRoutes(server, world)
        self.record = Record(self.answers.routes())
        self._fronts: dict[Route, Front] = {}
        self._ports: dict[Route, int] = {}
        self._kept: dict[Route, socket.socket] = {}
        self._wanted: Mapping[Route, int] = {}
        self.publish()

    def publish(self) -> None:
        """Make plex.tv list addresses on this machine instead of the server's places.

        Their ports are unknown until the simulator has started.
        """
        if self._dead_ends.is_open:
            self._server.published = tuple(
                Place(
                    route=place.route,
                    address=self._address(place),
                    port=self._port(number, place),
                    answers=place.answers,
                )
                for number, place in enumerate(self._server.places)
            )

    async def start(self, routes: Sequence[Route]) -> None:
        """Listen on these routes, or on every route that should respond."""
        self.publish()
        for route in routes or self._answering:
            if route not in self._fronts:
                sock = self._kept.pop(route, None) or self._bound_socket(route)
                self._ports[route] = sock.getsockname()[1]
                self.publish()
                front = Front(self.record, self._wire, self._now, self._chance)
                self._fronts[route] = front
                await front.start(sock, self._tls)

    async def stop(self, routes: Sequence[Route]) -> None:
        """Refuse connections on these routes, or on every one, but keep the ports."""
        for route in routes or self._answering:
            if front := self._fronts.pop(route, None):
                await front.stop()
                self._kept[route] = bound_socket(self._ports[route])

    async def close(self) -> None:
        """Stop on every route and release the ports."""
        # Not only on those that should respond: the places may have changed.
        for front in self._fronts.values():
            await front.stop()
        self._fronts.clear()
        for sock in self._kept.values():
            sock.close()
        self._kept.clear()
        self._ports.clear()

    @property
    def ports(self) -> Mapping[Route, int]:
        """The known ports of its routes.

        Ports that are set apply to the next start, unless another program uses them.
        """
        return dict(self._ports)

    @ports.setter
    def ports(self, ports: Mapping[Route, int]) -> None:
        self._wanted = ports

    @property
    def fronts(self) -> Iterable[Front]:
        """The HTTP servers that listen now."""
        return self._fronts.values()

    @property
    def is_running(self) -> bool:
        """Whether it listens at all."""
        return bool(self._fronts)

    @property
    def _answering(self) -> list[Route]:
        """The routes that should respond."""
        return [place.route for place in self._server.places if place.answers]

    def _bound_socket(self, route: Route) -> socket.socket:
        """Bind a socket to the port that is wanted for a route, or to any other."""
        try:
            return bound_socket(self._wanted.get(route, 0))
        except OSError:
            return bound_socket()

    def _address(self, place: Place) -> str:
        """Return the address to list for a place: mostly that of this machine."""
        hidden = self._server.rebind_protected and place.route == "local"
        return place.address if hidden else HOST

    def _port(self, number: int, place: Place) -> int:
        """Return the port for a place: its own, or one on which nothing responds.

        A dead local address never responds, like one in another network. Every other
        dead address refuses connections.
        """
        if place.answers and place.route in self._ports:
            return self._ports[place.route]
        if place.route == "local" and not place.answers:
            return self._dead_ends.silent(number)
        return self._dead_ends.refusing(number)
