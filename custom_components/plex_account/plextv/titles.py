"""Films and series of Plex's catalogue, and matching a person's input to them."""

from dataclasses import dataclass, replace
from datetime import date
import re
from typing import Final, Literal, Self
import unicodedata
from urllib.parse import unquote

from . import readers

type Kind = Literal["movie", "show"]

KINDS: Final[tuple[Kind, ...]] = ("movie", "show")
# A key is put into the path of a request, so its characters are limited.
KEY: Final = re.compile(r"[0-9A-Za-z]{1,64}")
GUID: Final = re.compile(r"plex://(movie|show)/([0-9A-Za-z]{1,64})")
SLUG: Final = re.compile(r"[0-9a-z][0-9a-z-]{0,199}")
EXTERNAL_ID: Final = re.compile(r"(?:imdb://)?(tt\d{5,12})|(tmdb|tvdb)://(\d{1,12})")
NAME_AND_YEAR: Final = re.compile(r"(.*\S)\s*(?:\((\d{4})\)|\s(\d{4}))")
PUBLIC_PAGES: Final = "https://watch.plex.tv"
PUBLIC_PAGE: Final = re.compile(
    r"https://watch\.plex\.tv/(?:[a-z]{2}(?:-[A-Za-z]{2,4})?/)?(movie|show)/"
    r"([0-9a-z-]{1,200})(?:[/?#]\S*)?"
)
# The key parameter is percent-encoded once or twice.
APP_PAGE: Final = re.compile(r"https://app\.plex\.tv/\S*[?&]key=([^&\s]+)\S*")
# A server's own keys are numbers.
APP_KEY: Final = re.compile(r"/library/metadata/([0-9a-f]{24})(?:/\w+)?")
# More characters than in the longest title.
MAX_TYPED: Final = 250
# The score of a year by its difference. Catalogues differ by one, because première and
# release may be in different years.
YEAR_POINTS: Final = {0: 10, 1: 7}
UNKNOWN_YEAR_POINTS: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """A film or a series."""

    key: str
    """Plex's rating key: the last part of its guid."""
    kind: Kind
    name: str
    original_name: str | None = None
    year: int | None = None
    released: date | None = None
    """The date of its first release."""
    next_episode: date | None = None
    """The release date of the next episode of a series."""
    slug: str | None = None

    @property
    def guid(self) -> str:
        """Its guid in libraries that use Plex's own agents."""
        return f"plex://{self.kind}/{self.key}"

    @property
    def page(self) -> str | None:
        """The URL of its public page, if it has one."""
        return f"{PUBLIC_PAGES}/{self.kind}/{self.slug}" if self.slug else None

    @property
    def label(self) -> str:
        """The name, with the year if it is known."""
        return f"{self.name} ({self.year})" if self.year else self.name

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Parse a title; None for anything else, and for a row without name or kind."""
        row = readers.fields(value)
        key, kind = read_key(row), _kind(row)
        name = readers.text(row.get("title"))
        if key is None or kind is None or name is None:
            return None
        slug = row.get("slug")
        return cls(
            key=key,
            kind=kind,
            name=name,
            original_name=readers.text(row.get("originalTitle")),
            year=readers.whole(row.get("year")) or None,
            released=_day(row.get("originallyAvailableAt")),
            next_episode=_day(row.get("nextEpisodeOriginallyAvailableAt")),
            slug=slug if isinstance(slug, str) and SLUG.fullmatch(slug) else None,
        )


def read_key(row: dict[str, object]) -> str | None:
    """Return the key of a row, from its guid if possible."""
    guid, key = row.get("guid"), row.get("ratingKey")
    if isinstance(guid, str) and (found := GUID.fullmatch(guid)):
        return found[2]
    return key if isinstance(key, str) and KEY.fullmatch(key) else None


def _kind(row: dict[str, object]) -> Kind | None:
    """Return whether a row is a film or a series; some rows have no type."""
    guid = row.get("guid")
    found = GUID.fullmatch(guid) if isinstance(guid, str) else None
    named = found[1] if found else row.get("type")
    return next((kind for kind in KINDS if kind == named), None)


def _day(value: object) -> date | None:
    """Read a date, which may be followed by a time."""
    if not isinstance(value, str):
        return None
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return None
    # An all-day event ends on the next day, which date.max does not have.
    return None if day == date.max else day


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One interpretation of a person's input: criteria for a title."""

    name: str | None = None
    year: int | None = None
    kind: Kind | None = None
    slug: str | None = None
    key: str | None = None
    external_id: str | None = None
    """In the format of the route for it: imdb://tt…, tmdb://…, tvdb://…"""

    @property
    def query(self) -> str:
        """The text to search for."""
        return self.name or (self.slug or "").replace("-", " ")

    def points(self, title: Title) -> int:
        """Return the score of a title; 0 if it does not match."""
        if self.kind not in {None, title.kind}:
            return 0
        if self.slug is not None:
            return int(self.slug == title.slug)
        names = (title.name, title.original_name or "")
        fits = [folded(name) == folded(self.name or "") for name in names]
        if not any(fits):
            return 0
        year = UNKNOWN_YEAR_POINTS
        if self.year and title.year:
            year = YEAR_POINTS.get(abs(self.year - title.year), 0)
        # A match of the name ranks above one of the name in the original language.
        return year and (year + 100 if fits[0] else year)


