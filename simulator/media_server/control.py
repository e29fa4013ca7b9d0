"""The control of one server by tests: its data, its machine, and its faults."""

from typing import TYPE_CHECKING

from simulator.world.errors import SimulatorError
from simulator.world.playback import Playback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.http.faults import Fault
    from simulator.http.seen import SeenRequest
    from simulator.world.servers import Place, Route, SimulatedServer

    from .machine import MediaServer
    from .push import Push


class ServerControl:
    """A server's data, together with the machine that runs it, if any."""

    def __init__(self, data: SimulatedServer, machine: MediaServer | None) -> None:
        """Control a server; without a machine it is only listed."""
        self.data = data
        self.playback = Playback(data)
        self._machine = machine

    async def start(self, *routes: Route) -> None:
        """Listen on these routes, or on every route that should respond."""
        await self._running.start(routes)

    async def stop(self, *routes: Route) -> None:
        """Refuse connections on these routes, or on every one."""
        await self._running.stop(routes)

    def lie(self, machine_identifier: str | None) -> None:
        """Respond with another machine identifier; None restores the right one."""
        self._running.answers.pretended = machine_identifier

    @property
    def has_machine(self) -> bool:
        """Whether a machine can run it."""
        return self._machine is not None

    @property
    def is_running(self) -> bool:
        """Whether its machine is running."""
        return self._machine is not None and self._machine.is_running

    @property
    def ports(self) -> Mapping[Route, int]:
        """The known ports of its routes; ports that are set apply to a first start."""
        return self._running.ports

    @ports.setter
    def ports(self, ports: Mapping[Route, int]) -> None:
        self._running.ports = ports

    @property
    def push(self) -> Push:
        """The notifications of the server, and its listeners."""
        return self._running.answers.push

    def seen(self, method: str, template: str) -> list[SeenRequest]:
        """List the requests to a route of the server."""
        return self._running.record.seen(method, template)

    @property
    def requests(self) -> list[SeenRequest]:
        """Every request that the server received, in order."""
        return self._running.record.requests

    def misbehave(
        self, method: str, template: str, fault: Fault, times: int | None = 1
    ) -> None:
        """Order a fault for a route of the server, like `Simulator.misbehave`."""
        self._running.record.misbehave(method, template, fault, times)

    def behave(self) -> None:
        """Cancel all faults of the server."""
        self._running.record.behave()

    @property
    def name(self) -> str:
        """The name of the server."""
        return self.data.name

    @property
    def machine_identifier(self) -> str:
        """The identifier of the server."""
        return self.data.machine_identifier

    @property
    def rebind_protected(self) -> bool:
        """Whether DNS rebind protection blocks its local host names."""
        return self.data.rebind_protected

    @rebind_protected.setter
    def rebind_protected(self, rebind_protected: bool) -> None:
        self.data.rebind_protected = rebind_protected
        if self._machine:
            self._machine.publish()

    @property
    def places(self) -> tuple[Place, ...]:
        """Its addresses; those that respond have ports of this machine."""
        return self.data.places

    @places.setter
    def places(self, places: tuple[Place, ...]) -> None:
        self.data.places = places
        if self._machine:
            self._machine.publish()

    @property
    def _running(self) -> MediaServer:
        """The machine, or an error if there is none."""
        if self._machine is None:
            message = "Only a simulator with media_servers=True runs media servers"
            raise SimulatorError(message)
        return self._machine
