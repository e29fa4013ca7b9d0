"""The base class of all groups of routes of plex.tv."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.http.wire import Wire
    from simulator.world.world import World


class Routes:
    """A group of routes of plex.tv."""

    def __init__(self, world: World, wire: Wire) -> None:
        """Serve this data."""
        self._world = world
        self._wire = wire
