"""A host at a port of this machine."""

from typing import TYPE_CHECKING

from yarl import URL

from simulator.world.servers import HOST

from .dead_ends import bound_socket
from .front import Front
from .record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from random import Random
    from ssl import SSLContext

    from aiohttp import web

    from .wire import Wire


class Host:
    """An HTTP server that keeps its port, and records its requests."""

    def __init__(
        self,
        routes: Iterable[web.RouteDef],
        wire: Wire,
        now: Callable[[], datetime],
        chance: Random,
        *,
        port: int,
        tls: SSLContext | None,
        pages: Iterable[web.RouteDef] = (),
    ) -> None:
        """Prepare it; it does not listen yet. Port 0 is any free one.

        `pages` are routes that the real host does not have.
        """
        self._port = port
        self._tls = tls
        self.record = Record(routes, pages)
        self.front = Front(self.record, wire, now, chance)

    async def start(self) -> None:
        """Listen; raises OSError when the port is in use."""
        sock = bound_socket(self._port)
        self._port = sock.getsockname()[1]
        await self.front.start(sock, self._tls)

    async def stop(self) -> None:
        """Stop listening; a later start uses the same port."""
        await self.front.stop()

    @property
    def url(self) -> URL:
        """The base URL."""
        scheme = "https" if self._tls else "http"
        return URL.build(scheme=scheme, host=HOST, port=self._port)