def readings(typed: str) -> tuple[Wanted, ...]:
    """Return the interpretations of a text, the most likely first.

    A number at its end may be a year or part of the name: "Blade Runner 2049".
    """
    text = " ".join(typed.split())[:MAX_TYPED]
    if found := EXTERNAL_ID.fullmatch(text.lower()):
        imdb, catalogue, number = found.groups()
        known = f"imdb://{imdb}" if imdb else f"{catalogue}://{number}"
        return (Wanted(external_id=known),)
    if text.startswith("https://"):
        return _of_address(text)
    whole = Wanted(name=text)
    if not (found := NAME_AND_YEAR.fullmatch(text)):
        return (whole,)
    dated = Wanted(name=found[1], year=int(found[2] or found[3]))
    return (dated, whole) if found[2] else (whole, dated)


def _of_address(address: str) -> tuple[Wanted, ...]:
    """Return the interpretations of the URL of a page."""
    if found := PUBLIC_PAGE.fullmatch(address):
        kind: Kind = "movie" if found[1] == "movie" else "show"
        words = readings(found[2].replace("-", " "))
        # Only the name can be compared if the search returns no slugs.
        named = (replace(wanted, kind=kind) for wanted in words)
        return (Wanted(kind=kind, slug=found[2]), *named)
    if found := APP_PAGE.fullmatch(address):
        path = unquote(unquote(found[1]))
        if key := APP_KEY.fullmatch(path):
            return (Wanted(key=key[1]),)
    return ()


def best_hits(wanted: Wanted, titles: tuple[Title, ...]) -> tuple[Title, ...]:
    """Return the titles with the best score: several if they are equally good."""
    ranked = {title.key: (wanted.points(title), title) for title in titles}
    most = max((points for points, _ in ranked.values()), default=0)
    return tuple(
        title for points, title in ranked.values() if points == most and points
    )


def folded(name: str) -> str:
    """Return a name without case, accents and punctuation, for comparison.

    Articles are kept: "The Thing" and "Thing" are two films.
    """
    plain = unicodedata.normalize("NFD", name)
    # Twice (Unicode, D146): some letters only become capitals when they are decomposed.
    for _ in range(2):
        plain = unicodedata.normalize("NFKD", plain.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    kept = "".join(
        c if c.isalnum() else "" if c in "'\u2019\u02bc" else " " for c in letters
    )
    return " ".join(kept.split()) or " ".join(letters.split())
