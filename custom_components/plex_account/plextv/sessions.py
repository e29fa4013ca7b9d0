"""The sessions of a media server: users, players and titles."""

from dataclasses import dataclass, field
from ipaddress import ip_address
import re
from typing import TYPE_CHECKING, Final, Literal, Self

from . import readers

if TYPE_CHECKING:
    from collections.abc import Mapping

type SessionState = Literal["playing", "paused", "buffering"]
type MediaType = Literal["movie", "episode", "track", "photo", "live"]

MEDIA_TYPES: Final[tuple[MediaType, ...]] = (
    "movie",
    "episode",
    "track",
    "photo",
    "live",
)
# More than any server plays at the same time.
MAX_SESSIONS: Final = 200
# Versions of one title.
MAX_MEDIA: Final = 20
# All texts of a session have to fit into one row of the recorder's database.
MAX_LABEL_LENGTH: Final = 255
# The section of extras that Plex plays before a film, such as trailers.
EXTRAS_SECTION: Final = "-2"
IPV4: Final = re.compile(r"(?<![\w.])[0-9]{1,3}(?:[.-][0-9]{1,3}){3}(?!\w)")
IPV6: Final = re.compile(r"[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A title that somebody plays on a player."""

    key: str = field(repr=False)
    """Unique until the server restarts."""
    media_type: MediaType
    state: SessionState | None = None
    user: str | None = None
    player: str | None = None
    product: str | None = None
    title: str | None = None
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    artist: str | None = None
    album: str | None = None
    library: str | None = None
    year: int | None = None
    bandwidth: int | None = None
    """Kilobits a second that the server has reserved."""
    transcodes: bool = False
    """Whether the server transcodes video or audio."""
    view_offset: int | None = None
    """Milliseconds from the beginning."""
    rating_key: str | None = field(default=None, repr=False)
    player_id: str | None = field(default=None, repr=False)
    dlna: bool = False
    """Whether the player uses DLNA: while browsing, its sessions can last a second."""

    def is_same(self, other: Session) -> bool:
        """Return whether this is the same title on the same player.

        For live TV, the title is not compared, because it changes during a session.
        """
        return (self.player_id, self.user, self.media_type) == (
            other.player_id,
            other.user,
            other.media_type,
        ) and (self.media_type == "live" or self._item == other._item)

    @property
    def _item(self) -> tuple[str | None, str | None]:
        """The title, as far as it identifies the session."""
        return (self.rating_key, None if self.rating_key else self.title)

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Parse a session; None if it has no key or is no playback.

        The format is that of /status/sessions (Plex's own API description; recordings
        of core and Tautulli show which fields can be missing).
        """
        item = readers.fields(value)
        key = readers.identifier(item.get("sessionKey"))
        media_type = _media_type(item)
        if key is None or media_type is None:
            return None
        player = readers.fields(item.get("Player"))
        is_track = media_type == "track"
        is_episode = media_type == "episode"
        product = name(player.get("product"))
        platform = readers.text(player.get("platform"))
        return cls(
            key=key,
            media_type=media_type,
            state=session_state(player.get("state")),
            user=name(readers.fields(item.get("User")).get("title")),
            player=name(player.get("title")),
            product=product,
            title=label(item.get("title")),
            series=None if is_track else label(item.get("grandparentTitle")),
            season=readers.whole(item.get("parentIndex")) if is_episode else None,
            episode=readers.whole(item.get("index")) if is_episode else None,
            artist=label(item.get("grandparentTitle")) if is_track else None,
            album=label(item.get("parentTitle")) if is_track else None,
            library=label(item.get("librarySectionTitle")),
            year=readers.whole(item.get("year")),
            bandwidth=readers.whole(
                readers.fields(item.get("Session")).get("bandwidth")
            ),
            transcodes=_transcodes(item),
            view_offset=readers.whole(item.get("viewOffset")),
            rating_key=readers.identifier(item.get("ratingKey")),
            player_id=readers.text(player.get("machineIdentifier")),
            dlna="dlna" in f"{product} {platform}".lower(),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """The sessions of a server at one moment."""

    sessions: Mapping[str, Session]
    """By their keys."""
    others: Mapping[str, str | None] = field(default_factory=dict)
    """The rating keys of sessions that are no playback (trailers), by session key."""

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Parse the response of /status/sessions; raise ValueError if it is none.

        Without sessions, it contains no list.
        """
        container = readers.fields(value).get("MediaContainer")
        if not isinstance(container, dict):
            raise ValueError("not a list of sessions")  # noqa: TRY004 - it is JSON
        sessions: dict[str, Session] = {}
        others: dict[str, str | None] = {}
        for row in readers.items(container.get("Metadata"), MAX_SESSIONS):
            if session := Session.from_json(row):
                sessions.setdefault(session.key, session)
                continue
            item = readers.fields(row)
            if key := readers.identifier(item.get("sessionKey")):
                others[key] = readers.identifier(item.get("ratingKey"))
        return cls(sessions=sessions, others=others)


def label(value: object) -> str | None:
    """Read a title, of limited length."""
    text = readers.text(value)
    return text and text[:MAX_LABEL_LENGTH]


def name(value: object) -> str | None:
    """Read the name of a person or of a player; None if it contains an address.

    For people without a username, Plex sends their e-mail address, and for players
    without a name their IP address.
    """
    text = label(value)
    return None if text is None or any(map(_is_address, text.split())) else text


def _is_address(word: str) -> bool:
    """Return whether a word contains an e-mail address or an IP address."""
    if IPV4.search(word) or readers.MAIL_HOST.search(word):
        return True
    try:
        return any(ip_address(each) for each in IPV6.findall(word))
    except ValueError:
        return False


def session_state(value: object) -> SessionState | None:
    """Read the state of a player."""
    match value:
        case "playing" | "paused" | "buffering":
            return value
    return None


def _media_type(item: dict[str, object]) -> MediaType | None:
    """Return the media type of an item; None if it is no playback.

    Trailers, pre-rolls and other extras are clips, or have their own section; theme
    music has a guid of the library.
    """
    guid = readers.text(item.get("guid")) or ""
    section = readers.text(item.get("librarySectionID"))
    if (
        "prerolls" in guid
        or guid.startswith("library://")
        or section == EXTRAS_SECTION
        or item.get("extraType") is not None
    ):
        return None
    if readers.flag(item.get("live")):
        return "live"
    kind = item.get("type")
    return next((each for each in MEDIA_TYPES[:-1] if each == kind), None)


def _transcodes(item: dict[str, object]) -> bool:
    """Return whether the server transcodes; for live TV, nested fields contain that.

    A copy only changes the container of the same streams, which costs little.
    """
    media = readers.items(item.get("Media"), MAX_MEDIA)
    places = [item, *map(readers.fields, media)]
    jobs = [readers.fields(place.get("TranscodeSession")) for place in places]
    return any(
        job.get(decision) == "transcode"
        for job in jobs
        if job.get("context") != "static"
        for decision in ("videoDecision", "audioDecision")
    )
