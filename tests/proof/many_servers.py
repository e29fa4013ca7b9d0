"""Many people and servers; the servers appear and disappear.

The servers only respond to `/identity`, so that many of them cost little.
"""

import asyncio
import json
import random
import re
from typing import TYPE_CHECKING, Final, override

from simulator import Place
from simulator.http.dead_ends import DeadEnds
from simulator.http.ports import bound_socket, port_of
from simulator.world.servers import HOST

if TYPE_CHECKING:
    from simulator import Person, Simulator

# How many servers are not listed at a time, and how many are down.
AT_ONCE: Final = 3
# The only request that a measurement may send, without identifying headers.
QUESTION: Final = re.compile(
    rb"GET /identity HTTP/1\.1\r\n(?!.*x-plex)", re.IGNORECASE | re.DOTALL
)


class CheapServer:
    """A minimal HTTP server for a server that the simulator lists."""

    def __init__(
        self, plex_tv: Simulator, owner: str, name: str, dead: Place | None
    ) -> None:
        """Bind a port; `dead` is an unreachable address that plex.tv lists as well."""
        self.asked = 0
        self.odd: list[bytes] = []
        """Requests other than the allowed one."""
        self.steady = True
        """Whether it has been listed and running all the time."""
        self._socket = bound_socket()
        self._port = port_of(self._socket)
        self._listening: asyncio.Server | None = None
        place = Place(route="remote", address=HOST, port=self._port)
        places = (dead, place) if dead else (place,)
        self.listed = plex_tv.add_server(owner, name=name, places=places)

    @property
    def answers(self) -> bool:
        """Whether the server responds to requests."""
        return self._listening is not None

    async def start(self) -> None:
        """Start listening."""
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(
            lambda: _Visit(self), sock=self._socket
        )

    def stop(self) -> None:
        """Refuse connections; the port is kept."""
        if self._listening:
            self._listening.close()
            self._listening = None
            self._socket = bound_socket(self._port)

    def close(self) -> None:
        """Stop, and release the port."""
        self.stop()
        self._socket.close()

    def answer(self, request: bytes) -> bytes:
        """Return the response to a request."""
        self.asked += 1
        if not QUESTION.match(request):
            self.odd.append(request)
        told = {"MediaContainer": {"machineIdentifier": self.listed.machine_identifier}}
        body = json.dumps(told).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


class _Visit(asyncio.Protocol):
    """One connection, for one request."""

    _transport: asyncio.Transport

    def __init__(self, server: CheapServer) -> None:
        """Respond for a server."""
        self._server = server

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the response."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        """Respond, and close the connection."""
        self._transport.write(self._server.answer(data))
        self._transport.close()


class ManyServers:
    """The people, their servers, and the changes to these servers."""

    def __init__(self, plex_tv: Simulator, *, people: int, servers: int) -> None:
        """Start without people and servers."""
        self.people: list[Person] = []
        self.servers: list[CheapServer] = []
        self.away: list[CheapServer] = []
        """Those that plex.tv does not list for a while."""
        self.down: list[CheapServer] = []
        """Those that do not respond for a while."""
        self._plex_tv = plex_tv
        self._names = [f"person{number}" for number in range(people)]
        self._wanted = servers
        self._dead_ends = DeadEnds()
        # The same things happen in every run.
        self._chance = random.Random(24)  # noqa: S311 - no secret

    async def gather(self) -> None:
        """Create the accounts, with equally many servers each.

        One in three has a silent address listed before its own, and one in three an
        address that refuses connections.
        """
        self._dead_ends.open()
        self.people = [self._plex_tv.add_person(name) for name in self._names]
        ends = (None, self._dead_ends.silent(0), self._dead_ends.refusing(0))
        for number in range(self._wanted):
            port = ends[number % len(ends)]
            dead = Place(route="local", address=HOST, port=port) if port else None
            owner = self._names[number % len(self._names)]
            server = CheapServer(self._plex_tv, owner, f"Server {number}", dead)
            await server.start()
            self.servers.append(server)

    def close(self) -> None:
        """Stop every server."""
        for server in self.servers:
            server.close()
        self._dead_ends.close()

    async def change(self) -> None:
        """Restore servers that were away or down, and choose others."""
        for server in self.away:
            server.listed.data.owner.servers.append(server.listed.name)
        for server in self.down:
            await server.start()
        before = (*self.away, *self.down)
        others = [server for server in self.servers if server not in before]
        chosen = self._chance.sample(others, 2 * AT_ONCE)
        self.away, self.down = chosen[:AT_ONCE], chosen[AT_ONCE:]
        for server in self.away:
            server.listed.data.owner.servers.remove(server.listed.name)
        for server in self.down:
            server.stop()
        for server in chosen:
            server.steady = False

    @property
    def connections(self) -> int:
        """How many connections all servers have."""
        return sum(len(server.listed.places) for server in self.servers)

    def states(self, person: Person) -> dict[str, str]:
        """Return the expected states of a person's servers."""
        return {
            server.listed.name: "on" if server.answers else "off"
            for server in self.servers
            if server.listed.name in person.servers
        }
