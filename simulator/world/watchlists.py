"""Everybody's watchlist, and the oddities of reading it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from .catalogue import CatalogueTitle, first_catalogue
from .errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

LARGEST_PAGE: Final = 100
# Newest first.
_OF_ALICE: Final = (
    ("The Lantern Keepers", "movie"),
    ("Letters from Wallop", "show"),
    ("Basement", "movie"),
    ("Fargo", "show"),
)


@dataclass(kw_only=True)
class WatchlistQuirks:
    """Unusual forms of the list; the defaults are the most common ones."""

    largest_page: int = LARGEST_PAGE
    """More at once is refused with 400; real limits have moved over the years."""
    first_page: int | None = None
    """So few rows come at the start, whatever was asked for."""
    rows_end: int | None = None
    """Every page that begins there or later is empty."""
    repeated: bool = False
    """Every page is the first one."""
    beyond: int = 0
    """So many rows more than the total come."""
    total: list[object] = field(default_factory=list)
    """What is said of the total in the next answers; "absent" leaves it out."""
    rows: Literal["Metadata", "Video and Directory"] = "Metadata"
    bare: bool = False
    """Rows have nothing but their keys."""
    no_etag: bool = False


class WatchlistBook:
    """The lists by person, and the titles that there are."""

    def __init__(self, today: date) -> None:
        """Start with a list of alice; casey, who is managed, may have none."""
        self.catalogue = first_catalogue(today)
        self.quirks = WatchlistQuirks()
        self.refused: set[str] = {"casey"}
        """Keys of the people who may not use Discover."""
        self.lag = 0
        """So many readings after a write still see the list before it."""
        self._lists: dict[str, list[str]] = {
            "alice": [self.named(*row).key for row in _OF_ALICE]
        }
        self._before: dict[str, tuple[int, list[str]]] = {}

    def named(
        self, title: str, kind: str | None = None, year: int | None = None
    ) -> CatalogueTitle:
        """Find the only title of this name."""
        found = [
            one
            for one in self.catalogue.values()
            if one.title == title and kind in {None, one.kind}
            if year in {None, one.year}
        ]
        if len(found) != 1:
            message = f"There are {len(found)} titles called {title}"
            raise SimulatorError(message)
        return found[0]

    def of(self, person: str) -> list[CatalogueTitle]:
        """Return a person's list, newest first."""
        return [self.catalogue[key] for key in self._lists.get(person, ())]

    def read(self, person: str) -> list[CatalogueTitle]:
        """Return the list as a reader sees it, which may be as it was before."""
        left, before = self._before.get(person, (0, []))
        if not left:
            return self.of(person)
        self._before[person] = (left - 1, before)
        return [self.catalogue[key] for key in before]

    def add(self, person: str, key: str) -> bool:
        """Put a title on top, and return whether it was not there before."""
        keys = self._lists.setdefault(person, [])
        if key in keys:
            return False
        self._write(person, [key, *keys])
        return True

    def remove(self, person: str, key: str) -> bool:
        """Take a title off, and return whether it was there."""
        keys = self._lists.get(person, [])
        if key not in keys:
            return False
        self._write(person, [one for one in keys if one != key])
        return True

    def restore(self, person: str, keys: list[str]) -> None:
        """Give a person a list that they had before."""
        self._lists[person] = keys

    def fill(self, person: str, number: int) -> None:
        """Give a person a list of so many films."""
        made: Iterable[CatalogueTitle] = (
            CatalogueTitle(
                key=f"5dffffff{one:016x}",
                kind="movie",
                title=f"Film number {one}",
                year=1950 + one % 75,
            )
            for one in range(number)
        )
        filled = {title.key: title for title in made}
        self.catalogue |= filled
        self._write(person, [*filled])

    def _write(self, person: str, keys: list[str]) -> None:
        """Replace a list; some readings do not see it yet."""
        self._before[person] = (self.lag, self._lists.get(person, []))
        self._lists[person] = keys
