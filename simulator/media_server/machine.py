"""Run a media server at addresses of this machine."""

from typing import TYPE_CHECKING

from simulator.http.front import Front
from simulator.http.record import Record
from simulator.http.wire import Wire
from simulator.world.servers import HOST, Place, Route, SimulatedServer

from .routes import MediaRoutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from ssl import SSLContext

    from simulator.http.dead_ends import DeadEnds
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
        """The HTTP servers of the routes that have ever listened."""
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
                self._fronts[route] = self._new_front(route)
            self.publish()
            await self._fronts[route].start()

    async def stop(self, routes: Sequence[Route]) -> None:
        """Refuse connections on these routes, or on every one, but keep the ports."""
        for route in routes or tuple(self._fronts):
            if front := self._fronts.get(route):
                await front.stop()

    @property
    def ports(self) -> Mapping[Route, int]:
        """The known ports of its routes.

        Ports that are set apply to the first start, unless another program uses them.
        """
        return {route: front.port for route, front in self._fronts.items()}

    @ports.setter
    def ports(self, ports: Mapping[Route, int]) -> None:
        self._wanted = ports

    @property
    def fronts(self) -> Iterable[Front]:
        """Its HTTP servers, whether they listen or not."""
        return self._fronts.values()

    @property
    def is_running(self) -> bool:
        """Whether it listens at all."""
        return any(front.is_running for front in self._fronts.values())

    @property
    def _answering(self) -> list[Route]:
        """The routes that should respond."""
        return [place.route for place in self._server.places if place.answers]

    def _new_front(self, route: Route) -> Front:
        """Make an HTTP server with the port that is wanted for a route, or another."""
        front = Front(
            self.record,
            self._wire,
            self._now,
            self._chance,
            tls=self._tls,
            port=self._wanted.get(route, 0),
        )
        try:
            front.reserve()
        except OSError:
            # Another program uses it.
            front.port = 0
            front.reserve()
        return front

    def _address(self, place: Place) -> str:
        """Return the address to list for a place: mostly that of this machine."""
        hidden = self._server.rebind_protected and place.route == "local"
        return place.address if hidden else HOST

    def _port(self, number: int, place: Place) -> int:
        """Return the port for a place: its own, or one on which nothing responds.

        A dead local address never responds, like one in another network. Every other
        dead address refuses connections.
        """
        if place.answers and (front := self._fronts.get(place.route)):
            return front.port
        if place.route == "local" and not place.answers:
            return self._dead_ends.silent(number)
        return self._dead_ends.refusing(number)
