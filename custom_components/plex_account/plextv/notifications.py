"""Notifications of a media server, received as server-sent events."""

import asyncio
from dataclasses import dataclass, field
from itertools import islice
import json
from typing import TYPE_CHECKING, Final, Self

from . import readers
from .errors import PlexTvConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .transport import ByteStream

# A session takes some 400 bytes. An event that is larger than this is skipped.
MAX_EVENT_BYTES: Final = 256 * 1024
# A busy server sends less than a tenth of it. A stream that sends more is ended.
MAX_BYTES_PER_MINUTE: Final = 8 * 1024 * 1024
MINUTE: Final = 60.0
# Notifications read from one event, ignored ones included.
MAX_CHANGES: Final = 1000
# Servers send a ping every ten seconds, so a stream without a byte for 35 is dead. It
# takes two timeouts in a row: after a suspension of the whole machine, the timer fires
# before the bytes that arrived in the meantime are read.
SILENCE: Final = 35.0
LOOKS: Final = 2

# The kinds to request; pings are always sent.
KINDS: Final = ("playing", "timeline")
LIBRARY: Final = "com.plexapp.plugins.library"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaybackNotification:
    """A notification about a session, without its user and title."""

    key: str = field(repr=False)
    """The key of the session; keys start at 1 again when the server restarts."""
    state: str
    """`playing`, `paused`, `buffering`, `stopped`, `error`, or a new one."""
    rating_key: str | None = None
    view_offset: int | None = None
    """Milliseconds from the beginning."""
    player_id: str | None = field(default=None, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Parse a notification; None without session or state."""
        change = readers.fields(value)
        key = readers.identifier(change.get("sessionKey"))
        state = readers.text(change.get("state"))
        if key is None or state is None:
            return None
        return cls(
            key=key,
            state=state.lower(),
            rating_key=readers.identifier(change.get("ratingKey")),
            view_offset=readers.whole(change.get("viewOffset")),
            player_id=readers.text(change.get("clientIdentifier")),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LibraryNotification:
    """A notification about the server's progress with a title of a library."""

    rating_key: str
    kind: int | None
    """The number of its kind: 1 is a film, 4 an episode."""
    title: str | None
    state: int
    """0 is new, 5 is done, 9 is deleted."""
    metadata_state: str | None = None
    busy: bool = False
    """Whether the server is still processing it."""

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Parse a notification; None if it is not about a title of a library."""
        change = readers.fields(value)
        rating_key = readers.identifier(change.get("itemID"))
        state = readers.whole(change.get("state"))
        if change.get("identifier") != LIBRARY or rating_key is None or state is None:
            return None
        return cls(
            rating_key=rating_key,
            kind=readers.whole(change.get("type")),
            title=readers.text(change.get("title")),
            state=state,
            metadata_state=readers.text(change.get("metadataState")),
            busy=bool(readers.whole(change.get("queueSize"))),
        )


type Notification = PlaybackNotification | LibraryNotification

_READERS: Final[dict[str, Callable[[object], Notification | None]]] = {
    "PlaySessionStateNotification": PlaybackNotification.from_json,
    "TimelineEntry": LibraryNotification.from_json,
}


def read_event(data: bytes) -> list[Notification]:
    """Parse the data of an event; unknown or unreadable parts are ignored.

    Server-sent events contain one change or several, WebSocket messages a container
    with a list.
    """
    try:
        value = json.loads(data)
    except ValueError, RecursionError:
        return []
    found = (
        read(change)
        for each in readers.one_or_many(value)
        for name, read in _READERS.items()
        for change in readers.one_or_many(_body(each).get(name))
    )
    return [notification for notification in islice(found, MAX_CHANGES) if notification]


def _body(value: object) -> dict[str, object]:
    """Return the notifications, without the container around them."""
    body = readers.fields(value)
    return readers.fields(body.get("NotificationContainer")) or body


class EventParser:
    """Splits a stream into events (WHATWG HTML, "Server-sent events").

    It buffers at most MAX_EVENT_BYTES.
    """

    def __init__(self) -> None:
        """Start at the beginning of a stream."""
        self._line = bytearray()
        self._data: list[bytes] = []
        self._size = 0
        """The bytes of this event so far, including skipped ones."""
        self._line_is_empty = True
        self._ended_in_cr = False

    def feed(self, content: bytes) -> list[bytes]:
        """Return the data of the events that these bytes complete."""
        if self._ended_in_cr and content.startswith(b"\n"):
            # The second half of a CRLF.
            content = content[1:]
            self._ended_in_cr = False
        events: list[bytes] = []
        for piece in content.splitlines(keepends=True):
            line = piece.rstrip(b"\r\n")
            self._add(line)
            if len(line) < len(piece) and (event := self._end_line()):
                events.append(event)
        if content:
            self._ended_in_cr = content.endswith(b"\r")
        return events

    def _add(self, part: bytes) -> None:
        """Add a part of a line, or skip it."""
        self._size += len(part)
        self._line_is_empty = self._line_is_empty and not part
        if self._size > MAX_EVENT_BYTES:
            self._line.clear()
            self._data.clear()
        else:
            self._line += part

    def _end_line(self) -> bytes | None:
        """End a line; return the data of the event that it completes, if any.

        The event's name is not read: the data contain their kind, and servers have sent
        names with trailing spaces.
        """
        line = bytes(self._line)
        self._line.clear()
        if not self._line_is_empty:
            self._line_is_empty = True
            name, _, value = line.partition(b":")
            if name == b"data" and self._size <= MAX_EVENT_BYTES:
                self._data.append(value.removeprefix(b" "))
            return None
        data = b"\n".join(self._data)
        self._data.clear()
        self._size = 0
        return data or None


class NotificationStream:
    """A stream of a server's notifications, without those from before it was opened."""

    def __init__(self, stream: ByteStream) -> None:
        """Read from a newly opened stream."""
        self._stream = stream
        self._parser = EventParser()
        self._minute = 0.0
        self._bytes = 0

    async def read(self) -> list[Notification]:
        """Wait for bytes, and return their notifications, of which there may be none.

        Raises PlexTvConnectionError when the stream has ended, times out or exceeds
        MAX_BYTES_PER_MINUTE.
        """
        content = await self._next()
        if not content:
            raise PlexTvConnectionError("the server has ended its notifications")
        now = asyncio.get_running_loop().time()
        if now - self._minute >= MINUTE:
            self._minute, self._bytes = now, 0
        self._bytes += len(content)
        if self._bytes > MAX_BYTES_PER_MINUTE:
            raise PlexTvConnectionError("the server sends too many notifications")
        return [
            notification
            for data in self._parser.feed(content)
            for notification in read_event(data)
        ]

    async def _next(self) -> bytes:
        """Return the next bytes; raise PlexTvConnectionError if none come in time."""
        for _ in range(LOOKS):
            try:
                async with asyncio.timeout(SILENCE / LOOKS):
                    return await self._stream.read()
            except TimeoutError:
                continue
        raise PlexTvConnectionError("the server has gone silent")
