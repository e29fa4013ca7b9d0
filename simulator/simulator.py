"""The simulator: it starts and stops its servers, and simulates people's actions."""

from datetime import UTC, datetime
from itertools import chain
from random import Random, random
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from .discover.discover import Discover
from .http.dead_ends import DeadEnds
from .media_server.control import ServerControl
from .media_server.machine import MediaServer
from .plex_tv.plex_tv import PlexTv
from .start_page.start_page import StartPage
from .world.errors import SimulatorError
from .world.memory import memory_of, remember
from .world.server_book import reported_places
from .world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from ssl import SSLContext

    from yarl import URL

    from .http.faults import Fault
    from .http.front import Front
    from .http.seen import SeenRequest
    from .world.devices import Device
    from .world.homes import HomeBook
    from .world.memory import Memory
    from .world.people import Person
    from .world.pins import SimulatedPin
    from .world.quirks import Quirks
    from .world.servers import Place, SimulatedServer


def _wall_clock() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


class Simulator:
    """A simulator of plex.tv and its media servers on this machine.

    Use it as an asynchronous context manager; `stop` and `start` restart it within.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        media_servers: bool = False,
        now: Callable[[], datetime] = _wall_clock,
        tls: SSLContext | None = None,
        chance: Random | None = None,
    ) -> None:
        """Prepare a simulator; port 0 is any free one.

        With `media_servers` a small media server runs for each server, and every listed
        address is one of this machine. Without it the listed addresses look like real
        ones, and nothing responds there. With `tls` everything uses HTTPS. `chance` is
        the source of all random data.
        """
        self._tls = tls
        # The default is not the process's own random generator: each test seeds that
        # again, so a simulator that outlives a test would repeat itself.
        self._world = World(now, chance or Random(random()))
        self.discover = Discover(self._world, tls)
        self._dead_ends = DeadEnds() if media_servers else None
        self._machines: list[MediaServer] = []
        """The media servers of all servers, including removed ones."""
        self._servers = {
            name: self._run(server)
            for name, server in self._world.servers.by_name.items()
        }
        start_page = StartPage(
            self._world,
            self._servers,
            lambda: (self._plex_tv.record, self.discover.record),
        )
        self._plex_tv = PlexTv(self._world, port, tls, start_page.routes())

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop, and release the ports."""
        for front in tuple(self._fronts):
            await front.close()
        if self._dead_ends:
            self._dead_ends.close()

    async def start(self) -> None:
        """Start listening; raises OSError when the port is in use."""
        await self._plex_tv.front.start()
        await self.discover.front.start()
        if self._dead_ends:
            self._dead_ends.open()
        for machine in self._machines:
            await machine.start(())

    async def stop(self) -> None:
        """Refuse connections; a later start uses the same ports and keeps all data."""
        for front in tuple(self._fronts):
            await front.stop()
        if self._dead_ends:
            self._dead_ends.close()

    @property
    def url(self) -> URL:
        """The base URL of the simulated plex.tv."""
        return self._plex_tv.url

    @property
    def people(self) -> Mapping[str, Person]:
        """All people with an account: alice, bob, casey and those who were added."""
        return MappingProxyType(self._world.people)

    @property
    def servers(self) -> Mapping[str, ServerControl]:
        """Every server by its name."""
        return MappingProxyType(self._servers)

    @property
    def quirks(self) -> Quirks:
        """Switches for unusual but valid forms of the responses."""
        return self._world.quirks

    @property
    def rate_limit(self) -> bool:
        """Whether polling PINs more than once a second is refused."""
        return self._plex_tv.pins.limited

    @rate_limit.setter
    def rate_limit(self, limited: bool) -> None:
        self._plex_tv.pins.limited = limited

    @property
    def pins(self) -> list[SimulatedPin]:
        """Every PIN that was created, newest last."""
        return self._world.pins.all

    def choose_code(self, code: str) -> None:
        """Choose the next short code."""
        self._world.pins.next_code = code

    def approve(self, code: str, person: str) -> None:
        """Approve a waiting code, as a person does on the link page."""
        pin = self._world.pins.approvable(code)
        if pin is None:
            message = f"The code {code} is not waiting for approval"
            raise SimulatorError(message)
        self._world.approve(pin, self._world.person(person))

    def expire(self, code: str) -> None:
        """End the lifetime of a code now."""
        self._world.pins.expire(code)

    def sign_in(self, person: str, client_identifier: str) -> str:
        """Return a token, as if the client had signed in before."""
        key = self._world.person(person).key
        self._world.client_identifiers.add(client_identifier)
        return self._world.devices.sign_in(key, client_identifier, {}).token

    def sign_in_device(
        self,
        person: str,
        *,
        name: str = "Living Room",
        product: str = "Plex for Android (TV)",
        platform: str = "Android",
    ) -> Device:
        """Sign a new device in, as with the person's password."""
        return self._world.sign_in_device(
            self._world.person(person),
            {
                "X-Plex-Device-Name": name,
                "X-Plex-Product": product,
                "X-Plex-Version": "10.18.0",
                "X-Plex-Platform": platform,
            },
        )

    def devices(self, person: str) -> list[Device]:
        """List the devices that are signed in to an account, without servers."""
        return [*self._world.devices.of(self._world.person(person).key)]

    def revoke(self, token: str) -> None:
        """Revoke a token, as if its device was removed under Authorized Devices."""
        self._world.devices.remove(self._world.devices.known(token))

    def token_is_valid(self, token: str) -> bool:
        """Return whether plex.tv accepts a token."""
        return self._world.devices.by_token(token) is not None

    def add_person(self, key: str) -> Person:
        """Add a person with a free account and no servers."""
        return self._world.add_person(key)

    def add_home_user(
        self,
        key: str,
        *,
        admin: str = "alice",
        managed: bool = True,
        pin: str | None = None,
        servers: tuple[str, ...] = ("Attic",),
        discover: bool = True,
    ) -> Person:
        """Add a user to a Plex Home, with or without a PIN and access to Discover."""
        person = self._world.add_home_user(
            self._world.person(admin), key, managed=managed, servers=servers
        )
        if pin is not None:
            self.home.pins[key] = pin
        if not discover:
            self.discover.refused.add(key)
        return person

    def remove_home_user(self, key: str, *, keeps_tokens: bool = False) -> None:
        """Remove a user from their Plex Home; their tokens become invalid, or not."""
        person = self._world.person(key)
        self._world.remove_home_user(person, keeps_tokens=keeps_tokens)

    @property
    def home(self) -> HomeBook:
        """PINs of Home users, and switches for quirks; they may be changed."""
        return self._world.homes

    def add_server(
        self,
        person: str,
        *,
        name: str,
        owned: bool = True,
        connections: int = 2,
        places: tuple[Place, ...] | None = None,
    ) -> ServerControl:
        """Add a server that belongs to a person or is shared with them.

        It responds once it is started. With `places` the simulator runs no media server
        for it: plex.tv lists these addresses, and any other program may respond there.
        """
        server = self._world.servers.add(
            self._world.person(person),
            name=name,
            owned=owned,
            places=tuple(reported_places(connections)) if places is None else places,
        )
        control = self._run(server) if places is None else ServerControl(server, None)
        self._servers[name] = control
        return control

    def remove_server(self, name: str) -> None:
        """Remove a server from everybody's list; its media server keeps running."""
        self._world.servers.remove(name)
        del self._servers[name]

    def add_player(self, person: str, *, name: str) -> None:
        """Add a player that a person has signed in."""
        self._world.servers.add_player(self._world.person(person), name)

    @property
    def memory(self) -> Memory:
        """The data with which another simulator can continue this one, as JSON.

        It includes sign-ins, but neither playback nor pending faults.
        """
        running = (server for server in self._servers.values() if server.has_machine)
        ports = {server.name: server.ports for server in running}
        return memory_of(self._world, ports)

    def remember(self, memory: Memory) -> None:
        """Restore the data of another simulator, before the start.

        Raises SimulatorError if this is no memory. Ports that are in use are replaced.
        """
        for name, ports in remember(self._world, memory).items():
            if (server := self._servers.get(name)) and server.has_machine:
                server.ports = ports

    @property
    def requests(self) -> list[SeenRequest]:
        """Every request that plex.tv received, in order; the list may be cleared."""
        return self._plex_tv.record.requests

    def seen(self, method: str, template: str) -> list[SeenRequest]:
        """List the requests to a route."""
        return self._plex_tv.record.seen(method, template)

    def misbehave(
        self, method: str, template: str, fault: Fault, times: int | None = 1
    ) -> None:
        """Respond to a route with a fault, this many times or (None) until `behave`.

        "*" stands for every method or every route. Faults for the same route are used
        up in the order in which they were added.
        """
        self._plex_tv.record.misbehave(method, template, fault, times)

    def behave(self) -> None:
        """Cancel all faults of plex.tv."""
        self._plex_tv.record.behave()

    @property
    def answering(self) -> int:
        """The number of pending responses, servers included."""
        return sum(front.answering for front in self._fronts)

    @property
    def connections(self) -> int:
        """The number of open connections, servers included."""
        return sum(front.connections for front in self._fronts)

    def hang_up(self) -> None:
        """Close every connection, servers included, but accept new ones."""
        for front in self._fronts:
            front.hang_up()

    @property
    def secrets(self) -> frozenset[str]:
        """Every secret that exists or was ever issued."""
        return self._world.secrets()

    @property
    def names(self) -> frozenset[str]:
        """What identifies people and servers but is not secret."""
        return self._world.names()

    @property
    def _fronts(self) -> Iterable[Front]:
        """Every HTTP server, whether it listens or not."""
        machines = (machine.fronts for machine in self._machines)
        return chain([self._plex_tv.front, self.discover.front], *machines)

    def _run(self, server: SimulatedServer) -> ServerControl:
        """Make the media server of a server, if this simulator runs media servers."""
        machine = None
        if self._dead_ends:
            machine = MediaServer(server, self._world, self._dead_ends, self._tls)
            self._machines.append(machine)
        return ServerControl(server, machine)
