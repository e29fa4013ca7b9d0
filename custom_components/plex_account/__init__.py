"""Plex Account: a plex.tv account in Home Assistant."""

import asyncio
from typing import TYPE_CHECKING

from homeassistant.const import CONF_TOKEN, Platform
from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import config_validation as cv

from .authorized_devices import AuthorizedDevicesCoordinator
from .availability import WatchlistAvailability
from .const import (
    CONF_CLIENT_IDENTIFIER,
    DOMAIN,
    FIRST_MEASUREMENT_WAIT,
    KNOWN_ACCOUNT_WAIT,
    SIGN_OUT_TIMEOUT,
)
from .coordinator import PlexAccountCoordinator, PlexReachCoordinator
from .devices import async_get_account_device, async_update_server_devices
from .home_users import HomeUsers
from .live import PlexLive
from .plex_tv import async_get_client, async_get_server_sessions
from .plextv import Watchlist
from .runtime import (
    LinkedAccount,
    LinkedHomeUser,
    LinkedServer,
    PlexAccountRuntime,
    async_get_account,
)
from .services import async_setup_services
from .sign_outs import (
    async_get_sign_outs,
    async_sign_out_deleted_users,
    token_holders,
)
from .storage import AccountStore
from .watchlist import WatchlistCoordinator

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.typing import ConfigType

    from .runtime import PlexAccountConfigEntry

# The API for other integrations.
__all__ = ["LinkedAccount", "LinkedHomeUser", "LinkedServer", "async_get_account"]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.SENSOR,
    Platform.TODO,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, and retry pending sign-outs of an earlier run."""
    async_setup_services(hass)
    async_sign_out_deleted_users(hass)
    await async_get_sign_outs(hass).async_load()
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> bool:
    """Set up one linked account."""
    client = async_get_client(
        hass, entry.data[CONF_CLIENT_IDENTIFIER], entry.data[CONF_TOKEN]
    )
    store = AccountStore(hass, entry)
    account = PlexAccountCoordinator(hass, entry, client, await store.async_load())
    reach = PlexReachCoordinator(hass, account, async_get_server_sessions(hass))
    known = account.data.servers is not None
    if not known:
        await _async_first_refresh(hass, entry, account)
    measuring = entry.async_create_background_task(
        hass, reach.async_refresh(), f"{DOMAIN} first measurement"
    )
    if known:
        refreshing = entry.async_create_background_task(
            hass, account.async_refresh(), f"{DOMAIN} first refresh"
        )
        await asyncio.wait([refreshing], timeout=KNOWN_ACCOUNT_WAIT)
    await asyncio.wait([measuring], timeout=FIRST_MEASUREMENT_WAIT)
    watchlist = WatchlistCoordinator(hass, entry, Watchlist(client.transport))
    home_users = HomeUsers(hass, entry, account, client, store)
    entry.runtime_data = PlexAccountRuntime(
        client=client,
        store=store,
        account=account,
        reach=reach,
        devices=AuthorizedDevicesCoordinator(hass, account, client, store),
        watchlist=watchlist,
        availability=WatchlistAvailability(hass, entry),
        live=PlexLive(hass, entry),
        home_users=home_users,
    )
    entry.async_on_unload(account.async_add_listener(reach.async_account_updated))
    entry.async_on_unload(reach.async_keep_polling())
    # plex.tv may have responded in the meantime, with a changed list of servers.
    reach.async_account_updated()
    _async_follow_account(hass, entry, store)
    home_users.async_start()
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.runtime_data.availability.async_start()
    entry.async_create_background_task(
        hass, watchlist.async_refresh(), f"{DOMAIN} first reading of the watchlist"
    )
    entry.runtime_data.live.async_start()
    return True


async def async_unload_entry(
    hass: HomeAssistant, entry: PlexAccountConfigEntry
) -> bool:
    """Unload one linked account."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.store.async_close()
    return unloaded


async def async_remove_entry(
    hass: HomeAssistant, entry: PlexAccountConfigEntry
) -> None:
    """Sign the account and its Home users out, with a short timeout."""
    await AccountStore(hass, entry).async_remove()
    signing_out = [
        hass.async_create_background_task(
            async_get_sign_outs(hass).async_sign_out(
                holder.data[CONF_CLIENT_IDENTIFIER], holder.data[CONF_TOKEN]
            ),
            f"{DOMAIN} signs out",
        )
        for holder in token_holders(entry)
    ]
    await asyncio.wait(signing_out, timeout=SIGN_OUT_TIMEOUT)


async def _async_first_refresh(
    hass: HomeAssistant, entry: PlexAccountConfigEntry, account: PlexAccountCoordinator
) -> None:
    """Wait for plex.tv, because no data of the account is stored yet."""
    try:
        await account.async_config_entry_first_refresh()
    except ConfigEntryAuthFailed:
        # Set the account up anyway: automations rely on the sensor "Signed in".
        entry.async_start_reauth(hass)


@callback
def _async_follow_account(
    hass: HomeAssistant, entry: PlexAccountConfigEntry, store: AccountStore
) -> None:
    """Keep the entry's title, the devices and the stored data up to date."""
    account = entry.runtime_data.account

    @callback
    def update() -> None:
        """Update the devices, and the title unless a person has renamed the entry."""
        data = account.data
        if data.account and entry.title == store.name != data.account.name:
            hass.config_entries.async_update_entry(entry, title=data.account.name)
        account_device = async_get_account_device(hass, entry)
        if data.servers is not None:
            async_update_server_devices(hass, entry, data.servers, account_device)
        store.async_save(data)

    update()
    entry.async_on_unload(account.async_add_listener(update))
