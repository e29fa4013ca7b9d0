"""Base of all coordinators: when something is polled, and what an error means."""

from abc import abstractmethod
import asyncio
from datetime import timedelta
import random
from typing import TYPE_CHECKING, Any, override

from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.singleton import singleton
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import DOMAIN, LOGGER, PLEX_TV_NAME, SPREAD
from .plextv import PlexTvAuthenticationError, PlexTvError, PlexTvRateLimitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant


class PlexCoordinator[DataT](DataUpdateCoordinator[DataT]):
    """Base of all coordinators: the interval, and what an error of the client means."""

    config_entry: ConfigEntry[Any]

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        *,
        name: str,
        interval: timedelta,
        part: str = "",
        is_told: Callable[[], bool] = lambda: False,
    ) -> None:
        """Poll every `interval`, with jitter.

        Of an entry with several coordinators of this kind, each is another `part`. What
        `is_told` of already, because it is a trouble of the account, is not logged.
        """
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=name,
            update_interval=interval,
            always_update=False,
        )
        self._interval = interval
        self._pause = (entry.entry_id, type(self).__name__, part)
        self._is_told = is_told

    @abstractmethod
    async def _async_ask(self) -> DataT:
        """Ask for the data; raise PlexTvError if that fails."""

    @override
    async def _async_update_data(self) -> DataT:
        """Ask, and translate the error of the client."""
        self.update_interval = spread(self._interval)
        pauses = rate_limit_pauses(self.hass)
        if (left := pauses.get(self._pause, 0.0) - self.hass.loop.time()) > 0:
            raise self._rate_limited(left)
        try:
            data = await self._async_ask()
        except PlexTvAuthenticationError as err:
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="signed_out"
            ) from err
        except PlexTvRateLimitError as err:
            wait = self._at_least_interval(err.retry_after)
            pauses[self._pause] = self.hass.loop.time() + wait
            raise self._rate_limited(wait) from err
        except PlexTvError as err:
            if self._is_told():
                # Home Assistant logs only the first failure.
                self.last_update_success = False
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="cannot_connect",
                translation_placeholders={"whom": PLEX_TV_NAME},
            ) from err
        # Drop the exception: it would keep the old response and data alive in memory.
        self.last_exception = None
        return data

    def _ask_later(self, error: PlexTvRateLimitError) -> None:
        """Wait as a limit of requests asks for, with an update that goes on."""
        wait = self._at_least_interval(error.retry_after)
        self.update_interval = timedelta(seconds=wait)

    def _at_least_interval(self, retry_after: float | None) -> float:
        """Return the seconds to wait: Retry-After may be a date in the past."""
        return max(retry_after or 0.0, spread(self._interval).total_seconds())

    def _rate_limited(self, seconds: float) -> UpdateFailed:
        """Return the error that a limit of requests means.

        Home Assistant rounds the time of its next poll down to a whole second.
        """
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="rate_limited",
            translation_placeholders={"whom": PLEX_TV_NAME},
            retry_after=seconds + 1,
        )


class TokenCoordinator[DataT](PlexCoordinator[DataT]):
    """Base of the coordinators of a token, which know whether plex.tv accepts it."""

    signed_in = True
    """Whether plex.tv accepted the token last."""
    _check: asyncio.Task[None] | None = None

    async def async_check_sign_in(self) -> bool:
        """Find out whether plex.tv accepts the token now; many callers ask once."""
        if self._check is None or self._check.done():
            self._check = self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{DOMAIN} checks a sign-in"
            )
        await asyncio.wait([self._check])
        return self.signed_in


@singleton(f"{DOMAIN}_rate_limit_pauses")
def rate_limit_pauses(hass: HomeAssistant) -> dict[tuple[str, str, str], float]:
    """Return until when an entry's coordinator sends no request, by the loop's clock.

    It outlives a set-up that failed, or each retry would send a request.
    """
    return {}


def spread(interval: timedelta) -> timedelta:
    """Vary an interval by chance."""
    return interval * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - no secret
