"""An HTTP server that remembers what it was asked and misbehaves when told to."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
import re
from typing import TYPE_CHECKING, Final, cast
from uuid import uuid4

from aiohttp import web

from simulator.world.errors import Refused, SimulatorError

from .faults import Fault, FaultBook
from .seen import SeenRequest

if TYPE_CHECKING:
    from datetime import datetime
    import socket
    from ssl import SSLContext

    from aiohttp.web_protocol import RequestHandler

    from .wire import Wire

_LARGEST_REQUEST: Final = 16 * 1024 * 1024
_SECONDS_TO_STOP: Final = 1.0

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Record:
    """What was asked, and which answers are to be bad ones."""

    def __init__(self, routes: Iterable[web.RouteDef]) -> None:
        """Start with nothing asked and good behaviour."""
        self.routes = [*routes]
        self.requests: list[SeenRequest] = []
        self.faults = FaultBook()

    def seen(self, method: str, template: str) -> list[SeenRequest]:
        """List the requests that a route template describes."""
        self._check(method, template)
        return [seen for seen in self.requests if seen.matches(method, template)]

    def misbehave(
        self, method: str, template: str, fault: Fault, times: int | None = 1
    ) -> None:
        """Answer a route badly, so many times or (None) until `behave`.

        "*" stands for every method or every route. Faults for the same route are
        used up in the order they were asked for.
        """
        self._check(method, template)
        self.faults.order(method, template, fault, times)

    def _check(self, method: str, template: str) -> None:
        """Refuse a template that no route has: it would silently never match."""
        shape = _shape(template.removesuffix(".json"))
        for route in self.routes:
            if method in {"*", route.method} and (
                template == "*" or shape == _shape(route.path)
            ):
                return
        message = f"There is no route {method} {template}"
        raise SimulatorError(message)


class Front:
    """One listening socket in front of the routes."""

    def __init__(self, record: Record, wire: Wire, now: Callable[[], datetime]) -> None:
        """Prepare to answer; nothing listens yet."""
        self._record = record
        self._wire = wire
        self._now = now
        self._runner: web.AppRunner | None = None
        self._answering: set[asyncio.Task[object]] = set()

    async def start(self, sock: socket.socket, tls: SSLContext | None) -> None:
        """Answer at a bound socket, over HTTPS if there is a certificate for it."""
        app = web.Application(
            middlewares=[self._answer],
            client_max_size=_LARGEST_REQUEST,
        )
        app.on_response_prepare.append(_number)
        app.add_routes(_with_suffixes(self._record.routes))
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=_SECONDS_TO_STOP,
        )
        await self._runner.setup()
        await web.SockSite(self._runner, sock, ssl_context=tls).start()

    async def stop(self) -> None:
        """Close the socket and every connection, also those left hanging."""
        if self._runner is None:
            return
        runner, self._runner = self._runner, None
        for site in runner.sites:
            await site.stop()
        for task in tuple(self._answering):
            task.cancel()
        await runner.cleanup()

    @property
    def answering(self) -> int:
        """How many requests wait for the end of their answer."""
        return len(self._answering)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def hang_up(self) -> None:
        """Close every connection; whoever comes back is welcome."""
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
        """Remember a request and answer it, well or badly."""
        task = cast("asyncio.Task[object]", asyncio.current_task())
        self._answering.add(task)
        try:
            self._record.requests.append(await SeenRequest.of(request, self._now()))
            if fault := self._record.faults.due(request):
                return await fault.answer(request)
            return await handler(request)
        except Refused as refused:
            return self._wire.refuse(request, refused.problem)
        except ConnectionError:
            # The client went away: there is nobody left to tell.
            return web.Response()
        finally:
            self._answering.discard(task)


async def _number(_request: web.Request, response: web.StreamResponse) -> None:
    """Give an answer its number as plex.tv does."""
    response.headers["x-request-id"] = str(uuid4())


def _with_suffixes(routes: Iterable[web.RouteDef]) -> Iterable[web.RouteDef]:
    """Let every route of the API be asked for with `.json` as well."""
    for route in routes:
        yield route
        if route.path.startswith("/api/"):
            yield web.RouteDef(
                route.method, f"{route.path}.json", route.handler, route.kwargs
            )


def _shape(template: str) -> str:
    """Strip a template of what its parts are called and may hold."""
    return re.sub(r"\{[^{}]*\}", "{}", template)
