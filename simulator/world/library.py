"""The libraries of every media server: a few films and one series."""

from dataclasses import dataclass
from typing import Final, Literal

ADDED_AT: Final = 1_763_900_000
"""When the libraries were made, in seconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class LibraryItem:
    """A film or a series."""

    key: str
    guid: str
    title: str
    year: int
    added_at: int


@dataclass(frozen=True, kw_only=True)
class AddedItem(LibraryItem):
    """A title that was added to a server after its libraries were made."""

    kind: str
    library: str
    """The key of its library."""
    series: str | None = None
    season: int | None = None
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Library:
    """A library, which holds items of one kind."""

    key: str
    title: str
    kind: Literal["movie", "show"]
    agent: str
    items: tuple[LibraryItem, ...]


def _items(
    library: str, kind: str, *titles: tuple[str, int]
) -> tuple[LibraryItem, ...]:
    """Make the items of a library, each added a second after the one before."""
    return tuple(
        LibraryItem(
            key=f"{library}0{number}",
            guid=f"plex://{kind}/{library:0>12}{number:0>12}",
            title=title,
            year=year,
            added_at=ADDED_AT + number,
        )
        for number, (title, year) in enumerate(titles)
    )


FILMS: Final = Library(
    key="1",
    title="Films",
    kind="movie",
    agent="tv.plex.agents.movie",
    items=_items(
        "1",
        "movie",
        ("The Attic Window", 1954),
        ("A Cabin in Spring", 1987),
        ("Basement", 2011),
    ),
)
SERIES: Final = Library(
    key="2",
    title="Series",
    kind="show",
    agent="tv.plex.agents.series",
    items=_items("2", "show", ("Letters from Wallop", 2019)),
)
LIBRARIES: Final = {library.key: library for library in (FILMS, SERIES)}
