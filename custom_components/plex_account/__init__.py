"""Plex Account: a plex.tv account in Home Assistant."""

from typing import TYPE_CHECKING

from homeassistant.const import CONF_TOKEN, Platform

from .const import CONF_CLIENT_IDENTIFIER
from .coordinator import PlexAccountCoordinator
from .identity import plex_tv_client

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .coordinator import PlexAccountConfigEntry

PLATFORMS = [Platform.BINARY_SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> bool:
    """Set up one linked account."""
    client = plex_tv_client(
        hass,
        client_identifier=entry.data[CONF_CLIENT_IDENTIFIER],
        token=entry.data[CONF_TOKEN],
    )
    coordinator = PlexAccountCoordinator(hass, entry, client)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(
    hass: HomeAssistant, entry: PlexAccountConfigEntry
) -> bool:
    """Unload one linked account."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
