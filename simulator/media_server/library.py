"""The bodies that describe libraries and their items."""

from typing import TYPE_CHECKING, Final

from simulator.world.library import ADDED_AT, LIBRARIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.http.wire import Json
    from simulator.world.library import AddedItem, Library, LibraryItem
    from simulator.world.servers import SimulatedServer

_TYPES: Final = {"movie": "1", "show": "2"}
"""The number of each kind of item in a query."""


def sections(changes: int = 0) -> list[Json]:
    """Describe the libraries after this many changes."""
    return [
        {
            "key": library.key,
            "type": library.kind,
            "title": library.title,
            "agent": library.agent,
            "scanner": "Plex Scanner",
            "language": "en-GB",
            "uuid": f"5a1c0de0-0000-4000-8000-00000000000{library.key}",
            "allowSync": True,
            "filters": True,
            "refreshing": False,
            "art": f"/:/resources/{library.kind}-fanart.jpg",
            "thumb": f"/:/resources/{library.kind}.png",
            "composite": f"/library/sections/{library.key}/composite/{ADDED_AT}",
            "createdAt": ADDED_AT,
            "updatedAt": ADDED_AT,
            "scannedAt": ADDED_AT,
            "contentChangedAt": 1000 + changes,
            "content": True,
            "directory": True,
            "hidden": 0,
            "Location": [{"id": int(library.key), "path": f"/media/{library.title}"}],
        }
        for library in LIBRARIES.values()
    ]


def copies(
    server: SimulatedServer, guid: str | None, wanted_type: str | None
) -> list[dict[str, Json]]:
    """Describe the copies of a title that a server has, or all items."""
    found = [
        item for library in LIBRARIES.values() for item in items(library, wanted_type)
    ]
    found += [
        {
            "ratingKey": f"9{number}",
            "key": f"/library/metadata/9{number}",
            "guid": title.guid,
            "type": title.kind,
            "title": title.title,
            "year": title.year,
            "librarySectionID": 1 if title.kind == "movie" else 2,
        }
        for number, title in enumerate(server.arrivals)
        if wanted_type in {None, _TYPES[title.kind]}
    ]
    if guid is None:
        return found
    return [] if server.old_agents else [row for row in found if row["guid"] == guid]


def items(library: Library, wanted_type: str | None = None) -> list[dict[str, Json]]:
    """Describe the items of a library, or none if another type is wanted."""
    if wanted_type is not None and wanted_type != _TYPES[library.kind]:
        return []
    return [
        {
            "type": library.kind,
            "title": item.title,
            **_in_library(library, item),
        }
        for item in library.items
    ]


def metadata(server: SimulatedServer, keys: Iterable[str]) -> list[dict[str, Json]]:
    """Describe the titles with these keys, including titles that were added later."""
    described = [film for library in LIBRARIES.values() for film in items(library)]
    described += [_added(item) for item in server.added]
    found = {item["ratingKey"]: item for item in described}
    return [found[key] for key in keys if key in found]


def _in_library(library: Library, item: LibraryItem) -> dict[str, Json]:
    """Describe the fields that every title of a library has."""
    return {
        "ratingKey": item.key,
        "key": f"/library/metadata/{item.key}",
        "guid": item.guid,
        "year": item.year,
        "summary": "",
        "addedAt": item.added_at,
        "updatedAt": item.added_at,
        "librarySectionID": int(library.key),
        "librarySectionTitle": library.title,
    }


def _added(item: AddedItem) -> dict[str, Json]:
    """Describe a title that was added later."""
    library = LIBRARIES[item.library]
    described: dict[str, Json] = {
        "type": item.kind,
        "title": item.title,
        "grandparentTitle": item.series,
        "parentIndex": item.season,
        "index": item.number,
        **_in_library(library, item),
    }
    return {name: value for name, value in described.items() if value is not None}
