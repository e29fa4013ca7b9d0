"""A host at a port of this machine."""

from typing import TYPE_CHECKING

from yarl import URL

from simulator.world.servers import HOST

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
    """An HTTP server that records its requests."""

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
        """Prepare it; its front does not listen yet. Port 0 is any free one.

        `pages` are routes that the real host does not have.
        """
        self._tls = tls
        self.record = Record(routes, pages)
        self.front = Front(self.record, wire, now, chance, tls=tls, port=port)

    @property
    def url(self) -> URL:
        """The base URL."""
        scheme = "https" if self._tls else "http"
        return URL.build(scheme=scheme, host=HOST, port=self.front.port)
