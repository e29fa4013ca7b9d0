"""The HTTP server of discover.provider.plex.tv and metadata.provider.plex.tv."""

from typing import TYPE_CHECKING

from simulator.http.host import Host
from simulator.http.wire import Wire

from .catalogue import CatalogueRoutes
from .watchlist import WatchlistRoutes

if TYPE_CHECKING:
    from ssl import SSLContext

    from simulator.http.faults import Fault
    from simulator.http.seen import SeenRequest
    from simulator.world.catalogue import CatalogueTitle
    from simulator.world.watchlists import WatchlistQuirks
    from simulator.world.world import World


class Discover(Host):
    """Discover at a port of this machine, and the actions of people there."""

    def __init__(self, world: World, tls: SSLContext | None) -> None:
        """Prepare it; it does not listen yet."""
        super().__init__(
            [*WatchlistRoutes(world).routes(), *CatalogueRoutes(world).routes()],
            Wire(world.quirks),
            world.now,
            world.chance,
            port=0,
            tls=tls,
        )
        self._book = world.watchlists

    @property
    def quirks(self) -> WatchlistQuirks:
        """Switches for unusual forms of the list."""
        return self._book.quirks

    @property
    def refused(self) -> set[str]:
        """Keys of the people who may not use Discover; it may be changed."""
        return self._book.refused

    def title(
        self, title: str, kind: str | None = None, year: int | None = None
    ) -> CatalogueTitle:
        """Find the only title of this name in the catalogue."""
        return self._book.named(title, kind, year)

    def catalogue(self, *titles: CatalogueTitle) -> None:
        """Add titles to the catalogue."""
        self._book.catalogue |= {title.key: title for title in titles}

    def watchlist(self, person: str) -> list[CatalogueTitle]:
        """Return a person's watchlist, newest first."""
        return self._book.of(person)

    def add(self, person: str, title: CatalogueTitle) -> None:
        """Put a title on a watchlist, as a person does in an app of Plex."""
        self._book.add(person, title.key)

    def remove(self, person: str, title: CatalogueTitle) -> None:
        """Take a title off a watchlist, as a person or Plex itself does."""
        self._book.remove(person, title.key)

    def fill(self, person: str, number: int) -> None:
        """Give a person a watchlist of this many films."""
        self._book.fill(person, number)

    def lag(self, readings: int) -> None:
        """Return the old list to this many reads after each write."""
        self._book.lag = readings

    @property
    def requests(self) -> list[SeenRequest]:
        """Every request that it received, in order; it may be cleared."""
        return self.record.requests

    def seen(self, method: str, template: str) -> list[SeenRequest]:
        """List the requests to a route."""
        return self.record.seen(method, template)

    def misbehave(
        self, method: str, template: str, fault: Fault, times: int | None = 1
    ) -> None:
        """Order a fault for a route, like `Simulator.misbehave`."""
        self.record.misbehave(method, template, fault, times)

    def behave(self) -> None:
        """Cancel all faults."""
        self.record.behave()
