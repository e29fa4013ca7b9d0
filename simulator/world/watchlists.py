"""All watchlists, and quirks of reading them."""

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
    """A larger page is refused with 400; the real limit has changed over the years."""
    first_page: int | None = None
    """The most rows on the first page, whatever size was requested."""
    rows_end: int | None = None
    """Every page that begins at this row or later is empty."""
    repeated: bool = False
    """Every page has the rows of the first one."""
    beyond: int = 0
    """The number of rows beyond the total."""
    total: list[object] = field(default_factory=list)
    """The totals in the next responses; "absent" leaves one out."""
    rows: Literal["Metadata", "Video and Directory"] = "Metadata"
    bare: bool = False
    """Rows contain nothing but their keys."""
    no_etag: bool = False


class WatchlistBook:
    """The watchlists by person, and the titles of the catalogue."""

    def __init__(self, today: date) -> None:
        """Start with a list of alice; casey, who is managed, may not use Discover."""
        self.catalogue = first_catalogue(today)
        self.quirks = WatchlistQuirks()
        self.refused: set[str] = {"casey"}
        """Keys of the people who may not use Discover."""
        self.lag = 0
        """The number of reads after a write that still return the list before it."""
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
        """Return the list as a read returns it, which may lag behind a write."""
        left, before = self._before.get(person, (0, []))
        if not left:
            return self.of(person)
        self._before[person] = (left - 1, before)
        return [self.catalogue[key] for key in before]

    def add(self, person: str, key: str) -> bool:
        """Add a title at the top; return whether the list lacked it before."""
        keys = self._lists.setdefault(person, [])
        if key in keys:
            return False
        self._write(person, [key, *keys])
        return True

    def remove(self, person: str, key: str) -> bool:
        """Remove a title; return whether it was on the list."""
        keys = self._lists.get(person, [])
        if key not in keys:
            return False
        self._write(person, [one for one in keys if one != key])
        return True

    def restore(self, person: str, keys: list[str]) -> None:
        """Restore a person's earlier list."""
        self._lists[person] = keys

    def fill(self, person: str, number: int) -> None:
        """Replace a person's list with this many films."""
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
        """Replace a list; the next reads may still return the previous one."""
        self._before[person] = (self.lag, self._lists.get(person, []))
        self._lists[person] = keys
