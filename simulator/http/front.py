"""An HTTP server that records every request, and applies faults that are due."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from random import Random
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

from aiohttp import web

from .ports import bound_socket, port_of
from .refusals import Refused
from .seen import SeenRequest

if TYPE_CHECKING:
    from datetime import datetime
    import socket
    from ssl import SSLContext

    from aiohttp.web_protocol import RequestHandler

    from .record import Record
    from .wire import Wire

_LARGEST_REQUEST: Final = 16 * 1024 * 1024
_SECONDS_TO_STOP: Final = 1.0

ENDLESS: Final = web.RequestKey("endless", bool)
"""Marks a request whose response is a stream, which is never complete."""

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Front:
    """One port of this machine for the routes of a record.

    A port that was ever used stays reserved until `close`: a port that is free for a
    moment may go to another program.
    """

    def __init__(
        self,
        record: Record,
        wire: Wire,
        now: Callable[[], datetime],
        chance: Random,
        *,
        tls: SSLContext | None,
        port: int = 0,
    ) -> None:
        """Prepare the server, which does not listen yet; it uses HTTPS with `tls`."""
        self.port = port
        """The port; 0 is any free one."""
        self._tls = tls
        self._socket: socket.socket | None = None
        self._record = record
        self._wire = wire
        self._now = now
        # A separate generator: the number of responses also depends on the network, and
        # must not change other random values.
        self._chance = Random(chance.random())
        self._runner: web.AppRunner | None = None
        self._answering: dict[asyncio.Task[object], web.Request] = {}

    def reserve(self) -> socket.socket:
        """Reserve the port, if it is not; raises OSError when it is in use."""
        if self._socket is None:
            self._socket = bound_socket(self.port)
            self.port = port_of(self._socket)
        return self._socket

    async def start(self) -> None:
        """Listen; raises OSError when the port is in use."""
        if self._runner is not None:
            return
        sock = self.reserve()
        app = web.Application(
            middlewares=[self._answer],
            client_max_size=_LARGEST_REQUEST,
        )
        app.on_response_prepare.append(self._add_request_id)
        app.add_routes(self._record.pages)
        app.add_routes(_with_suffixes(self._record.routes))
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=_SECONDS_TO_STOP,
        )
        await self._runner.setup()
        await web.SockSite(self._runner, sock, ssl_context=self._tls).start()

    async def stop(self) -> None:
        """Refuse connections, and close every one, even with a pending response."""
        await self._stop(keep_port=True)

    async def close(self) -> None:
        """Stop, and release the port."""
        await self._stop(keep_port=False)
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def _stop(self, *, keep_port: bool) -> None:
        """Close the listening socket and every connection."""
        if self._runner is None or self._socket is None:
            return
        # A newly accepted connection is added to the server in the next iteration of
        # the event loop. If there is no server by then, it stays open.
        asyncio.get_running_loop().remove_reader(self._socket)
        await asyncio.sleep(0)
        transports = [each.transport for each in self._open if each.transport]
        runner, self._runner = self._runner, None
        for site in runner.sites:
            await site.stop()
        if keep_port:
            # At once, because what follows takes time.
            self._socket = bound_socket(self.port)
        for task in tuple(self._answering):
            task.cancel()
        await runner.cleanup()
        # aiohttp does not close the connection of a stream whose task was cancelled.
        for transport in transports:
            transport.close()

    @property
    def is_running(self) -> bool:
        """Whether it listens."""
        return self._runner is not None

    @property
    def answering(self) -> int:
        """The number of requests whose response is not complete, without streams."""
        return sum(ENDLESS not in request for request in self._answering.values())

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return len(self._open)

    def hang_up(self) -> None:
        """Close every connection, but accept new ones."""
        for connection in self._open:
            if connection.transport:
                connection.transport.close()

    @property
    def _open(self) -> list[RequestHandler]:
        """The open connections."""
        server = self._runner and self._runner.server
        return server.connections if server else []

    @web.middleware
    async def _answer(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Record a request, and respond to it, or with a fault that is due."""
        task = cast("asyncio.Task[object]", asyncio.current_task())
        self._answering[task] = request
        try:
            if self._record.is_own(request):
                return await handler(request)
            self._record.requests.append(await SeenRequest.of(request, self._now()))
            if fault := self._record.faults.due(request):
                return await fault.answer(request)
            return await handler(request)
        except Refused as refused:
            return self._wire.refuse(request, refused.problem)
        except ConnectionError:
            # The client has closed the connection, and does not read this response.
            return web.Response()
        finally:
            del self._answering[task]

    async def _add_request_id(
        self, _request: web.Request, response: web.StreamResponse
    ) -> None:
        """Add the header with a unique id that every response of plex.tv has."""
        unique = UUID(int=self._chance.getrandbits(128), version=4)
        response.headers["x-request-id"] = str(unique)


def _with_suffixes(routes: Iterable[web.RouteDef]) -> Iterable[web.RouteDef]:
    """Offer every route of the API with the suffix `.json` as well."""
    for route in routes:
        yield route
        if route.path.startswith("/api/"):
            yield web.RouteDef(
                route.method, f"{route.path}.json", route.handler, route.kwargs
            )
