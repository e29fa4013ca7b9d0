"""plex.tv in a process of its own, so that its work is not counted as ours."""

import asyncio
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
import multiprocessing
from typing import TYPE_CHECKING

from yarl import URL

from simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Code:
    """What became of a code."""

    questions: int
    approved: float | None


class PlexTv:
    """The simulated plex.tv, seen from the process that measures."""

    def __init__(self, pipe: Connection) -> None:
        """Speak with it over a pipe."""
        self._pipe = pipe
        self.url = URL(pipe.recv())

    def sign_in(self, client_identifier: str) -> tuple[str, str]:
        """Return the uuid of an account, and a token for it."""
        self._pipe.send(("sign_in", client_identifier))
        uuid, token = self._pipe.recv()
        return uuid, token

    def add_servers(self, number: int) -> None:
        """Give the account so many servers in all, each of them answering."""
        self._pipe.send(("add_servers", number))
        self._pipe.recv()

    def requests(self) -> tuple[int, int]:
        """Count the requests since the last call: to plex.tv and to servers."""
        self._pipe.send(("requests", None))
        to_plex_tv, to_servers = self._pipe.recv()
        return to_plex_tv, to_servers

    def approve(self, code: str, person: str, at: float) -> None:
        """Let a person approve a code at a moment of the monotonic clock."""
        self._pipe.send(("approve", (code, person, at)))

    def codes(self) -> dict[str, Code]:
        """Tell of every code since the start."""
        self._pipe.send(("codes", None))
        codes: dict[str, Code] = self._pipe.recv()
        return codes


@contextmanager
def plex_tv() -> Iterator[PlexTv]:
    """Run a simulated plex.tv."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs,))
    process.start()
    try:
        yield PlexTv(ours)
    finally:
        ours.send(("stop", None))
        process.join()


def _run(pipe: Connection) -> None:
    """Serve until told to stop."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    """Do what the measuring process asks for."""
    async with Simulator(media_servers=True) as simulator:
        for name in tuple(simulator.servers):
            simulator.remove_server(name)
        approvals: dict[str, float] = {}
        pipe.send(str(simulator.url))
        while True:
            command, argument = await asyncio.to_thread(pipe.recv)
            match command:
                case "sign_in":
                    token = simulator.sign_in("alice", argument)
                    pipe.send((simulator.people["alice"].uuid, token))
                case "add_servers":
                    for number in range(len(simulator.servers), argument):
                        server = simulator.add_server(
                            "alice", name=f"Server {number}", connections=CONNECTIONS
                        )
                        await server.start()
                    pipe.send(None)
                case "requests":
                    servers = simulator.servers.values()
                    pipe.send(
                        (
                            len(simulator.requests),
                            sum(len(server.requests) for server in servers),
                        )
                    )
                    simulator.requests.clear()
                    for server in servers:
                        server.requests.clear()
                case "approve":
                    _approve_later(simulator, approvals, *argument)
                case "codes":
                    pipe.send(_codes(simulator, approvals))
                case _:
                    return


def _approve_later(
    simulator: Simulator, approvals: dict[str, float], code: str, person: str, at: float
) -> None:
    """Approve a code at a moment, and note when that was."""
    if person not in simulator.people:
        simulator.add_person(person)
    loop = asyncio.get_running_loop()

    def approve() -> None:
        """Do what a person does."""
        approvals[code] = loop.time()
        simulator.approve(code, person)

    loop.call_at(at, approve)


def _codes(simulator: Simulator, approvals: dict[str, float]) -> dict[str, Code]:
    """Count the questions about every code."""
    questions = Counter(
        request.path.rpartition("/")[2]
        for request in simulator.seen("GET", "/api/v2/pins/{id}")
    )
    return {
        pin.code: Code(questions[str(pin.id)], approvals.get(pin.code))
        for pin in simulator.pins
    }
