"""Events of a linked account and of its servers."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import Platform
from homeassistant.core import callback

from .entity import (
    AuthorizedDevicesEntity,
    PlexServerEntity,
    PlexWatchlistEntity,
    async_add_server_entities,
    async_add_watchlist_entities,
    async_remove_server_entities,
)
from .plextv import Added, PlaybackEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .authorized_devices import DeviceChange
    from .live import LiveEvent
    from .plextv import AddedTitle, Server, Session, Title
    from .runtime import PlexAccountConfigEntry

PARALLEL_UPDATES = 0

DEVICES: Final = EventEntityDescription(
    key="devices",
    event_types=["signed_in", "signed_out"],
    entity_registry_enabled_default=False,
)
AVAILABLE: Final = "available"
WATCHLIST_AVAILABILITY = EventEntityDescription(
    key="watchlist_availability", event_types=[AVAILABLE]
)
PLAYBACK: Final = EventEntityDescription(
    key="playback", event_types=["started", "paused", "resumed", "stopped"]
)
LIBRARY: Final = EventEntityDescription(key="library", event_types=["added"])


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of one account and of its servers."""
    async_add_entities([AuthorizedDevicesEvent(entry, DEVICES)])
    async_add_watchlist_entities(
        hass,
        entry,
        async_add_entities,
        lambda owner: [
            WatchlistAvailabilityEvent(entry, owner, WATCHLIST_AVAILABILITY)
        ],
        of_users=False,
    )
    live = entry.runtime_data.live

    def of_server(server: Server) -> Iterable[PlexServerEvent]:
        """Yield the event entities of a server that is listened to."""
        if live.follows(server):
            yield PlaybackEventEntity(hass, entry, server, PLAYBACK)
            if server.owned:
                yield LibraryEventEntity(hass, entry, server, LIBRARY)
        else:
            async_remove_server_entities(
                hass, entry, server, Platform.EVENT, (PLAYBACK, LIBRARY)
            )

    async_add_server_entities(entry, async_add_entities, of_server)


class AuthorizedDevicesEvent(AuthorizedDevicesEntity, EventEntity):
    """Fires when a device signs in to the account or is signed out."""

    entity_description: EventEntityDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the list, which may have been read before."""
        await super().async_added_to_hass()
        self._fire_changes()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Drop the baseline: an entity that is enabled again begins with a new one."""
        if self.registry_entry and self.registry_entry.disabled:
            self.coordinator.async_forget()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Fire an event for each change."""
        self._fire_changes()
        super()._handle_coordinator_update()

    def _fire_changes(self) -> None:
        """Write a state for each change, so that none is lost.

        First the last event is written again, because the trigger `event.received`
        ignores an event that directly follows "unavailable".
        """
        changes = self.coordinator.async_take_changes()
        if changes:
            self.async_write_ha_state()
        for change in changes:
            self._trigger_event(change.kind, _attributes(change))
            self.async_write_ha_state()


def _attributes(change: DeviceChange) -> dict[str, str]:
    """Return the attributes of an event's device, without those that are not known."""
    device = change.device
    known = {
        "name": device and device.name,
        "product": device and device.product,
        "platform": device and device.platform,
    }
    return {
        "plex_device_id": str(change.number),
        **{name: value for name, value in known.items() if value},
    }


class WatchlistAvailabilityEvent(PlexWatchlistEntity, EventEntity):
    """Fires when a title of the watchlist is added to one of the account's servers."""

    entity_description: EventEntityDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to titles that are added to servers."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.availability.async_add_arrival_listener(self._async_arrived)
        )

    @property
    @override
    def available(self) -> bool:
        """Stay available: servers are searched even while the list cannot be read."""
        return True

    @callback
    def _async_arrived(self, title: Title, server: str) -> None:
        """Fire an event for a title that is on a server now."""
        year = {"year": title.year} if title.year else {}
        self._trigger_event(
            AVAILABLE,
            {"title": title.name, **year, "kind": title.kind, "server": server},
        )
        self.async_write_ha_state()


class PlexServerEvent(PlexServerEntity, EventEntity):
    """Fires for notifications of a server."""

    entity_description: EventEntityDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the server's feed."""
        await super().async_added_to_hass()
        feed = self._runtime.live.feed(self._machine_identifier)
        self.async_on_remove(feed.async_add_event_listener(self._happened))

    @abstractmethod
    def _happened(self, event: LiveEvent) -> None:
        """Fire an event if it concerns this entity."""

    def _fire(self, kind: str, attributes: Mapping[str, object]) -> None:
        """Write a state for an event, without attributes that are not known."""
        known = {name: value for name, value in attributes.items() if value is not None}
        self._trigger_event(kind, known)
        self.async_write_ha_state()


class PlaybackEventEntity(PlexServerEvent):
    """Fires when a film, a song or a photo starts, pauses, resumes or stops."""

    @callback
    @override
    def _happened(self, event: LiveEvent) -> None:
        """Fire an event for a change of a session."""
        if isinstance(event, PlaybackEvent):
            self._fire(event.type, _session(event.session))


class LibraryEventEntity(PlexServerEvent):
    """Fires when titles are added to a library."""

    @callback
    @override
    def _happened(self, event: LiveEvent) -> None:
        """Fire an event for each title, and one with the number of all others."""
        if isinstance(event, Added):
            for title in event.titles:
                self._fire("added", _title(title))
            if event.more:
                self._fire("added", {"count": event.more})


def _session(session: Session) -> dict[str, object]:
    """Return a session's attributes, listed explicitly so that none is an address."""
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
    """Return the attributes of a title of a library."""
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
