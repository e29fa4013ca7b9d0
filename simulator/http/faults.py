"""Faulty responses, and the orders that assign them to requests."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
import socket
import struct
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from simulator.world.quirks import Quirks

from .refusals import Problem
from .seen import matches
from .wire import Wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

_CHUNK: Final = b"x" * 65536
_DRIP_SECONDS: Final = 0.05
_HTML: Final = (
    "<html><head><title>{title}</title></head>"
    "<body><center><h1>{title}</h1></center><hr></body></html>"
)
_PROBLEMS: Final = {problem.status: problem for problem in Problem}


@dataclass(frozen=True)
class Fault:
    """One kind of faulty response."""

    name: str
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]]

    def __str__(self) -> str:
        """Return the name, for the ids of tests."""
        return self.name

    @classmethod
    def status(
        cls,
        status: int,
        *,
        body: bytes | str | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Fault:
        """Respond with a status, and with plex.tv's error body unless one is given."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if body is None:
                response = _refusal(request, status)
            else:
                content = body.encode() if isinstance(body, str) else body
                response = web.Response(
                    status=status, body=content, content_type=content_type
                )
            response.headers.update(headers or {})
            return response

        return cls(f"status {status}", answer)

    @classmethod
    def rate_limited(cls, retry_after: str | None = None) -> Fault:
        """Respond with 429, with or without Retry-After."""
        headers: dict[str, str] = {}
        if retry_after is not None:
            headers[hdrs.RETRY_AFTER] = retry_after
        fault = cls.status(429, headers=headers)
        return cls(f"rate limited, Retry-After {retry_after}", fault.answer)

    @classmethod
    def html(cls, status: int = 502) -> Fault:
        """Respond with an HTML page, as a proxy in front of plex.tv does."""
        page = _HTML.format(title=f"{status} {HTTPStatus(status).phrase}")
        fault = cls.status(status, body=page, content_type="text/html")
        return cls(f"HTML {status}", fault.answer)

    @classmethod
    def body(
        cls,
        content: bytes | str,
        *,
        content_type: str = "application/json",
        status: int = 200,
    ) -> Fault:
        """Respond with this body."""
        fault = cls.status(status, body=content, content_type=content_type)
        return cls(f"body {content[:20]!r}", fault.answer)

    @classmethod
    def redirect(cls, url: str, status: int = 302) -> Fault:
        """Redirect the client."""
        fault = cls.status(status, body=b"", headers={hdrs.LOCATION: url})
        return cls(f"redirect {status}", fault.answer)

    @classmethod
    def truncated(cls) -> Fault:
        """Close the connection before the announced body is complete."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={hdrs.CONTENT_LENGTH: "1000"})
            response.content_type = "application/json"
            await response.prepare(request)
            await response.write(b'{"id": 2147483648, "code": "A1')
            if request.transport is not None:
                request.transport.close()
            return response

        return cls("truncated", answer)

    @classmethod
    def hang(cls) -> Fault:
        """Never respond."""

        async def answer(request: web.Request) -> web.StreamResponse:
            await asyncio.get_running_loop().create_future()
            return _reset(request)

        return cls("hang", answer)

    @classmethod
    def drip(cls) -> Fault:
        """Respond byte by byte, without ever finishing."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            response.content_type = "application/json"
            await response.prepare(request)
            await response.write(b"[")
            while True:
                await asyncio.sleep(_DRIP_SECONDS)
                await response.write(b" ")

        return cls("drip", answer)

    @classmethod
    def reset(cls) -> Fault:
        """Reset the connection."""

        async def answer(request: web.Request) -> web.StreamResponse:
            return _reset(request)

        return cls("reset", answer)

    @classmethod
    def huge(cls, size: int, *, announced: bool = True) -> Fault:
        """Respond with a body of this size, with or without Content-Length."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            response.content_type = "application/json"
            if announced:
                response.content_length = size
            await response.prepare(request)
            remaining = size
            while remaining > 0:
                await response.write(_CHUNK[:remaining])
                remaining -= len(_CHUNK)
            return response

        return cls(f"huge {size}", answer)


@dataclass
class _Order:
    """A fault for the next requests to a route."""

    method: str
    template: str
    fault: Fault
    remaining: int | None
    """How many more requests get it; None for all."""


class FaultBook:
    """The orders of faults, oldest first."""

    def __init__(self) -> None:
        """Start without orders."""
        self._orders: list[_Order] = []

    def order(
        self, method: str, template: str, fault: Fault, times: int | None
    ) -> None:
        """Order a fault for a route: for `times` requests, or (None) until `clear`."""
        self._orders.append(_Order(method, template, fault, times))

    def clear(self) -> None:
        """Cancel all orders."""
        self._orders.clear()

    def is_ordered(self, fault: Fault) -> bool:
        """Return whether a fault is ordered for any route."""
        return any(order.fault is fault for order in self._orders)

    def due(self, request: web.Request) -> Fault | None:
        """Return the fault for a request, if there is one, and count it."""
        for order in self._orders:
            if matches(request.method, request.path, order.method, order.template):
                if order.remaining is not None:
                    order.remaining -= 1
                    if order.remaining <= 0:
                        self._orders.remove(order)
                return order.fault
        return None


def _refusal(request: web.Request, status: int) -> web.Response:
    """Respond with plex.tv's error for a status, in JSON or XML."""
    wire = Wire(Quirks())
    if problem := _PROBLEMS.get(status):
        return wire.refuse(request, problem)
    return wire.error(request, status, status, _phrase(status))


def _phrase(status: int) -> str:
    """Return the phrase of a status, or "Unknown"."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _reset(request: web.Request) -> web.StreamResponse:
    """Reset the connection (RST) instead of closing it (FIN)."""
    transport = request.transport
    if transport is not None:
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
        transport.abort()
    return web.Response()
