"""What happens, as events."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback

from .entity import PlexWatchlistEntity, async_add_watchlist_entities

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .plextv import Title
    from .runtime import PlexAccountConfigEntry

PARALLEL_UPDATES = 0

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
    async_add_watchlist_entities(
        entry,
        async_add_entities,
        lambda: [WatchlistAvailabilityEvent(entry, WATCHLIST_AVAILABILITY)],
    )


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
