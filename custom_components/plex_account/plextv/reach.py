"""Which of a server's addresses answers; plex.tv itself does not know."""

import asyncio
from http import HTTPStatus
import json
from typing import TYPE_CHECKING, Final

from aiohttp import ClientError, ClientTimeout

from . import readers
from .answer import read_body, xml_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aiohttp import ClientSession

    from .servers import Connection, Server

# How many requests all searches together should have under way; see `find_connection`.
REACH_SLOTS: Final = 64
# Seconds for the whole of one request: long enough for a relay at the other end of the
# world or a first packet that got lost, short enough for an address that is dead.
ANSWER_LIMIT: Final = 3.0
# What the last good connection gets of them before the others are asked.
HEAD_START: Final = 1.5
# Seconds for which a preferred connection may answer later than another one.
GRACE: Final = 0.3
# An identity has less than 300 bytes.
MAX_IDENTITY_BYTES: Final = 64 * 1024
# The next question comes minutes later: until then a connection is not worth keeping.
HEADERS: Final = {"Accept": "application/json", "Connection": "close"}


async def find_connection(
    session: ClientSession,
    server: Server,
    *,
    last: Connection | None,
    slots: asyncio.Semaphore,
) -> Connection | None:
    """Return the connection at which the server answers, None if there is none.

    All of them are asked at once, and the most preferred of those that answer within a
    short grace of the first wins. The `last` good one is asked alone before that; a
    caller who leaves it out now and then notices a better one that came back.

    Each request takes one of the `slots`, which all searches of a program share. One
    that waits for its slot does not run out of time.
    """
    if last is not None:
        known = (known for known in server.connections if known.uri == last.uri)
        if found := await _first_of(session, server, known, slots, HEAD_START):
            return found
    # Searches that begin together ask at all last good connections first: a live server
    # does not queue behind dead ones, which have none.
    await asyncio.sleep(0)
    return await _first_of(session, server, server.connections, slots, ANSWER_LIMIT)


async def _first_of(
    session: ClientSession,
    server: Server,
    connections: Iterable[Connection],
    slots: asyncio.Semaphore,
    limit: float,
) -> Connection | None:
    """Ask these connections, the most preferred first, and return the winner."""

    async def ask(connection: Connection) -> Connection | None:
        async with slots:
            identity = await _identity(session, connection, limit)
        return connection if identity == server.client_identifier else None

    tasks = [asyncio.create_task(ask(connection)) for connection in connections]
    try:
        return await _winner(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _winner[T](asking: Sequence[asyncio.Task[T | None]]) -> T | None:
    """Return what the first of the tasks that succeeds in time comes to.

    The first success ends those behind it, and gives those before it a short grace.
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
    session: ClientSession, connection: Connection, limit: float
) -> str | None:
    """Ask which server is there; None for nobody, whatever the reason.

    Neither a token nor anything else that tells who asks goes along, for nobody knows
    yet who answers.
    """
    try:
        async with session.get(
            f"{connection.uri}/identity",
            headers=HEADERS,
            allow_redirects=False,
            timeout=ClientTimeout(total=limit),
        ) as response:
            if response.status != HTTPStatus.OK:
                return None
            body = await read_body(response, limit=MAX_IDENTITY_BYTES)
    except ClientError, OSError, ValueError:
        # The last for a name that cannot be looked up.
        return None
    return None if body is None else machine_identifier(body)


def machine_identifier(body: bytes) -> str | None:
    """Read an identity, which old servers tell in XML whatever is asked for."""
    try:
        answer = readers.fields(json.loads(body))
    except ValueError, RecursionError:
        root = xml_root(body)
        return None if root is None else readers.text(root.get("machineIdentifier"))
    container = readers.fields(answer.get("MediaContainer"))
    return readers.text(container.get("machineIdentifier"))
