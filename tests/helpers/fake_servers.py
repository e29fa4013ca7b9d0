"""Servers at addresses of this machine that answer when told to."""

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


UNAVAILABLE = answer("", status=503)


class ConnectionCounter:
    """Connections to all fake servers, counted."""

    def __init__(self) -> None:
        """Start with none."""
        self.now = 0
        self.most = 0

    def opened(self) -> None:
        """Count one that was opened."""
        self.now += 1
        self.most = max(self.most, self.now)

    def closed(self) -> None:
        """Count one that was closed."""
        self.now -= 1


class FakeServer:
    """One address, which accepts connections and keeps silent until told to answer."""

    connection: Connection
    """How plex.tv describes it."""

    def __init__(self, connections: ConnectionCounter) -> None:
        """Be closed."""
        self.connections = connections
        self.requests: list[str] = []
        """The head of every request."""
        self.clients: list[_Client] = []
        """The connections that are open."""
        self.answer: bytes | None = None
        """None is silence; an empty one is said by hanging up."""

    async def open(self, route: Route, tls: SSLContext | None) -> None:
        """Accept connections, at an address that leads here on this route."""
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Client(self), HOST, 0, ssl=tls, backlog=1000
        )
        port = self._server.sockets[0].getsockname()[1]
        self.connection = Connection(
            uri=f"{'https' if tls else 'http'}://{HOST}:{port}",
            local=route == "local",
            relay=route == "relay",
        )

    async def close(self) -> None:
        """Close every connection and refuse new ones."""
        self._server.close()
        self._server.abort_clients()
        await self._server.wait_closed()

    def answer_with(self, whole: bytes) -> None:
        """Give this answer from now on, also to those who are waiting for one."""
        self.answer = whole
        for client in self.clients:
            client.receive(whole)


class _Client(asyncio.Protocol):
    """A connection to a fake server, for one request."""

    _transport: asyncio.Transport

    def __init__(self, server: FakeServer) -> None:
        self._fake = server
        self._head = b""

    def receive(self, whole: bytes) -> None:
        """Send an answer to a whole request, and close if the request says so."""
        if not self._head.endswith(b"\r\n\r\n"):
            return
        self._transport.write(whole)
        if b"\r\nconnection: close\r\n" in self._head.lower() or not whole:
            self._transport.close()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._fake.clients.append(self)
        self._fake.connections.opened()

    @override
    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._head.endswith(b"\r\n\r\n"):
            self._fake.requests.append(self._head.decode())
            if self._fake.answer is not None:
                self.receive(self._fake.answer)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._fake.clients.remove(self)
        self._fake.connections.closed()


class FakeServers:
    """All fake servers of a test; closed when it ends."""

    def __init__(self) -> None:
        """Start with none."""
        self.connections = ConnectionCounter()
        self._servers: list[FakeServer] = []

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all of them."""
        for server in self._servers:
            await server.close()

    async def open(self, route: Route, tls: SSLContext | None = None) -> FakeServer:
        """Open one more."""
        server = FakeServer(self.connections)
        await server.open(route, tls)
        self._servers.append(server)
        return server
