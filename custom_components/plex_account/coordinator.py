"""When plex.tv is asked about a linked account."""

from typing import TYPE_CHECKING, override

from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import ACCOUNT_INTERVAL, DOMAIN, LOGGER
from .plextv import (
    Account,
    PlexTvAuthenticationError,
    PlexTvError,
    PlexTvRateLimitError,
)

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .plextv import PlexTvClient

type PlexAccountConfigEntry = ConfigEntry[PlexAccountCoordinator]


class PlexAccountCoordinator(DataUpdateCoordinator[Account]):
    """Knows the account as plex.tv last told it."""

    config_entry: PlexAccountConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: PlexAccountConfigEntry, client: PlexTvClient
    ) -> None:
        """Ask through `client`."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=DOMAIN,
            update_interval=ACCOUNT_INTERVAL,
        )
        self.client = client

    @override
    async def _async_update_data(self) -> Account:
        """Ask whose token it is; only a rejected token asks for a new sign-in."""
        try:
            return await self.client.get_account()
        except PlexTvAuthenticationError as err:
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="signed_out"
            ) from err
        except PlexTvRateLimitError as err:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="rate_limited",
                retry_after=err.retry_after,
            ) from err
        except PlexTvError as err:
            raise UpdateFailed(
                translation_domain=DOMAIN, translation_key="cannot_connect"
            ) from err
