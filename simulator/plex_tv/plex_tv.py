"""The HTTP server of plex.tv with all its routes."""

from typing import TYPE_CHECKING

from simulator.http.host import Host
from simulator.http.wire import Wire

from .account import AccountRoutes
from .devices import DeviceRoutes
from .friends import FriendRoutes
from .home import HomeRoutes
from .link_pages import LinkPages
from .pins import PinRoutes
from .resources import ResourceRoutes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ssl import SSLContext

    from aiohttp import web

    from simulator.world.world import World


class PlexTv(Host):
    """plex.tv on a port of this machine."""

    def __init__(
        self,
        world: World,
        port: int,
        tls: SSLContext | None,
        pages: Iterable[web.RouteDef],
    ) -> None:
        """Prepare plex.tv, which does not listen yet; port 0 is any free one.

        `pages` are the routes of the simulator's own pages.
        """
        wire = Wire(world.quirks)
        self.pins = PinRoutes(world, wire, lambda: self.url)
        super().__init__(
            [
                *self.pins.routes(),
                *AccountRoutes(world, wire).routes(),
                *DeviceRoutes(world, wire).routes(),
                *FriendRoutes(world).routes(),
                *HomeRoutes(world, wire).routes(),
                *ResourceRoutes(world, wire, secure=tls is not None).routes(),
                *LinkPages(world).routes(),
            ],
            wire,
            world.now,
            world.chance,
            port=port,
            tls=tls,
            pages=pages,
        )
