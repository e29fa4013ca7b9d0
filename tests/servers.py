"""The servers of a linked account as Home Assistant shows them."""

from typing import TYPE_CHECKING, Final

from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.plex_account.const import (
    DOMAIN,
    REACH_INTERVAL,
    SERVERS_INTERVAL,
)

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

# Seconds: a tenth more than the interval, for the part of it that is left to chance.
NEXT_LIST: Final = SERVERS_INTERVAL.total_seconds() * 1.11
NEXT_MEASUREMENT: Final = REACH_INTERVAL.total_seconds() * 1.11


class Servers:
    """What Home Assistant shows of an account's servers."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Look at one account."""
        self._hass = hass
        self._entry = entry

    def devices(self) -> dict[str | None, dr.DeviceEntry]:
        """Return the devices of the servers by their name."""
        return {
            device.name: device
            for device in dr.async_entries_for_config_entry(
                dr.async_get(self._hass), self._entry.entry_id
            )
            if device.entry_type is None
        }

    def state(self, server: str, key: str, platform: str = "binary_sensor") -> str:
        """Return the state of a server's entity."""
        registry = er.async_get(self._hass)
        [(_, identifier)] = self.devices()[server].identifiers
        entity_id = registry.async_get_entity_id(
            platform, DOMAIN, f"{identifier}_{key}"
        )
        assert entity_id
        state = self._hass.states.get(entity_id)
        assert state
        return state.state
