"""plex.tv in a process of its own, so that its work is not measured."""

import asyncio
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
import multiprocessing
import resource
from typing import TYPE_CHECKING, Any

from yarl import URL

from custom_components.plex_account.plextv.servers import MAX_SHARED_CONNECTIONS
from simulator import Place, Simulator
from tests.helpers.fake_servers import HOST
from tests.hostile.flooding_server import FloodingServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from multiprocessing.connection import Connection

CONNECTIONS = 8
# Each of a thousand servers listens at a port of its own.
OPEN_FILES = 4096


@dataclass(frozen=True, slots=True)
class Code:
    """The number of requests about a code, and when it was approved."""

    questions: int
    approved: float | None


class PlexTv:
    """The simulated plex.tv, as a proxy in the process that measures."""

    def __init__(self, pipe: Connection) -> None:
        """Connect to it through a pipe."""
        self._pipe = pipe
        self.url = URL(pipe.recv())
        self.discover_url = URL(pipe.recv())

    def sign_in(self, client_identifier: str) -> tuple[str, str]:
        """Return the uuid of an account, and a token for it."""
        uuid, token = self._ask("sign_in", client_identifier)
        return uuid, token

    def add_servers(self, number: int) -> None:
        """Add running servers until the account has this many."""
        self._ask("add_servers", number)

    def add_hostile(self, kind: str, number: int) -> None:
        """Share this many servers with the account, which send one kind of flood."""
        self._ask("add_hostile", kind, number)

    def floods(self) -> int:
        """Count the connections to hostile servers since the start."""
        floods: int = self._ask("floods")
        return floods

    def requests(self) -> tuple[int, int]:
        """Count the requests since the last call: to plex.tv and to servers."""
        to_plex_tv, to_servers = self._ask("requests")
        return to_plex_tv, to_servers

    def fill_watchlist(self, number: int) -> None:
        """Give the account a watchlist of this many titles."""
        self._ask("fill_watchlist", number)

    def discover_requests(self) -> int:
        """Count the requests to Discover since the last call."""
        requests: int = self._ask("discover_requests")
        return requests

    def approve(self, code: str, person: str, at: float) -> None:
        """Let a person approve a code at a moment of the monotonic clock."""
        self._ask("approve", code, person, at)

    def codes(self) -> dict[str, Code]:
        """Return every code since the start."""
        codes: dict[str, Code] = self._ask("codes")
        return codes

    def _ask(self, command: str, *arguments: Any) -> Any:  # noqa: ANN401
        """Run a command in the other process, and return the result."""
        self._pipe.send((command, arguments))
        return self._pipe.recv()


@contextmanager
def plex_tv() -> Iterator[PlexTv]:
    """Run a simulated plex.tv."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs,))
    process.start()
    # If it stayed open here, the end of the other process would not be noticed.
    theirs.close()
    try:
        yield PlexTv(ours)
    finally:
        ours.send(None)
        process.join()


def _run(pipe: Connection) -> None:
    """Serve until the measuring process sends None."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, OPEN_FILES), hard))
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    """Run the commands of the measuring process."""
    async with Simulator(media_servers=True) as simulator:
        for name in tuple(simulator.servers):
            simulator.remove_server(name)
        service = _Service(simulator)
        pipe.send(str(simulator.url))
        pipe.send(str(simulator.discover.url))
        while asked := await asyncio.to_thread(pipe.recv):
            command, arguments = asked
            pipe.send(await service.commands[command](*arguments))


class _Service:
    """The commands of the measuring process."""

    def __init__(self, simulator: Simulator) -> None:
        """Run the commands with a simulator."""
        self._simulator = simulator
        self._approvals: dict[str, float] = {}
        self._flooding: list[FloodingServer] = []
        self.commands: dict[str, Callable[..., Awaitable[Any]]] = {
            "sign_in": self._sign_in,
            "add_servers": self._add_servers,
            "add_hostile": self._add_hostile,
            "floods": self._floods,
            "requests": self._requests,
            "fill_watchlist": self._fill_watchlist,
            "discover_requests": self._discover_requests,
            "approve": self._approve,
            "codes": self._codes,
        }

    async def _sign_in(self, client_identifier: str) -> tuple[str, str]:
        """Sign one more device in."""
        token = self._simulator.sign_in("alice", client_identifier)
        return self._simulator.people["alice"].uuid, token

    async def _add_servers(self, number: int) -> None:
        """Add servers until there are this many."""
        for one in range(len(self._simulator.servers), number):
            server = self._simulator.add_server(
                "alice", name=f"Server {one}", connections=CONNECTIONS
            )
            await server.start()

    async def _add_hostile(self, kind: str, number: int) -> None:
        """Add shared servers, each with as many addresses as the client tries."""
        self._flooding = [
            await FloodingServer(kind).start() for _ in range(MAX_SHARED_CONNECTIONS)
        ]
        places = tuple(
            Place(route="remote", address=HOST, port=URL(one.uri).port or 0)
            for one in self._flooding
        )
        for one in range(number):
            self._simulator.add_server(
                "alice", name=f"Hostile {one}", owned=False, places=places
            )

    async def _floods(self) -> int:
        """Count the connections to hostile servers."""
        return sum(one.connections for one in self._flooding)

    async def _requests(self) -> tuple[int, int]:
        """Count the requests, and clear them."""
        servers = self._simulator.servers.values()
        counts = (
            len(self._simulator.requests),
            sum(len(server.requests) for server in servers),
        )
        self._simulator.requests.clear()
        for server in servers:
            server.requests.clear()
        return counts

    async def _fill_watchlist(self, number: int) -> None:
        """Replace the watchlist."""
        self._simulator.discover.fill("alice", number)

    async def _discover_requests(self) -> int:
        """Count the requests to Discover, and clear them."""
        count = len(self._simulator.discover.requests)
        self._simulator.discover.requests.clear()
        return count

    async def _approve(self, code: str, person: str, at: float) -> None:
        """Approve a code at a moment, and record when that was."""
        if person not in self._simulator.people:
            self._simulator.add_person(person)
        loop = asyncio.get_running_loop()

        def approve() -> None:
            """Approve the code now."""
            self._approvals[code] = loop.time()
            self._simulator.approve(code, person)

        loop.call_at(at, approve)

    async def _codes(self) -> dict[str, Code]:
        """Count the requests about every code."""
        questions = Counter(
            request.path.rpartition("/")[2]
            for request in self._simulator.seen("GET", "/api/v2/pins/{id}")
        )
        return {
            pin.code: Code(questions[str(pin.id)], self._approvals.get(pin.code))
            for pin in self._simulator.pins
        }
