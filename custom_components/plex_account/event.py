"""Events of an account's servers."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback

from .entity import PlexServerEntity, async_add_server_entities
from .plextv import Added, PlaybackEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .live import LiveEvent
    from .plextv import AddedTitle, Server, Session
    from .runtime import PlexAccountConfigEntry

PARALLEL_UPDATES = 0

PLAYBACK: Final = EventEntityDescription(
    key="playback", event_types=["started", "paused", "resumed", "stopped"]
)
LIBRARY: Final = EventEntityDescription(key="library", event_types=["added"])


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of one account."""
    live = entry.runtime_data.live

    def of_server(server: Server) -> Iterable[PlexServerEvent]:
        """Yield the events of a server that is listened to."""
        if live.follows(server):
            yield PlaybackEventEntity(hass, entry, server, PLAYBACK)
            if server.owned:
                yield LibraryEventEntity(hass, entry, server, LIBRARY)

    async_add_server_entities(entry, async_add_entities, of_server)


class PlexServerEvent(PlexServerEntity, EventEntity):
    """Something that a server tells by itself."""

    entity_description: EventEntityDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what the server tells."""
        await super().async_added_to_hass()
        feed = self._runtime.live.feed(self._machine_identifier)
        self.async_on_remove(feed.async_add_event_listener(self._happened))

    @abstractmethod
    def _happened(self, event: LiveEvent) -> None:
        """Fire what this entity is about."""

    def _fire(self, kind: str, attributes: Mapping[str, object]) -> None:
        """Write a state for an event, without what is not known of it."""
        known = {name: value for name, value in attributes.items() if value is not None}
        self._trigger_event(kind, known)
        self.async_write_ha_state()


class PlaybackEventEntity(PlexServerEvent):
    """Somebody starts, pauses, resumes or stops a film, a song or a photo."""

    @callback
    @override
    def _happened(self, event: LiveEvent) -> None:
        """Fire what happens to sessions."""
        if isinstance(event, PlaybackEvent):
            self._fire(event.type, _session(event.session))


class LibraryEventEntity(PlexServerEvent):
    """Something was added to a library."""

    @callback
    @override
    def _happened(self, event: LiveEvent) -> None:
        """Fire an event for each title, and one for the number of all others."""
        if isinstance(event, Added):
            for title in event.titles:
                self._fire("added", _title(title))
            if event.more:
                self._fire("added", {"count": event.more})


def _session(session: Session) -> dict[str, object]:
    """Describe a session: each field was chosen, so no address slips in."""
    return {
        "user": session.user,
        "player": session.player,
        "product": session.product,
        "media_type": session.media_type,
        "title": session.title,
        "series": session.series,
        "season": session.season,
        "episode": session.episode,
        "artist": session.artist,
        "album": session.album,
        "library": session.library,
        "year": session.year,
    }


def _title(title: AddedTitle) -> dict[str, object]:
    """Describe a title of a library."""
    return {
        "kind": title.kind,
        "title": title.title,
        "series": title.series,
        "season": title.season,
        "episode": title.episode,
        "artist": title.artist,
        "library": title.library,
        "year": title.year,
    }
