"""The bodies that describe titles."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.http.wire import Json
    from simulator.world.catalogue import CatalogueTitle


def row(title: CatalogueTitle, *, external_ids: bool = False) -> dict[str, Json]:
    """Describe a title as a list does."""
    children = "/children" if title.kind == "show" else ""
    picture = f"https://metadata-static.plex.tv/{title.key}"
    body: dict[str, Json] = {
        "ratingKey": title.key,
        "guid": title.guid,
        "key": f"/library/metadata/{title.key}{children}",
        "type": title.kind,
        "title": title.title,
        "slug": title.slug,
        "publicPagesURL": f"https://watch.plex.tv/{title.kind}/{title.slug}",
        "year": title.year,
        "summary": f"What happens in {title.title}. " * 8,
        "thumb": f"{picture}.jpg",
        "art": f"{picture}-art.jpg",
        "addedAt": 1_478_822_400,
        "audienceRating": 8.2,
        "audienceRatingImage": "rottentomatoes://image.rating.upright",
        "Image": [
            {"type": "coverPoster", "url": f"{picture}.jpg", "alt": title.title},
            {"type": "background", "url": f"{picture}-art.jpg", "alt": title.title},
        ],
        "Genre": [{"tag": "Drama"}, {"tag": "Adventure"}],
    }
    if title.kind == "show":
        body |= {"childCount": 2, "leafCount": 19}
    if title.original_title:
        body["originalTitle"] = title.original_title
    if title.released:
        body["originallyAvailableAt"] = title.released.isoformat()
    if title.next_episode:
        body["isContinuingSeries"] = True
        body["nextEpisodeOriginallyAvailableAt"] = title.next_episode.isoformat()
    if external_ids:
        body["Guid"] = [{"id": known} for known in title.external_ids]
    return body


def hits(titles: Iterable[CatalogueTitle]) -> list[Json]:
    """Describe the titles that a search found, with fewer fields than a row."""
    wanted = (
        *("guid", "ratingKey", "key", "type", "title", "originalTitle", "year"),
        *("slug", "thumb", "art", "addedAt", "Image"),
    )
    return [
        {
            "score": round(0.95 - number / 100, 2),
            "Metadata": {
                name: value for name, value in row(title).items() if name in wanted
            },
        }
        for number, title in enumerate(titles)
    ]
