"""Reachability: finds the connection at which a media server responds."""

import asyncio
from http import HTTPStatus
from itertools import product
from typing import TYPE_CHECKING, Final

from aiohttp import ClientError, ClientTimeout

from . import readers
from .identity import USER_AGENT
from .readers import xml_root
from .transport import read_body

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from .server_sessions import ServerSessions
    from .servers import Connection, Server

# Concurrent requests of all searches; see `find_connection`.
REACH_SLOTS: Final = 64
# Concurrent requests of one search, so that one server cannot use all slots.
SEARCH_SLOTS: Final = 16
# Timeout of one request in seconds: enough for a distant relay and one lost packet, and
# short enough for dead addresses.
ANSWER_TIMEOUT: Final = 3.0
# Seconds after which the other connections are tried besides the last good one.
HEAD_START: Final = 1.5
# Timeout of the last good connection in seconds, while no other responds.
PATIENCE: Final = 10.0
# Seconds that a preferred connection may be slower than another one.
GRACE: Final = 0.3
# A response of /identity has less than 300 bytes.
MAX_IDENTITY_BYTES: Final = 4 * 1024
# The next request comes minutes later, so there is no point in keep-alive.
HEADERS: Final = {
    "Accept": "application/json",
    "Connection": "close",
    "User-Agent": USER_AGENT,
}


async def find_connection(
    sessions: ServerSessions,
    server: Server,
    *,
    last: Connection | None,
    slots: asyncio.Semaphore,
    full: bool = False,
) -> Connection | None:
    """Return the connection at which the server responds, None if there is none.

    All encrypted connections are tried in parallel. Of those that respond within
    `GRACE` seconds of the first, the most preferred wins. The unencrypted ones are
    tried in the same way only if none of them responds. Of a server with several rows,
    the connections of a row are tried if none of the previous row responds.

    The `last` good one is tried alone before that, except in a `full` search, which
    finds a better one that is reachable again. While no other responds, its timeout is
    longer, because the disk of a server may have to spin up.

    Each request needs one of the `slots`, which all searches share. The timeout of a
    request begins when it has its slot.
    """
    search = _Search(sessions, server.client_identifier, slots)
    try:
        uri = last.uri if last else None
        listed = server.all_connections
        known = next((each for each in listed if each.uri == uri), None)
        if known and await search.ask_first(known, alone=not full):
            return known
        # Yield once, so that each of several searches first queues its last good
        # connection. Otherwise a running server would wait behind dead ones.
        await asyncio.sleep(0)
        for row, secure in product(server.rows, (True, False)):
            kind = [each for each in row.connections if each.secure is secure]
            if found := await search.ask_all(kind):
                return found
        return None
    finally:
        await search.end()


class _Search:
    """The requests of one search."""

    def __init__(
        self, sessions: ServerSessions, identifier: str, slots: asyncio.Semaphore
    ) -> None:
        """Search for the server with this machine identifier."""
        self._sessions = sessions
        self._identifier = identifier
        self._slots = slots
        self._own_slots = asyncio.Semaphore(SEARCH_SLOTS)
        self._requests: list[asyncio.Task[Connection | None]] = []
        self._running: dict[str, asyncio.Task[Connection | None]] = {}
        """The request to the last good connection, by its URL."""

    async def ask_first(self, connection: Connection, *, alone: bool) -> bool:
        """Try the last good connection; if `alone`, wait for it up to `HEAD_START`.

        Returns whether it responded in this time. The request then continues without a
        slot, so that a dead server does not delay others.
        """
        async with self._slots:
            request = self._begin(self._ask(connection, PATIENCE))
            self._running[connection.uri] = request
            if alone:
                await asyncio.wait([request], timeout=HEAD_START)
        return alone and request.done() and request.result() is not None

    async def ask_all(self, connections: Sequence[Connection]) -> Connection | None:
        """Try these connections, the most preferred first; return the best."""
        return await _winner(
            [
                known
                if (known := self._running.get(each.uri)) and not known.done()
                else self._begin(self._ask_in_turn(each))
                for each in connections
            ]
        )

    async def end(self) -> None:
        """Cancel all requests."""
        for request in self._requests:
            request.cancel()
        await asyncio.gather(*self._requests, return_exceptions=True)

    def _begin(
        self, asking: Coroutine[None, None, Connection | None]
    ) -> asyncio.Task[Connection | None]:
        """Start a request."""
        self._requests.append(asyncio.create_task(asking))
        return self._requests[-1]

    async def _ask_in_turn(self, connection: Connection) -> Connection | None:
        """Send a request as soon as there is a free slot."""
        async with self._own_slots, self._slots:
            return await self._ask(connection, ANSWER_TIMEOUT)

    async def _ask(self, connection: Connection, seconds: float) -> Connection | None:
        """Return the connection if the server responds there, else None."""
        identity = await _identity(self._sessions, connection, seconds)
        return connection if identity == self._identifier else None


async def _winner[T](asking: Sequence[asyncio.Task[T | None]]) -> T | None:
    """Return the result of the most preferred task that succeeds in time.

    The first success cancels the less preferred tasks and gives the more preferred ones
    a short grace. Example: of local, remote and relay, remote responds first; the relay
    is cancelled, and local wins if it responds within the grace.
    """
    best: T | None = None
    waiting = [*asking]
    now = asyncio.get_running_loop().time
    until: float | None = None
    while waiting:
        done, _ = await asyncio.wait(
            waiting,
            timeout=None if until is None else max(until - now(), 0.0),
            return_when=asyncio.FIRST_COMPLETED,
        )
        if not done:
            break
        succeeded = (task for task in waiting if task in done and task.result())
        if first := next(succeeded, None):
            best = first.result()
            until = now() + GRACE if until is None else until
            place = waiting.index(first)
            for behind in waiting[place:]:
                behind.cancel()
            del waiting[place:]
        waiting = [task for task in waiting if task not in done]
    return best


async def _identity(
    sessions: ServerSessions, connection: Connection, seconds: float
) -> str | None:
    """Return the machine identifier of the server that responds, None on any failure.

    The request contains neither a token nor the client's identity, because any server
    may respond.
    """
    try:
        async with sessions.request(
            connection.network,
            "GET",
            f"{connection.uri}/identity",
            max_bytes=MAX_IDENTITY_BYTES,
            headers=HEADERS,
            timeout=ClientTimeout(total=seconds),
        ) as response:
            if response.status != HTTPStatus.OK:
                return None
            body = await read_body(response, limit=MAX_IDENTITY_BYTES)
    except ClientError, OSError, ValueError:
        # ValueError: a host name that cannot be encoded.
        return None
    return None if body is None else machine_identifier(body)


def machine_identifier(body: bytes) -> str | None:
    """Parse a response of /identity; old servers always send XML."""
    try:
        answer = readers.fields(readers.json_value(body))
    except ValueError:
        root = xml_root(body)
        return (
            None if root is None else readers.identifier(root.get("machineIdentifier"))
        )
    container = readers.fields(answer.get("MediaContainer"))
    return readers.identifier(container.get("machineIdentifier"))
