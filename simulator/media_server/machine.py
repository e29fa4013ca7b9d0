"""Let the listed servers answer at addresses of this machine."""

from typing import TYPE_CHECKING

from simulator.http.dead_ends import HOST, DeadEnds, bound_socket
from simulator.http.front import Front, Record
from simulator.world.servers import Place, Route, SimulatedServer

from .routes import MediaRoutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    import socket

    from simulator.world.world import State


class MediaServer:
    """One running server, with a port for each route that leads to it."""

    def __init__(
        self, server: SimulatedServer, state: State, dead_ends: DeadEnds
    ) -> None:
        """Prepare a server; nothing listens yet."""
        self._server = server
        self._state = state
        self._dead_ends = dead_ends
        self.answers = MediaRoutes(server, state)
        self.record = Record(self.answers.routes())
        self._fronts: dict[Route, Front] = {}
        self._ports: dict[Route, int] = {}
        self._kept: dict[Route, socket.socket] = {}

    @property
    def places(self) -> tuple[Place, ...]:
        """Tell where the server is, each of its places being one of this machine."""
        return tuple(
            Place(
                route=place.route,
                address=HOST,
                port=self._port(number, place),
                answers=place.answers,
            )
            for number, place in enumerate(self._server.places)
        )

    async def start(self, routes: Sequence[Route]) -> None:
        """Answer on these routes, or on every route that is meant to answer."""
        for route in routes or self._answering:
            if route not in self._fronts:
                sock = self._kept.pop(route, None) or bound_socket()
                self._ports[route] = sock.getsockname()[1]
                front = Front(self.record, self._state.wire, self._state.now)
                self._fronts[route] = front
                await front.start(sock, self._state.tls)

    async def stop(self, routes: Sequence[Route]) -> None:
        """Refuse connections on these routes, or on every one; ports are kept."""
        for route in routes or self._answering:
            if front := self._fronts.pop(route, None):
                await front.stop()
                self._kept[route] = bound_socket(self._ports[route])

    async def close(self) -> None:
        """Stop for good."""
        await self.stop(())
        for sock in self._kept.values():
            sock.close()
        self._kept.clear()
        self._ports.clear()

    @property
    def fronts(self) -> Iterable[Front]:
        """The sockets at which it answers now."""
        return self._fronts.values()

    @property
    def _answering(self) -> list[Route]:
        """List the routes that are meant to answer."""
        return [place.route for place in self._server.places if place.answers]

    def _port(self, number: int, place: Place) -> int:
        """Find the port of a place: its own, or one that leads nowhere.

        A dead local address swallows what is sent to it, as an address of another
        machine's network does; every other dead one refuses.
        """
        if place.answers and place.route in self._ports:
            return self._ports[place.route]
        if place.route == "local" and not place.answers:
            return self._dead_ends.silent(number)
        return self._dead_ends.refusing(number)
