"""Signing out of tokens that nobody keeps, at once or as soon as plex.tv answers."""

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

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry, ConfigSubentry
    from homeassistant.core import HomeAssistant

    from .plextv import PlexTvClient

STORAGE_VERSION: Final = 1


class SignOuts:
    """The sign-outs that plex.tv has not answered yet, kept across restarts."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with nothing to do."""
        self._hass = hass
        self._store: Store[dict[str, str]] = Store(
            hass, STORAGE_VERSION, f"{DOMAIN}.sign_outs", private=True
        )
        self._pending: dict[str, str] = {}
        self._scheduled = False

    async def async_load(self) -> None:
        """Go on with what an earlier run could not finish."""
        self._pending = await self._store.async_load() or {}
        if self._pending:
            self._schedule()

    async def async_sign_out(self, client_identifier: str, token: str) -> None:
        """Invalidate a token now, or later if plex.tv does not answer now.

        What Home Assistant cancels because it stops is stored as well.
        """
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
        """Ask plex.tv to invalidate a token; tell whether it is invalid now.

        Signing out leaves an idle row under Authorized Devices, so that is removed
        instead, unless an entry or a Home user still uses the row.
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
            await client.sign_out()
        except PlexTvAuthenticationError:
            return True
        except PlexTvError as err:
            LOGGER.debug("Signing out failed: %s", type(err).__name__)
            return False
        return True

    @callback
    def _schedule(self) -> None:
        """Try again later, once for all."""
        if not self._scheduled:
            self._scheduled = True
            job = HassJob(
                self._async_retry, f"{DOMAIN} signs out", cancel_on_shutdown=True
            )
            async_call_later(self._hass, SIGN_OUT_RETRY_INTERVAL, job)

    async def _async_retry(self, _now: datetime) -> None:
        """Try all of them once more."""
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
    """Remove the row of a client; tell whether that was possible."""
    try:
        return await AuthorizedDevices(client.transport).remove_own()
    except PlexTvAuthenticationError:
        raise
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
    """Sign Home users out whose subentry is deleted, for which there is no hook.

    Whether their account is loaded does not matter. A whole entry that is removed signs
    everybody out itself.
    """
    known: dict[str, dict[str, tuple[str, str]]] = {}

    @callback
    def note(entry: ConfigEntry) -> None:
        """Remember who there is."""
        known[entry.entry_id] = {
            user.subentry_id: (user.data[CONF_CLIENT_IDENTIFIER], user.data[CONF_TOKEN])
            for user in entry.get_subentries_of_type(HOME_USER)
        }

    @callback
    def changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Compare with who there was."""
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
