"""Base classes of all coordinators: intervals, rate limits and errors."""

from abc import abstractmethod
import asyncio
from datetime import timedelta
import random
from typing import TYPE_CHECKING, Any, override

from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.singleton import singleton
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import CHECK_DELAY, DOMAIN, JITTER, LOGGER, PLEX_TV_NAME
from .plextv import (
    PlexTvAuthenticationError,
    PlexTvError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import CALLBACK_TYPE, HomeAssistant


class PlexCoordinator[DataT](DataUpdateCoordinator[DataT]):
    """Base of all coordinators, which handles intervals, rate limits and errors."""

    config_entry: ConfigEntry[Any]

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        *,
        name: str,
        interval: timedelta,
        part: str = "",
        is_logged: Callable[[], bool] = lambda: False,
    ) -> None:
        """Poll every `interval`, with jitter.

        If an entry has several coordinators of this class, each has its own `part`. A
        failure is not logged while `is_logged` is true: the account's coordinator has
        already logged it.
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
        self._is_logged = is_logged

    @abstractmethod
    async def _async_ask(self) -> DataT:
        """Request the data; raise PlexTvError if that fails."""

    @override
    async def _async_update_data(self) -> DataT:
        """Request the data, and convert errors of the client."""
        self.update_interval = with_jitter(self._interval)
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
            if self._is_logged():
                # Home Assistant only logs a failure that follows a success.
                self.last_update_success = False
            raise self._cannot_connect() from err
        # The exception would keep the old response and data in memory.
        self.last_exception = None
        return data

    @callback
    def async_keep_polling(self) -> CALLBACK_TYPE:
        """Poll even if a person has disabled all entities that are listeners."""
        return self.async_add_listener(lambda: None)

    def _delay_next_poll(self, error: PlexTvRateLimitError) -> None:
        """Delay the next poll after a rate limit, for an update that does not fail."""
        wait = self._at_least_interval(error.retry_after)
        self.update_interval = timedelta(seconds=wait)

    def _at_least_interval(self, retry_after: float | None) -> float:
        """Return the seconds to wait; Retry-After may be a date in the past."""
        return max(retry_after or 0.0, with_jitter(self._interval).total_seconds())

    def _cannot_connect(self) -> UpdateFailed:
        """Return the error for a failed poll."""
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="cannot_connect",
            translation_placeholders={"whom": PLEX_TV_NAME},
        )

    def _rate_limited(self, seconds: float) -> UpdateFailed:
        """Return the error for a rate limit.

        One second is added, because Home Assistant rounds the time of its next poll
        down to a whole second.
        """
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="rate_limited",
            translation_placeholders={"whom": PLEX_TV_NAME},
            retry_after=seconds + 1,
        )


class TokenCoordinator[DataT](PlexCoordinator[DataT]):
    """Base of the coordinators that also check whether plex.tv accepts a token."""

    signed_in = True
    """Whether plex.tv accepted the token in its last response."""
    _check: asyncio.Task[None] | None = None

    async def async_check_sign_in(self) -> bool:
        """Return whether plex.tv accepts the token now; callers share one check."""
        if self._check is None or self._check.done():
            self._check = self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{DOMAIN} checks a sign-in"
            )
        await asyncio.wait([self._check])
        return self.signed_in


async def async_with_confirmation[T](
    ask: Callable[[], Awaitable[T]], ask_another: Callable[[], Awaitable[object]]
) -> T:
    """Send a request, and one to another route if the first rejects the token.

    Raises PlexTvAuthenticationError only if both reject it, because plex.tv has
    responded with 401 to valid tokens.
    """
    try:
        return await ask()
    except PlexTvAuthenticationError as err:
        await asyncio.sleep(CHECK_DELAY)
        await ask_another()
        raise PlexTvResponseError(
            "Only one route of plex.tv rejects the token", status=err.status
        ) from err


@singleton(f"{DOMAIN}_rate_limit_pauses")
def rate_limit_pauses(hass: HomeAssistant) -> dict[tuple[str, str, str], float]:
    """Return the end of each coordinator's rate limit, by the event loop's clock.

    It is kept after a set-up that failed, because each retry would send a request.
    """
    return {}


def with_jitter(interval: timedelta) -> timedelta:
    """Return an interval with jitter."""
    return interval * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
