"""Plex Account: a plex.tv account in Home Assistant."""

import asyncio
from typing import TYPE_CHECKING

from homeassistant.const import CONF_TOKEN, Platform
from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import config_validation as cv

from .const import (
    CONF_CLIENT_IDENTIFIER,
    DOMAIN,
    FIRST_MEASUREMENT_WAIT,
    SIGN_OUT_TIMEOUT,
)
from .coordinator import PlexAccountCoordinator, PlexReachCoordinator
from .devices import async_get_account_device, async_update_server_devices
from .plex_tv import async_get_client, async_get_session
from .runtime import (
    LinkedAccount,
    LinkedServer,
    PlexAccountRuntime,
    async_get_account,
)
from .services import async_setup_services
from .sign_outs import async_get_sign_outs

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.typing import ConfigType

    from .plextv import PlexTvClient
    from .runtime import PlexAccountConfigEntry

# What other integrations may use.
__all__ = ["LinkedAccount", "LinkedServer", "async_get_account"]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = [Platform.BINARY_SENSOR, Platform.SENSOR]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, and go on with sign-outs of an earlier run."""
    async_setup_services(hass)
    await async_get_sign_outs(hass).async_load()
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> bool:
    """Set up one linked account."""
    client = _client(hass, entry)
    account = PlexAccountCoordinator(hass, entry, client)
    try:
        await account.async_config_entry_first_refresh()
    except ConfigEntryAuthFailed:
        # Set the account up nevertheless: automations rely on the sensor "Signed in".
        entry.async_start_reauth(hass)
    reach = PlexReachCoordinator(hass, account, async_get_session(hass))
    measuring = entry.async_create_background_task(
        hass, reach.async_refresh(), f"{DOMAIN} first measurement"
    )
    await asyncio.wait([measuring], timeout=FIRST_MEASUREMENT_WAIT)
    entry.runtime_data = PlexAccountRuntime(client=client, account=account, reach=reach)
    entry.async_on_unload(account.async_add_listener(reach.async_account_updated))
    _async_keep_devices(hass, entry)
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
    """Sign the account out at plex.tv, without waiting long for it."""
    signing_out = hass.async_create_background_task(
        async_get_sign_outs(hass).async_sign_out(
            entry.data[CONF_CLIENT_IDENTIFIER], entry.data[CONF_TOKEN]
        ),
        f"{DOMAIN} signs out",
    )
    await asyncio.wait([signing_out], timeout=SIGN_OUT_TIMEOUT)


@callback
def _async_keep_devices(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> None:
    """Keep the devices of the account and of its servers up to date."""
    account = entry.runtime_data.account
    async_get_account_device(hass, entry)

    @callback
    def update() -> None:
        """Follow the list of servers, if there is one."""
        if account.data.servers is not None:
            async_update_server_devices(hass, entry, account.data.servers)

    update()
    entry.async_on_unload(account.async_add_listener(update))


def _client(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> PlexTvClient:
    """Return the client of an account's entry."""
    return async_get_client(
        hass, entry.data[CONF_CLIENT_IDENTIFIER], entry.data[CONF_TOKEN]
    )
