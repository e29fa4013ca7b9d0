"""What a small media server holds: two libraries and a few films and episodes."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.http.wire import Json

SECTIONS: Final[Mapping[str, Mapping[str, Json]]] = {
    "1": {"title": "Films", "type": "movie", "agent": "tv.plex.agents.movie"},
    "2": {"title": "Series", "type": "show", "agent": "tv.plex.agents.series"},
}
_ITEMS: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "1": (("The Attic Window", 1954), ("A Cabin in Spring", 1987), ("Basement", 2011)),
    "2": (("Letters from Wallop", 2019),),
}
_TYPES: Final = {"movie": 1, "show": 2}
_ADDED: Final = 1_763_900_000


def sections() -> list[Json]:
    """List the libraries."""
    return [
        {
            "key": key,
            "type": facts["type"],
            "title": facts["title"],
            "agent": facts["agent"],
            "scanner": "Plex Scanner",
            "language": "en-GB",
            "uuid": f"5a1c0de0-0000-4000-8000-00000000000{key}",
            "allowSync": True,
            "filters": True,
            "refreshing": False,
            "art": f"/:/resources/{facts['type']}-fanart.jpg",
            "thumb": f"/:/resources/{facts['type']}.png",
            "composite": f"/library/sections/{key}/composite/{_ADDED}",
            "createdAt": _ADDED,
            "updatedAt": _ADDED,
            "scannedAt": _ADDED,
            "content": True,
            "directory": True,
            "hidden": 0,
            "Location": [{"id": int(key), "path": f"/media/{facts['title']}"}],
        }
        for key, facts in SECTIONS.items()
    ]


def items(section: str, wanted_type: str | None) -> list[dict[str, Json]]:
    """List what is in a library; only its own kind of item is held."""
    kind = str(SECTIONS[section]["type"])
    if wanted_type is not None and wanted_type != str(_TYPES[kind]):
        return []
    return [
        {
            "ratingKey": f"{section}0{number}",
            "key": f"/library/metadata/{section}0{number}",
            "guid": f"plex://{kind}/{section:0>12}{number:0>12}",
            "type": kind,
            "title": title,
            "year": year,
            "summary": "",
            "addedAt": _ADDED + number,
            "updatedAt": _ADDED + number,
            "librarySectionID": int(section),
            "librarySectionTitle": SECTIONS[section]["title"],
        }
        for number, (title, year) in enumerate(_ITEMS[section])
    ]
