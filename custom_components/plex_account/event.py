"""Events of a linked account."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback

from .entity import (
    AuthorizedDevicesEntity,
    PlexWatchlistEntity,
    async_add_watchlist_entities,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .authorized_devices import DeviceChange
    from .plextv import Title
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


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of one account."""
    async_add_entities([AuthorizedDevicesEvent(entry, DEVICES)])
    async_add_watchlist_entities(
        entry,
        async_add_entities,
        lambda: [WatchlistAvailabilityEvent(entry, WATCHLIST_AVAILABILITY)],
    )


class AuthorizedDevicesEvent(AuthorizedDevicesEntity, EventEntity):
    """A device has signed in to the account, or was signed out."""

    entity_description: EventEntityDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the list, which may have come before this entity."""
        await super().async_added_to_hass()
        self._fire_changes()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Begin anew when the entity is turned on again after it was turned off."""
        if self.registry_entry and self.registry_entry.disabled:
            self.coordinator.async_forget()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Fire an event for each change."""
        self._fire_changes()
        super()._handle_coordinator_update()

    def _fire_changes(self) -> None:
        """Write a state for each change, so that none hides another.

        First the last event is written again: the trigger `event.received` ignores an
        event that directly follows "unavailable", as the entity was until now.
        """
        changes = self.coordinator.async_take_changes()
        if changes:
            self.async_write_ha_state()
        for change in changes:
            self._trigger_event(change.kind, _attributes(change))
            self.async_write_ha_state()


def _attributes(change: DeviceChange) -> dict[str, str]:
    """Describe the device of an event; what is not known of it is left out."""
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
    """A title of the watchlist came onto one of the account's servers."""

    entity_description: EventEntityDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what comes onto the servers."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.availability.async_add_arrival_listener(self._async_arrived)
        )

    @property
    @override
    def available(self) -> bool:
        """Stay available: servers are asked also while the list cannot be read."""
        return True

    @callback
    def _async_arrived(self, title: Title, server: str) -> None:
        """Tell of a title that is on a server now."""
        year = {"year": title.year} if title.year else {}
        self._trigger_event(
            AVAILABLE,
            {"title": title.name, **year, "kind": title.kind, "server": server},
        )
        self.async_write_ha_state()
