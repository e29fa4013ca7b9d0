"""Addresses of this machine with something behind them that answers when told to."""

import asyncio
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


NO = answer("", status=503)


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

    connection: Connection
    """How plex.tv describes it."""

    def __init__(self, crowd: Crowd) -> None:
        """Be closed."""
        self.crowd = crowd
        self.asked: list[str] = []
        """The head of every request."""
        self.visits: list[_Visit] = []
        """Whoever is there."""
        self.answer: bytes | None = None
        """None is silence; an empty one is said by hanging up."""

    async def open(self, route: Route, tls: SSLContext | None) -> None:
        """Take visitors in, at an address that leads here on this route."""
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Visit(self), HOST, 0, ssl=tls, backlog=1000
        )
        port = self._server.sockets[0].getsockname()[1]
        self.connection = Connection(
            uri=f"{'https' if tls else 'http'}://{HOST}:{port}",
            local=route == "local",
            relay=route == "relay",
        )

    async def close(self) -> None:
        """Send everybody away and refuse whoever comes."""
        self._server.close()
        self._server.abort_clients()
        await self._server.wait_closed()

    def says(self, whole: bytes) -> None:
        """Give this answer from now on, also to those who are waiting for one."""
        self.answer = whole
        for visit in self.visits:
            visit.hear(whole)


class _Visit(asyncio.Protocol):
    """Somebody at a door, who asks once."""

    _transport: asyncio.Transport

    def __init__(self, door: Door) -> None:
        self._door = door
        self._head = b""

    def hear(self, whole: bytes) -> None:
        """Take an answer, if one was asked for, and go if that was said before."""
        if not self._head.endswith(b"\r\n\r\n"):
            return
        self._transport.write(whole)
        if b"\r\nconnection: close\r\n" in self._head.lower() or not whole:
            self._transport.close()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._door.visits.append(self)
        self._door.crowd.grow()

    @override
    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._head.endswith(b"\r\n\r\n"):
            self._door.asked.append(self._head.decode())
            if self._door.answer is not None:
                self.hear(self._door.answer)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._door.visits.remove(self)
        self._door.crowd.shrink()


class Doors:
    """All the doors of a test; closed when it ends."""

    def __init__(self) -> None:
        """Start with none."""
        self.crowd = Crowd()
        self._doors: list[Door] = []

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all of them."""
        for door in self._doors:
            await door.close()

    async def open(self, route: Route, tls: SSLContext | None = None) -> Door:
        """Open one more door."""
        door = Door(self.crowd)
        await door.open(route, tls)
        self._doors.append(door)
        return door
