"""New titles in the libraries of a server."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from . import readers
from .sessions import label

if TYPE_CHECKING:
    from .notifications import LibraryNotification

# Debounce, in seconds: the time without a further addition before additions are
# reported, and the longest delay if additions continue.
CALM: Final = 30.0
PATIENCE: Final = 600.0
# Titles that are reported individually; for the rest, their number is reported.
MAX_TITLES: Final = 10
# Titles that the server has not finished; of more, the oldest is dropped.
MAX_PENDING: Final = 5000

# The kinds that are reported, by Plex's number. A series or an artist alone cannot be
# played, and a track is added with its album.
KINDS: Final = {1: "movie", 4: "episode", 9: "album", 12: "clip", 13: "photo"}
CREATED: Final = 0
DONE: Final = 5
DELETED: Final = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class AddedTitle:
    """A title that was added to a library."""

    rating_key: str
    kind: str
    title: str | None
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    artist: str | None = None
    library: str | None = None
    year: int | None = None

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Parse a title of /library/metadata; None without key or kind."""
        item = readers.fields(value)
        rating_key = readers.identifier(item.get("ratingKey"))
        kind = next((each for each in KINDS.values() if each == item.get("type")), None)
        if rating_key is None or kind is None:
            return None
        episode = kind == "episode"
        return cls(
            rating_key=rating_key,
            kind=kind,
            title=label(item.get("title")),
            series=label(item.get("grandparentTitle")) if episode else None,
            season=readers.whole(item.get("parentIndex")) if episode else None,
            episode=readers.whole(item.get("index")) if episode else None,
            artist=label(item.get("parentTitle")) if kind == "album" else None,
            library=label(item.get("librarySectionTitle")),
            year=readers.whole(item.get("year")),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """Titles that were added since the last report, and the number of further ones."""

    titles: tuple[AddedTitle, ...]
    more: int = 0


class LibraryNews:
    """Collects added titles until the server has finished them.

    It has no clock of its own: `now` are seconds of a monotonic clock.
    """

    def __init__(self) -> None:
        """Start without new titles."""
        self._pending: dict[str, None] = {}
        """Keys of titles that were created, but not finished by the server."""
        self._done: dict[str, AddedTitle] = {}
        self._first = 0.0
        self._last = 0.0

    def notified(self, notification: LibraryNotification, now: float) -> None:
        """Process a notification about a title."""
        key, kind = notification.rating_key, KINDS.get(notification.kind or 0)
        if notification.state == DELETED or notification.metadata_state == "deleted":
            self._pending.pop(key, None)
            self._done.pop(key, None)
        elif kind is None:
            return
        elif notification.state == CREATED and notification.metadata_state == "created":
            self._pending[key] = None
            if len(self._pending) > MAX_PENDING:
                del self._pending[next(iter(self._pending))]
        elif key in self._pending or key in self._done:
            self._last = now
            if (
                notification.state == DONE
                and not notification.metadata_state
                and not notification.busy
            ):
                self._finish(notification, kind, now)

    def due(self) -> float | None:
        """Return when to `take` the new titles; None while there are none."""
        if not self._done:
            return None
        return min(self._last + CALM, self._first + PATIENCE)

    def take(self) -> Added:
        """Return the new titles, and start a new report."""
        titles = tuple(self._done.values())
        self._done.clear()
        return Added(titles=titles[:MAX_TITLES], more=len(titles[MAX_TITLES:]))

    def _finish(self, notification: LibraryNotification, kind: str, now: float) -> None:
        """Note that the server has finished a title."""
        if not self._done:
            self._first = now
        self._pending.pop(notification.rating_key, None)
        if notification.rating_key in self._done or len(self._done) < MAX_PENDING:
            self._done[notification.rating_key] = AddedTitle(
                rating_key=notification.rating_key,
                kind=kind,
                title=label(notification.title),
            )
