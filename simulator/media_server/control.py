"""What tests do with a server: read and change its data, stop it, make it misbehave."""

from typing import TYPE_CHECKING

from simulator.world.errors import SimulatorError
from simulator.world.playback import Playback

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from simulator.http.faults import Fault
    from simulator.http.seen import SeenRequest
    from simulator.world.catalogue import CatalogueTitle
    from simulator.world.people import Person
    from simulator.world.servers import Place, Route, SimulatedServer
    from simulator.world.streams import Stream

    from .machine import MediaServer
    from .push import Push


class ServerControl:
    """A server's data, together with the machine that answers for it, if any."""

    def __init__(self, data: SimulatedServer, machine: MediaServer | None) -> None:
        """Control a server; without a machine it is only listed."""
        self.data = data
        self.playback = Playback(data)
        self._machine = machine

    async def start(self, *routes: Route) -> None:
        """Answer on these routes, or on every route that is meant to answer."""
        await self._running.start(routes)

    async def stop(self, *routes: Route) -> None:
        """Refuse connections on these routes, or on every one."""
        await self._running.stop(routes)

    def lie(self, machine_identifier: str | None) -> None:
        """Answer with another machine identifier; None restores the right one."""
        self._running.answers.pretended = machine_identifier

    @property
    def has_machine(self) -> bool:
        """Whether a machine may answer for it."""
        return self._machine is not None

    @property
    def is_running(self) -> bool:
        """Whether a machine answers for it now."""
        return self._machine is not None and self._machine.is_running

    @property
    def ports(self) -> Mapping[Route, int]:
        """The ports of its routes that have answered; those of the next start."""
        return self._running.ports

    @ports.setter
    def ports(self, ports: Mapping[Route, int]) -> None:
        self._running.ports = ports

    @property
    def push(self) -> Push:
        """Who listens to the server, and how it pushes."""
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
        """Answer a route of the server badly, as `Simulator.misbehave` does."""
        self._running.record.misbehave(method, template, fault, times)

    def behave(self) -> None:
        """Cancel all faults of the server."""
        self._running.record.behave()

    @property
    def name(self) -> str:
        """The name of the server."""
        return self.data.name

    @property
    def owner(self) -> Person:
        """The person that the server belongs to."""
        return self.data.owner

    @property
    def machine_identifier(self) -> str:
        """The identifier of the server."""
        return self.data.machine_identifier

    @property
    def token(self) -> str:
        """The token with which the server itself is signed in."""
        return self.data.token

    @property
    def guests(self) -> Mapping[str, str]:
        """Keys of the people it is shared with, and each one's token for it."""
        return self.data.guests

    @property
    def streams(self) -> list[Stream]:
        """What is being played; append to it or clear it."""
        return self.data.streams

    @streams.setter
    def streams(self, streams: list[Stream]) -> None:
        self.data.streams = streams

    @property
    def arrivals(self) -> list[CatalogueTitle]:
        """Titles that came into its libraries; append to it or clear it."""
        return self.data.arrivals

    @property
    def old_agents(self) -> bool:
        """Whether its libraries know nothing of Plex's own guids."""
        return self.data.old_agents

    @old_agents.setter
    def old_agents(self, old_agents: bool) -> None:
        self.data.old_agents = old_agents

    @property
    def presence(self) -> bool:
        """Whether plex.tv lists the server as present."""
        return self.data.presence

    @presence.setter
    def presence(self, presence: bool) -> None:
        self.data.presence = presence

    @property
    def https_required(self) -> bool:
        """Whether the server refuses connections without encryption."""
        return self.data.https_required

    @https_required.setter
    def https_required(self, https_required: bool) -> None:
        self.data.https_required = https_required

    @property
    def rebind_protected(self) -> bool:
        """Whether the local names that are listed for it cannot be looked up."""
        return self.data.rebind_protected

    @rebind_protected.setter
    def rebind_protected(self, rebind_protected: bool) -> None:
        self.data.rebind_protected = rebind_protected
        if self._machine:
            self._machine.publish()

    @property
    def platform(self) -> str:
        """The operating system of the server."""
        return self.data.platform

    @property
    def version(self) -> str:
        """The version of the server."""
        return self.data.version

    @version.setter
    def version(self, version: str) -> None:
        self.data.version = version

    @property
    def last_seen_at(self) -> datetime:
        """When plex.tv last heard from the server."""
        return self.data.last_seen_at

    @property
    def places(self) -> tuple[Place, ...]:
        """Its addresses; those that answer have ports of this machine."""
        return self.data.places

    @places.setter
    def places(self, places: tuple[Place, ...]) -> None:
        self.data.places = places
        if self._machine:
            self._machine.publish()

    @property
    def listed_places(self) -> tuple[Place, ...]:
        """The addresses that plex.tv lists."""
        return self.data.listed_places

    def name_of(self, place: Place) -> str:
        """Return the domain name of an address that fits the server's certificate."""
        return self.data.name_of(place)

    @property
    def _running(self) -> MediaServer:
        """The machine, or an error if there is none."""
        if self._machine is None:
            message = "Only a simulator with media_servers=True runs media servers"
            raise SimulatorError(message)
        return self._machine
