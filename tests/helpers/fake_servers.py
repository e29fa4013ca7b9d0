"""Media servers on loopback whose responses a test controls."""

import asyncio
import json
from typing import TYPE_CHECKING, Self, override

from custom_components.plex_account.plextv import Connection

if TYPE_CHECKING:
    from ssl import SSLContext

    from custom_components.plex_account.plextv.servers import Route

HOST = "127.0.0.1"


def answer(body: bytes | str, *headers: str, status: int = 200) -> bytes:
    """Return the bytes of an HTTP response."""
    content = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + content


def identity(machine_identifier: object) -> bytes:
    """Return the bytes of a response to `/identity`."""
    container = {"size": 0, "claimed": True, "machineIdentifier": machine_identifier}
    return answer(
        json.dumps({"MediaContainer": container}), "Content-Type: application/json"
    )


UNAVAILABLE = answer("", status=503)


class ConnectionCounter:
    """Counts the open connections to all fake servers."""

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
    """One address, which accepts connections; the test sets its response."""

    connection: Connection
    """The connection as plex.tv lists it."""

    def __init__(self, connections: ConnectionCounter) -> None:
        """Prepare a server that is not open yet."""
        self.connections = connections
        self.requests: list[str] = []
        """The request line and headers of every request."""
        self.clients: list[_Client] = []
        """The connections that are open."""
        self.answer: bytes | None = None
        """None keeps the request waiting; empty bytes close the connection."""

    async def open(self, route: Route, tls: SSLContext | None) -> None:
        """Listen, as a connection of this route."""
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
        """Send this response from now on, also to pending requests."""
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
        """Respond to a complete request, and close if the request says so."""
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

    async def open_each(self, *routes: Route) -> list[FakeServer]:
        """Open one for each route."""
        return [await self.open(route) for route in routes]
