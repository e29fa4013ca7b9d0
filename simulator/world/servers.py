"""Media servers and players as plex.tv knows them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
import secrets
from typing import TYPE_CHECKING, Final, Literal

from simulator.http.dead_ends import HOST

from .devices import new_token
from .errors import SimulatorError

if TYPE_CHECKING:
    from simulator.http.faults import Fault
    from simulator.http.seen import SeenRequest
    from simulator.media_server.machine import MediaServer
    from simulator.media_server.sessions import Stream

    from .people import Person

type Route = Literal["local", "remote", "relay"]

PUBLIC_ADDRESS: Final = "203.0.113.10"
_PORT: Final = 32400


@dataclass(frozen=True, kw_only=True)
class Place:
    """One address at which a server says that it can be found."""

    route: Route
    address: str
    port: int = _PORT
    answers: bool = True
    """False for an address that is reported but leads nowhere."""

    @property
    def ipv6(self) -> bool:
        """Tell whether the address is one of IPv6."""
        return ":" in self.address

    @property
    def host(self) -> str:
        """Write the address as a URL does."""
        return f"[{self.address}]" if self.ipv6 else self.address


@dataclass(eq=False, kw_only=True)
class SimulatedServer:
    """One media server."""

    name: str
    owner: Person
    places: tuple[Place, ...]
    machine_identifier: str = field(default_factory=lambda: secrets.token_hex(20))
    certificate: str = field(default_factory=lambda: secrets.token_hex(16))
    presence: bool = True
    platform: str = "Linux"
    version: str = "1.43.0.10492-121068a07"
    device_id: int = field(
        default_factory=lambda: 500_000_000 + secrets.randbelow(10**8)
    )
    """The number of its row under Authorized Devices."""
    token: str = field(default_factory=new_token, repr=False)
    """What the server itself is signed in with."""
    guests: dict[str, str] = field(default_factory=dict)
    """Who else may use it, each with the token that opens this server only."""
    streams: list[Stream] = field(default_factory=list, repr=False)
    """What is played at the moment."""
    created_at: datetime = datetime(2021, 1, 1, 12, 12, 24, tzinfo=UTC)
    last_seen_at: datetime = datetime(2026, 11, 20, 6, 43, 34, tzinfo=UTC)
    machine: MediaServer | None = field(default=None, repr=False)
    """What answers for the server, in a simulator that runs media servers."""

    async def start(self, *routes: Route) -> None:
        """Answer on these routes, or on every route that is meant to answer."""
        await self._running.start(routes)

    async def stop(self, *routes: Route) -> None:
        """Refuse connections on these routes, or on every one."""
        await self._running.stop(routes)

    def lie(self, machine_identifier: str | None) -> None:
        """Answer with another server's identity; None ends the lie."""
        self._running.answers.identity = machine_identifier or self.machine_identifier

    @property
    def requests(self) -> list[SeenRequest]:
        """Every request the server saw, in order."""
        return self._running.record.requests

    def misbehave(
        self, method: str, template: str, fault: Fault, times: int | None = 1
    ) -> None:
        """Answer a route of the server badly, as `Simulator.misbehave` does."""
        self._running.record.misbehave(method, template, fault, times)

    def behave(self) -> None:
        """End the server's misbehaviour."""
        self._running.record.faults.clear()

    @property
    def listed_places(self) -> tuple[Place, ...]:
        """Tell where plex.tv says that the server is."""
        return self.machine.places if self.machine else self.places

    @property
    def secrets(self) -> frozenset[str]:
        """Collect what opens the server and what tells where it is.

        An address of this machine tells nothing without its port.
        """
        found = {self.token, PUBLIC_ADDRESS, *self.guests.values()}
        for place in self.listed_places:
            found.add(f"{place.host}:{place.port}")
            if place.address != HOST:
                found |= {place.address, self.name_of(place)}
        return frozenset(found)

    def name_of(self, place: Place) -> str:
        """Name an address as the server's certificate does.

        The reserved ending keeps a stray question from ever reaching the real one.
        """
        label = place.address.replace(".", "-").replace(":", "-")
        return f"{label}.{self.certificate}.plex.direct.invalid"

    @property
    def _running(self) -> MediaServer:
        """Find what answers, or say that nothing does."""
        if self.machine is None:
            message = "Only a simulator with media_servers=True runs media servers"
            raise SimulatorError(message)
        return self.machine


@dataclass(frozen=True, kw_only=True)
class SimulatedPlayer:
    """One player, which plex.tv lists among the servers."""

    name: str
    owner: Person
    client_identifier: str = field(default_factory=lambda: secrets.token_hex(12))
