"""Signs out tokens that are no longer needed, and retries until plex.tv responds."""

import asyncio
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HassJob, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.singleton import singleton
from homeassistant.helpers.storage import Store

from .const import (
    CONF_CLIENT_IDENTIFIER,
    DOMAIN,
    HOME_USER,
    LOGGER,
    SIGN_OUT_RETRY_INTERVAL,
)
from .plex_tv import async_get_client
from .plextv import AuthorizedDevices, PlexTvAuthenticationError, PlexTvError
from .polling import async_with_confirmation

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry, ConfigSubentry
    from homeassistant.core import HomeAssistant

    from .plextv import PlexTvClient

STORAGE_VERSION: Final = 1


class SignOuts:
    """The sign-outs to which plex.tv has not responded yet, kept across restarts."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without pending sign-outs."""
        self._hass = hass
        self._store: Store[dict[str, str]] = Store(
            hass, STORAGE_VERSION, f"{DOMAIN}.sign_outs", private=True
        )
        self._pending: dict[str, str] = {}
        self._loading = asyncio.Lock()
        self._loaded = False
        self._scheduled = False

    async def async_load(self) -> None:
        """Load and retry the pending sign-outs of an earlier run, once."""
        async with self._loading:
            if self._loaded:
                return
            self._pending = await self._store.async_load() or {}
            self._loaded = True
        if self._pending:
            self._schedule()

    async def async_sign_out(self, client_identifier: str, token: str) -> None:
        """Invalidate a token now, or later if plex.tv does not respond now.

        A sign-out that Home Assistant cancels when it stops is stored as well.
        """
        # If all accounts are disabled, nothing was set up, and nothing was loaded yet.
        await self.async_load()
        done = False
        try:
            done = await self._async_try(client_identifier, token)
        finally:
            if not done:
                self._pending[token] = client_identifier
                self._store.async_delay_save(lambda: self._pending)
        if not done:
            await self._store.async_save(self._pending)
            self._schedule()

    async def _async_try(self, client_identifier: str, token: str) -> bool:
        """Request that plex.tv invalidates a token; return whether it is invalid now.

        Signing out leaves an idle row under Authorized Devices, so the row is removed
        instead, unless an entry or a Home user still uses it.
        """
        client = async_get_client(self._hass, client_identifier, token)
        used = {
            holder.data[CONF_CLIENT_IDENTIFIER]
            for entry in self._hass.config_entries.async_entries(DOMAIN)
            for holder in token_holders(entry)
        }
        try:
            if client_identifier not in used and await _async_remove_row(client):
                return True
            await async_with_confirmation(client.sign_out, client.get_account)
        except PlexTvAuthenticationError:
            return True
        except PlexTvError as err:
            LOGGER.debug("Signing out failed: %s", type(err).__name__)
            return False
        return True

    @callback
    def _schedule(self) -> None:
        """Schedule one retry for all pending sign-outs."""
        if not self._scheduled:
            self._scheduled = True
            job = HassJob(
                self._async_retry, f"{DOMAIN} signs out", cancel_on_shutdown=True
            )
            async_call_later(self._hass, SIGN_OUT_RETRY_INTERVAL, job)

    async def _async_retry(self, _now: datetime) -> None:
        """Retry all pending sign-outs."""
        self._scheduled = False
        for token, client_identifier in list(self._pending.items()):
            if await self._async_try(client_identifier, token):
                del self._pending[token]
        await self._store.async_save(self._pending)
        if self._pending:
            self._schedule()


def token_holders(entry: ConfigEntry) -> tuple[ConfigEntry | ConfigSubentry, ...]:
    """Return an account and its Home users; each has a token and an identifier."""
    return (entry, *entry.get_subentries_of_type(HOME_USER))


async def _async_remove_row(client: PlexTvClient) -> bool:
    """Remove the row of a client; return whether that was possible."""
    try:
        return await AuthorizedDevices(client.transport).remove_own()
    except PlexTvError as err:
        LOGGER.debug("Removing the device failed: %s", type(err).__name__)
        return False


@singleton(f"{DOMAIN}_sign_outs")
@callback
def async_get_sign_outs(hass: HomeAssistant) -> SignOuts:
    """Return the sign-outs of all accounts."""
    return SignOuts(hass)


@callback
def async_sign_out_deleted_users(hass: HomeAssistant) -> None:
    """Sign out Home users whose subentry was deleted, for which there is no hook.

    Their account may be loaded or not. When a whole entry is removed,
    `async_remove_entry` signs all of its users out.
    """
    known: dict[str, dict[str, tuple[str, str]]] = {}

    @callback
    def note(entry: ConfigEntry) -> None:
        """Remember the current subentries."""
        known[entry.entry_id] = {
            user.subentry_id: (user.data[CONF_CLIENT_IDENTIFIER], user.data[CONF_TOKEN])
            for user in entry.get_subentries_of_type(HOME_USER)
        }

    @callback
    def changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Compare with the previous subentries."""
        if entry.domain != DOMAIN:
            return
        before = known.pop(entry.entry_id, {})
        if change is ConfigEntryChange.REMOVED:
            return
        note(entry)
        for subentry_id, user in before.items():
            if subentry_id not in entry.subentries:
                hass.async_create_background_task(
                    async_get_sign_outs(hass).async_sign_out(*user),
                    f"{DOMAIN} signs a Home user out",
                )

    for entry in hass.config_entries.async_entries(DOMAIN):
        note(entry)
    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed)
