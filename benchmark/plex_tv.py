"""plex.tv in a process of its own, so that its work is not counted as ours."""

import asyncio
from contextlib import contextmanager
import multiprocessing
from typing import TYPE_CHECKING

from yarl import URL

from simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

CONNECTIONS = 8


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
                case _:
                    return
