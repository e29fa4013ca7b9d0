"""Addresses of this machine with something behind them that answers when told to."""

import asyncio
from contextlib import AsyncExitStack
import json
from typing import TYPE_CHECKING, Self, override

from custom_components.plex_account.plextv import Connection

if TYPE_CHECKING:
    from ssl import SSLContext

    from custom_components.plex_account.plextv.servers import Route

HOST = "127.0.0.1"


def answer(body: bytes | str, *headers: str, status: int = 200) -> bytes:
    """Write an answer as it goes over the wire."""
    content = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + content


def identity(machine_identifier: object) -> bytes:
    """Write what a server answers when it is asked who it is."""
    container = {"size": 0, "claimed": True, "machineIdentifier": machine_identifier}
    return answer(
        json.dumps({"MediaContainer": container}), "Content-Type: application/json"
    )


class Crowd:
    """How many are at all doors together."""

    def __init__(self) -> None:
        """Start with nobody."""
        self.now = 0
        self.most = 0

    def grow(self) -> None:
        """One more came."""
        self.now += 1
        self.most = max(self.most, self.now)

    def shrink(self) -> None:
        """One left."""
        self.now -= 1


class Door:
    """One address, which takes everybody in and keeps silent until told to answer."""

    def __init__(self, crowd: Crowd, uri: str, route: Route) -> None:
        """Be at this address, which leads there on this route."""
        self.connection = Connection(
            uri=uri, local=route == "local", relay=route == "relay"
        )
        self.crowd = crowd
        self.asked: list[str] = []
        """The head of every request."""
        self.waiting: list[asyncio.Transport] = []
        """Whoever asked and has no answer yet."""
        self._answer: bytes | None = None

    def says(self, whole: bytes) -> None:
        """Give this answer from now on, also to those who are waiting for one."""
        self._answer = whole
        while self.waiting:
            self.give(self.waiting.pop())

    def give(self, visitor: asyncio.Transport) -> None:
        """Answer somebody, or let them wait."""
        if self._answer is None:
            self.waiting.append(visitor)
        else:
            visitor.write(self._answer)


class _Visit(asyncio.Protocol):
    """Somebody at a door."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._head = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._door.crowd.grow()

    @override
    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._head.endswith(b"\r\n\r\n"):
            self._door.asked.append(self._head.decode())
            self._head = b""
            self._door.give(self._transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._door.crowd.shrink()
        if self._transport in self._door.waiting:
            self._door.waiting.remove(self._transport)


class Doors:
    """All the doors of a test; closed when it ends."""

    def __init__(self) -> None:
        """Start with none."""
        self.crowd = Crowd()
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all of them."""
        await self._open.aclose()

    async def open(self, route: Route, tls: SSLContext | None = None) -> Door:
        """Open one more door."""
        visits: list[Door] = []
        server = await asyncio.get_running_loop().create_server(
            lambda: _Visit(visits[0]), HOST, 0, ssl=tls, backlog=1000
        )
        self._open.push_async_callback(server.wait_closed)
        self._open.callback(server.abort_clients)
        self._open.callback(server.close)
        port = server.sockets[0].getsockname()[1]
        scheme = "https" if tls else "http"
        visits.append(Door(self.crowd, f"{scheme}://{HOST}:{port}", route))
        return visits[0]
