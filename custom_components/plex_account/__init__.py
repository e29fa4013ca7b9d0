"""Plex Account: a plex.tv account in Home Assistant."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from homeassistant.const import CONF_TOKEN, Platform
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .accounts import LinkedAccount, LinkedServer, async_get_account
from .const import (
    CONF_CLIENT_IDENTIFIER,
    DOMAIN,
    FIRST_MEASUREMENT_WAIT,
    SIGN_OUT_TIMEOUT,
)
from .coordinator import (
    PlexAccountCoordinator,
    PlexAccountRuntime,
    PlexReachCoordinator,
)
from .identity import plex_tv_client
from .plextv import PlexTvError
from .servers import async_keep_devices
from .services import async_setup_services

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.typing import ConfigType

    from .coordinator import PlexAccountConfigEntry
    from .plextv import PlexTvClient

# What other integrations may use.
__all__ = ["LinkedAccount", "LinkedServer", "async_get_account"]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = [Platform.BINARY_SENSOR, Platform.SENSOR]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> bool:
    """Set up one linked account."""
    client = _client(hass, entry)
    account = PlexAccountCoordinator(hass, entry, client)
    try:
        await account.async_config_entry_first_refresh()
    except ConfigEntryAuthFailed:
        # The account is set up all the same: its sensor tells automations of it.
        entry.async_start_reauth(hass)
    reach = PlexReachCoordinator(hass, account, async_get_clientsession(hass))
    measuring = entry.async_create_background_task(
        hass, reach.async_refresh(), f"{DOMAIN} first measurement"
    )
    await asyncio.wait([measuring], timeout=FIRST_MEASUREMENT_WAIT)
    entry.runtime_data = PlexAccountRuntime(client=client, account=account, reach=reach)
    entry.async_on_unload(account.async_add_listener(reach.async_account_updated))
    async_keep_devices(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(
    hass: HomeAssistant, entry: PlexAccountConfigEntry
) -> bool:
    """Unload one linked account."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(
    hass: HomeAssistant, entry: PlexAccountConfigEntry
) -> None:
    """Sign the account out at plex.tv; nobody has to wait long for it."""
    with suppress(PlexTvError, TimeoutError):
        async with asyncio.timeout(SIGN_OUT_TIMEOUT):
            await _client(hass, entry).sign_out()


def _client(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> PlexTvClient:
    """Return the client of an account's entry."""
    client = plex_tv_client(hass, entry.data[CONF_CLIENT_IDENTIFIER])
    return client.with_token(entry.data[CONF_TOKEN])
