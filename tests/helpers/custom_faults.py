"""Faults that only tests need."""

import gzip
from typing import TYPE_CHECKING, Final

from aiohttp import web

from simulator import Fault

from .clock import until

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

CHUNK: Final = b" " * 65536
# An owner's e-mail address, which media servers put into errors.
E_MAIL: Final = "alice@mail.example"


# Faults that do not mean that the token is rejected.
OUTAGES: Final = (
    Fault.reset(),
    Fault.html(502),
    Fault.status(403),
    Fault.status(404),
    Fault.truncated(),
)


class OversizedBody:
    """A body larger than any limit; counts the bytes of the longest response."""

    def __init__(self, *, status: int = 200, announced: int | None = None) -> None:
        """Send until the client disconnects, or as much as is announced."""
        self.sent = 0
        self.ended = False
        self._status = status
        self._announced = announced
        self.fault = Fault(f"flood of {announced} bytes", self._answer)

    async def end(self) -> None:
        """Wait until the client has disconnected."""
        await until(lambda: self.ended)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """Send chunk after chunk."""
        response = web.StreamResponse(status=self._status)
        response.content_type = "application/json"
        response.content_length = self._announced
        try:
            await response.prepare(request)
            sent = 0
            while self._announced is None or sent < self._announced:
                await response.write(CHUNK)
                sent += len(CHUNK)
                self.sent = max(self.sent, sent)
            return response
        finally:
            self.ended = True


def late(released: asyncio.Event, fault: Fault) -> Fault:
    """Respond as a fault does, once the event is set."""

    async def answer(request: web.Request) -> web.StreamResponse:
        await released.wait()
        return await fault.answer(request)

    return Fault(f"{fault} later", answer)


def raw(name: str, content: bytes) -> Fault:
    """Send raw bytes, which need not be HTTP, and close the connection."""

    async def answer(request: web.Request) -> web.StreamResponse:
        transport = request.transport
        assert transport is not None
        transport.write(content)
        transport.close()
        return web.Response()

    return Fault(name, answer)


async def _quote_headers(request: web.Request) -> web.Response:
    """Respond with an error that quotes the headers and the owner's address."""
    headers = " ".join(request.headers.values())
    return web.json_response({"error": f"{E_MAIL} asked with {headers}"}, status=500)


QUOTING: Final = Fault("quotes", _quote_headers)


def http(name: str, body: bytes, headers: Mapping[str, str]) -> Fault:
    """Send a body with headers that need not match it."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return raw(name, f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body)


def gzip_bomb(size: int) -> Fault:
    """Send compressed spaces that unpack to this size."""
    packed = gzip.compress(b" " * size)
    headers = {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}
    return http("bomb", packed, headers)
