"""Plex's catalogue of titles, whether or not a server has them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from .library import LIBRARIES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

type Kind = Literal["movie", "show"]


@dataclass(frozen=True, kw_only=True)
class CatalogueTitle:
    """A film or a series."""

    key: str
    """24 hexadecimal digits, which also end its guid."""
    kind: Kind
    title: str
    year: int
    original_title: str | None = None
    released: date | None = None
    next_episode: date | None = None
    external_ids: tuple[str, ...] = ()

    @property
    def guid(self) -> str:
        """The identifier of the title in libraries."""
        return f"plex://{self.kind}/{self.key}"

    @property
    def slug(self) -> str:
        """The last part of the URL of its page."""
        words = "".join(c if c.isalnum() else " " for c in self.title.lower()).split()
        return "-".join([*words, str(self.year)])


def first_catalogue(today: date) -> dict[str, CatalogueTitle]:
    """Make the titles by their keys; some are released after `today`."""
    return {title.key: title for title in (*_in_libraries(today), *_others(today))}


def _in_libraries(today: date) -> Iterable[CatalogueTitle]:
    """Make the titles that the libraries of every server have."""
    for library in LIBRARIES.values():
        for item in library.items:
            yield CatalogueTitle(
                key=item.guid.rpartition("/")[2],
                kind=library.kind,
                title=item.title,
                year=item.year,
                next_episode=(
                    today + timedelta(days=8) if library.kind == "show" else None
                ),
            )


def _others(today: date) -> Iterable[CatalogueTitle]:
    """Make titles that no server has, some with the same name."""
    soon, lately = today + timedelta(days=21), today - timedelta(days=100)
    movies = (
        ("Dune", 1984, None),
        ("Dune", 2021, None),
        ("Jack Frost", 1997, None),
        ("Jack Frost", 1998, None),
        ("Fargo", 1996, None),
        ("Blade Runner 2049", 2017, None),
        ("Amélie", 2001, None),
        ("The Lantern Keepers", soon.year, soon),
        ("Marsh Country", lately.year, lately),
    )
    shows = (("Fargo", 2014), ("North of Nowhere", 2024))
    for number, (name, year, released) in enumerate(movies, start=1):
        yield CatalogueTitle(
            key=f"5d776aaa{number:016x}",
            kind="movie",
            title=name,
            year=year,
            original_title=(
                "Le Fabuleux Destin d'Amélie Poulain" if name == "Amélie" else None
            ),
            released=released,
            external_ids=(f"imdb://tt{number:07}", f"tmdb://{number}"),
        )
    for number, (name, year) in enumerate(shows, start=1):
        yield CatalogueTitle(
            key=f"5d9c0bbb{number:016x}",
            kind="show",
            title=name,
            year=year,
            external_ids=(f"tmdb://{number}", f"tvdb://{number}"),
        )
