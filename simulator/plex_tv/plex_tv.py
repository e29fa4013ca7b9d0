"""The HTTP server of plex.tv with all its routes."""

from typing import TYPE_CHECKING

from yarl import URL

from simulator.http.dead_ends import bound_socket
from simulator.http.front import Front
from simulator.http.record import Record
from simulator.http.wire import Wire
from simulator.world.servers import HOST

from .account import AccountRoutes
from .devices import DeviceRoutes
from .friends import FriendRoutes
from .link_pages import LinkPages
from .pins import PinRoutes
from .playing_page import PlayingPage
from .resources import ResourceRoutes

if TYPE_CHECKING:
    from ssl import SSLContext

    from simulator.world.world import World


class PlexTv:
    """plex.tv at a port of this machine."""

    def __init__(self, world: World, port: int, tls: SSLContext | None) -> None:
        """Prepare plex.tv, which does not listen yet; port 0 is any free one."""
        self._port = port
        self._tls = tls
        wire = Wire(world.quirks)
        self.pins = PinRoutes(world, wire, lambda: self.url)
        self.record = Record(
            [
                *self.pins.routes(),
                *AccountRoutes(world, wire).routes(),
                *DeviceRoutes(world, wire).routes(),
                *FriendRoutes(world).routes(),
                *ResourceRoutes(world, wire, secure=tls is not None).routes(),
                *LinkPages(world).routes(),
                *PlayingPage(world).routes(),
            ]
        )
        self.front = Front(self.record, wire, world.now)

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
