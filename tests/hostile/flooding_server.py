"""A server that sends responses without an end."""

import asyncio
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Final, Self

from tests.helpers.fake_servers import HOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

LINES: Final = b"".join(b"X-%d: %b\r\n" % (number, b"x" * 500) for number in range(60))
# The start of each flood, and the part that is repeated without an end.
FLOODS: Final[dict[str, tuple[bytes, Callable[[int], bytes]]]] = {
    "interim responses": (b"", lambda _: b"HTTP/1.1 100 Continue\r\n\r\n" * 400),
    "interim responses with headers": (
        b"",
        lambda _: b"HTTP/1.1 103 Early Hints\r\n%b\r\n" % LINES,
    ),
    "headers": (b"HTTP/1.1 200 OK\r\n", lambda part: b"A%d: b\r\n" % part * 1000),
    "one header": (b"HTTP/1.1 200 OK\r\nA: ", lambda _: b"b" * 10_000),
    "tiny chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        lambda _: b"1\r\nx\r\n" * 2000,
    ),
    "an extension of a chunk": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        lambda _: b"x" * 10_000,
    ),
    "trailers": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        lambda part: b"A%d: b\r\n" % part * 1000,
    ),
    "a body": (b"HTTP/1.1 200 OK\r\n\r\n", lambda _: b" " * 10_000),
}


class FloodingServer:
    """A server that sends one kind of flood until the client closes the connection."""

    def __init__(self, kind: str) -> None:
        """Send this kind."""
        self.sent = 0
        """The bytes that were sent in all, received or not."""
        self.connections = 0
        self.open = 0
        """The connections that are open now."""
        self._start, self._part = FLOODS[kind]

    async def start(self, tls: SSLContext | None = None) -> Self:
        """Listen on a port of this machine."""
        self._server = await asyncio.start_server(self._flood, HOST, 0, ssl=tls)
        scheme = "https" if tls else "http"
        port = self._server.sockets[0].getsockname()[1]
        self.uri = f"{scheme}://{HOST}:{port}"
        return self

    async def close(self) -> None:
        """Close every connection."""
        self._server.close()
        self._server.abort_clients()
        await self._server.wait_closed()

    async def _flood(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Respond to one request."""
        self.connections += 1
        self.open += 1
        with suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self._start)
            for number in count():
                part = self._part(number)
                writer.write(part)
                await writer.drain()
                self.sent += len(part)
        writer.transport.abort()
        self.open -= 1
