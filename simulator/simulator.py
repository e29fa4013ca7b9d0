"""The simulator itself: start it, stop it, and do what people do at plex.tv."""

from datetime import UTC, datetime
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from yarl import URL

from .http.dead_ends import HOST, DeadEnds, bound_socket
from .http.front import Front, Record
from .media_server.machine import MediaServer
from .plex_tv.account import AccountRoutes
from .plex_tv.link_pages import LinkPages
from .plex_tv.pins import PinRoutes
from .plex_tv.resources import ResourceRoutes
from .world.errors import Refused, SimulatorError
from .world.world import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from ssl import SSLContext

    from .http.faults import Fault
    from .http.seen import SeenRequest
    from .world.people import Person
    from .world.pins import SimulatedPin
    from .world.quirks import Quirks
    from .world.servers import SimulatedServer


def _wall_clock() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class Simulator:
    """A stand-in for plex.tv on a port of this machine.

    Used as an asynchronous context manager, or with `start` and `stop`.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        media_servers: bool = False,
        now: Callable[[], datetime] = _wall_clock,
        tls: SSLContext | None = None,
    ) -> None:
        """Prepare a simulator; port 0 is any free one.

        With `media_servers` a small media server answers for each server, and every
        address that is listed is one of this machine. Without it the addresses are
        such as plex.tv would list, and lead nowhere. With `tls` all of them answer
        over HTTPS.
        """
        self._port = port
        self._state = State(now, tls)
        self._dead_ends = DeadEnds() if media_servers else None
        self._media_servers: list[MediaServer] = []
        for server in self._state.servers.by_name.values():
            self._run(server)
        self._pin_routes = PinRoutes(self._state)
        self._record = Record(
            [
                *self._pin_routes.routes(),
                *AccountRoutes(self._state).routes(),
                *ResourceRoutes(self._state).routes(),
                *LinkPages(self._state).routes(),
            ]
        )
        self._front = Front(self._record, self._state.wire, now)

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Answer; raises OSError when the port is taken."""
        sock = bound_socket(self._port)
        self._port = sock.getsockname()[1]
        self._state.base_url = str(self.url).removesuffix("/")
        await self._front.start(sock, self._state.tls)
        if self._dead_ends:
            self._dead_ends.open()
        for server in self._media_servers:
            await server.start(())

    async def stop(self) -> None:
        """Answer no more; a later start takes the same port and knows everything."""
        for server in self._media_servers:
            await server.close()
        if self._dead_ends:
            self._dead_ends.close()
        await self._front.stop()

    @property
    def url(self) -> URL:
        """Where plex.tv is simulated."""
        scheme = "https" if self._state.tls else "http"
        return URL.build(scheme=scheme, host=HOST, port=self._port)

    @property
    def people(self) -> Mapping[str, Person]:
        """Everybody who has an account: alice, bob, casey and whoever was added."""
        return MappingProxyType(self._state.people)

    @property
    def servers(self) -> Mapping[str, SimulatedServer]:
        """Every server by its name."""
        return MappingProxyType(self._state.servers.by_name)

    @property
    def quirks(self) -> Quirks:
        """Switches for odd but legal shapes of the answers."""
        return self._state.quirks

    @property
    def rate_limit(self) -> bool:
        """Whether asking for PINs more than once a second is refused."""
        return self._pin_routes.limited

    @rate_limit.setter
    def rate_limit(self, limited: bool) -> None:
        self._pin_routes.limited = limited

    @property
    def pins(self) -> list[SimulatedPin]:
        """Every PIN that was asked for, newest last."""
        return self._state.pins.all

    def approve(self, code: str, person: str) -> None:
        """Do what a person does at the link page, who can only use a waiting code."""
        try:
            pin = self._state.pins.approvable(code)
        except Refused as err:
            message = f"The code {code} is not waiting for approval"
            raise SimulatorError(message) from err
        self._state.approve(pin, self._state.person(person))

    def expire(self, code: str) -> None:
        """End a code's time now."""
        self._state.pins.expire(code)

    def sign_in(self, person: str, client_identifier: str) -> str:
        """Make a token as if the client had been linked before."""
        key = self._state.person(person).key
        self._state.client_identifiers.add(client_identifier)
        return self._state.devices.sign_in(key, client_identifier, {}).token

    def revoke(self, token: str) -> None:
        """End a token, as if its device was removed under Authorized Devices."""
        self._state.devices.remove(self._state.devices.known(token))

    def token_is_valid(self, token: str) -> bool:
        """Tell whether plex.tv accepts a token."""
        return self._state.devices.by_token(token) is not None

    def add_person(self, key: str) -> Person:
        """Let one more person have a free account."""
        return self._state.add_person(key)

    def add_server(
        self, person: str, *, name: str, owned: bool = True, connections: int = 2
    ) -> SimulatedServer:
        """Give a person one more server; it answers once it was started."""
        server = self._state.servers.add(
            self._state.person(person),
            name=name,
            owned=owned,
            connections=connections,
        )
        self._run(server)
        return server

    def remove_server(self, name: str) -> None:
        """Take a server away from everybody."""
        self._state.servers.remove(name)

    @property
    def requests(self) -> list[SeenRequest]:
        """Every request plex.tv saw, in order; clear it as you like."""
        return self._record.requests

    def seen(self, method: str, template: str) -> list[SeenRequest]:
        """List the requests that a route template describes."""
        return self._record.seen(method, template)

    def misbehave(
        self, method: str, template: str, fault: Fault, times: int | None = 1
    ) -> None:
        """Answer a route badly, so many times or (None) until `behave`.

        "*" stands for every method or every route. Faults for the same route are
        used up in the order they were asked for.
        """
        self._record.misbehave(method, template, fault, times)

    def behave(self) -> None:
        """End all misbehaviour."""
        self._record.faults.clear()

    @property
    def answering(self) -> int:
        """How many requests wait for the end of an answer, at plex.tv and servers."""
        return sum(front.answering for front in self._fronts)

    @property
    def connections(self) -> int:
        """How many connections are open, to plex.tv and servers."""
        return sum(front.connections for front in self._fronts)

    def hang_up(self) -> None:
        """Close every connection; whoever comes back is welcome."""
        for front in self._fronts:
            front.hang_up()

    @property
    def secrets(self) -> frozenset[str]:
        """Everything it handed out or holds that must never be shown."""
        return self._state.secrets()

    @property
    def names(self) -> frozenset[str]:
        """What identifies people and servers without being a secret."""
        return self._state.names()

    @property
    def _fronts(self) -> Iterable[Front]:
        """Every socket at which somebody answers."""
        servers = (server.fronts for server in self._media_servers)
        return chain([self._front], *servers)

    def _run(self, server: SimulatedServer) -> None:
        """Put a media server behind a listed one, if this simulator has any."""
        if self._dead_ends:
            server.machine = MediaServer(server, self._state, self._dead_ends)
            self._media_servers.append(server.machine)
