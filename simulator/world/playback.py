"""People's actions on their players, and the notifications that the server sends."""

from typing import TYPE_CHECKING, Final

from .library import ADDED_AT, FILMS, LIBRARIES, AddedItem
from .notifications import Notification
from .streams import Stream
from .tokens import hex_digits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.http.wire import Json

    from .people import Person
    from .servers import SimulatedServer
    from .streams import StreamState

LIBRARY: Final = "com.plexapp.plugins.library"
# Numbers in notifications of a library.
_TYPES: Final = {"movie": 1, "episode": 4, "album": 9}
_CREATED, _PROCESSING, _DONE = 0, 1, 5


class Playback:
    """Playback of films on a server, and titles that are added to its libraries."""

    def __init__(self, server: SimulatedServer) -> None:
        """Control this server."""
        self._server = server

    def start(
        self,
        person: Person,
        title: str = FILMS.items[0].title,
        *,
        local: bool = True,
        facts: Mapping[str, Json] | None = None,
    ) -> Stream:
        """Start a film on a TV."""
        self._server.last_session_key += 1
        stream = Stream(
            id=hex_digits(self._server.chance, 24),
            person=person,
            title=title,
            local=local,
            key=self._server.last_session_key,
            view_offset=0,
            facts=facts or {},
        )
        self._server.streams.append(stream)
        self.tell(stream, "playing")
        return stream

    def proceed(self, stream: Stream, seconds: float = 10) -> None:
        """Let a film play on; its player reports the position every ten seconds."""
        stream.view_offset += round(seconds * 1000)
        self.tell(stream, stream.state)

    def buffer(self, stream: Stream) -> None:
        """Report that a player is buffering."""
        self._change(stream, "buffering")

    def pause(self, stream: Stream) -> None:
        """Pause a film."""
        self._change(stream, "paused")

    def resume(self, stream: Stream) -> None:
        """Go on with a film."""
        self._change(stream, "playing")

    def stop(self, stream: Stream) -> None:
        """Stop a film."""
        self._server.streams.remove(stream)
        self.tell(stream, "stopped")

    def vanish(self, stream: Stream) -> None:
        """Remove a session without any notification."""
        self._server.streams.remove(stream)

    def forget_everything(self) -> None:
        """Remove all sessions, and number new ones from 1 on, as a restart does."""
        self._server.streams.clear()
        self._server.last_session_key = 0

    def tell(self, stream: Stream, state: str) -> None:
        """Send a notification of a session's state, whether it is true or not."""
        item = next((i for i in FILMS.items if i.title == stream.title), None)
        change: dict[str, Json] = {
            "sessionKey": str(stream.key),
            "clientIdentifier": stream.player,
            "guid": "",
            "ratingKey": item.key if item else "",
            "url": "",
            "key": f"/library/metadata/{item.key}" if item else "",
            "viewOffset": stream.view_offset,
            "playQueueItemID": 400,
            "playQueueID": 7,
            "state": state,
        }
        told = {name: change[name] for name in change if name not in stream.facts}
        told |= {
            name: value
            for name, value in stream.facts.items()
            if name in change and value is not None
        }
        self._server.tell(
            Notification(
                kind="playing",
                body="PlaySessionStateNotification",
                changes=[told],
                person=stream.person,
            )
        )

    def add_title(
        self,
        title: str,
        *,
        kind: str = "movie",
        series: str | None = None,
        season: int | None = None,
        number: int | None = None,
    ) -> AddedItem:
        """Add a title to the library of its kind; send a notification of each step."""
        place = len(self._server.added) + 1
        library = LIBRARIES["1" if kind == "movie" else "2"]
        item = AddedItem(
            key=f"9{place:05}",
            guid=f"plex://{kind}/{place:024}",
            title=title,
            year=2026,
            added_at=ADDED_AT + 1000 + place,
            kind=kind,
            library=library.key,
            series=series,
            season=season,
            number=number,
        )
        self._server.added.append(item)
        for state in (_CREATED, _PROCESSING, _DONE):
            self.tell_item(item, state)
        return item

    def refresh(self, item: AddedItem) -> None:
        """Refresh the metadata of a title."""
        for state in (_PROCESSING, _DONE):
            self.tell_item(item, state)

    def tell_item(self, item: AddedItem, state: int) -> None:
        """Send a notification of the processing state of a title."""
        metadata = {_CREATED: "created", _PROCESSING: "processing"}.get(state)
        change: dict[str, Json] = {
            "identifier": LIBRARY,
            "sectionID": item.library,
            "itemID": item.key,
            "type": _TYPES[item.kind],
            "title": item.title,
            "state": state,
            "updatedAt": item.added_at,
        }
        if metadata:
            change["metadataState"] = metadata
        self._server.tell(
            Notification(kind="timeline", body="TimelineEntry", changes=[change])
        )

    def _change(self, stream: Stream, state: StreamState) -> None:
        """Change the state of a session, and send a notification."""
        stream.state = state
        self.tell(stream, state)
