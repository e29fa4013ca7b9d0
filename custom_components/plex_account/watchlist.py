"""The coordinator of a watchlist, which shows changes immediately."""

import asyncio
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.core import callback

from .const import (
    LOGGER,
    WATCHLIST_CHECK_DELAY,
    WATCHLIST_INTERVAL,
    WHOLE_WATCHLIST_INTERVAL,
)
from .plextv import PlexTvError, PlexTvResponseError, Title
from .polling import PlexCoordinator, with_jitter

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.config_entries import ConfigEntry, ConfigSubentry
    from homeassistant.core import HomeAssistant

    from .plextv import TitleList, Watchlist

# Statuses with which Discover rejects users who may not use it, such as many managed
# users. None of them means that the token is invalid.
REFUSALS: Final = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
)
# Reads after a change that may still return the list from before the change.
STALE_READINGS: Final = 1
# Seconds for which a change is shown before it is undone.
MIN_SHOW_TIME: Final = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchlistData:
    """The list as it is shown, including changes that are not confirmed yet."""

    titles: tuple[Title, ...] | None = None
    """The one that was added last comes first; None until the list was read."""
    allowed: bool = True
    """Whether the account may have a watchlist, as of the last response."""


@dataclass(kw_only=True, slots=True)
class _Change:
    """A change that no read of the list has confirmed yet."""

    title: Title
    on_list: bool
    """Whether the title is to be on the list."""
    made: bool = False
    """Whether Plex has accepted it."""
    stale_readings: int = STALE_READINGS


class WatchlistCoordinator(PlexCoordinator[WatchlistData]):
    """Reads the watchlist and changes it.

    Its failures do not affect the account.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        watchlist: Watchlist,
        *,
        user: ConfigSubentry | None = None,
        is_logged: Callable[[], bool] = lambda: False,
    ) -> None:
        """Prepare for the list of an account, or of a Home user."""
        whose = f" of {user.title}" if user else ""
        super().__init__(
            hass,
            entry,
            name=f"Plex account {entry.title}: watchlist{whose}",
            interval=WATCHLIST_INTERVAL,
            part=user.subentry_id if user else "",
            is_logged=is_logged,
        )
        self.data = WatchlistData()
        self._watchlist = watchlist
        self._read: TitleList | None = None
        self._whole_due = hass.loop.time()
        self._changes: dict[str, _Change] = {}
        self._changing = asyncio.Lock()

    async def async_search(self, typed: str) -> tuple[Title, ...]:
        """Return the titles that a person may mean: one if the match is clear."""
        return await self._watchlist.search(typed)

    async def async_add(self, title: Title) -> None:
        """Add a title to the list; raise PlexTvError if Plex rejects it."""
        await self._async_change(_Change(title=title, on_list=True))

    async def async_remove(self, title: Title) -> None:
        """Remove a title from the list; raise PlexTvError if Plex rejects it."""
        await self._async_change(_Change(title=title, on_list=False))

    @override
    async def _async_ask(self) -> WatchlistData:
        """Read the list, and compare it with earlier changes."""
        made = [change for change in self._changes.values() if change.made]
        try:
            self._read = await self._async_read()
        except PlexTvResponseError as err:
            if err.status not in REFUSALS:
                raise
            LOGGER.debug("No watchlist: Discover answered %s", err.status)
            if self.data.titles is None:
                self.update_interval = with_jitter(WHOLE_WATCHLIST_INTERVAL)
            return replace(self.data, allowed=False)
        self._settle(made)
        if self._changes:
            self.update_interval = WATCHLIST_CHECK_DELAY
        return WatchlistData(titles=self._shown())

    async def _async_read(self) -> TitleList:
        """Read the list, in full only if that is due."""
        if self._changes:
            return await self._watchlist.read(expected=self.data.titles)
        now = self.hass.loop.time()
        known = self._read if now < self._whole_due else None
        read = await self._watchlist.read(known)
        if known is None:
            self._whole_due = (
                now + with_jitter(WHOLE_WATCHLIST_INTERVAL).total_seconds()
            )
        return read

    async def _async_change(self, change: _Change) -> None:
        """Show a change immediately, send it, and undo it if that fails."""
        key = change.title.key
        # Moved to the end, so that the title that was added last is shown first.
        self._changes.pop(key, None)
        self._changes[key] = change
        self._async_show()
        make = self._watchlist.add if change.on_list else self._watchlist.remove
        try:
            async with self._changing:
                await make(change.title)
            change.made = True
        except PlexTvError:
            # If the frontend gets both updates at once, the item stays checked.
            await asyncio.sleep(MIN_SHOW_TIME)
            raise
        finally:
            if not change.made and self._changes.get(key) is change:
                del self._changes[key]
                self._async_show()

    def _settle(self, made: list[_Change]) -> None:
        """Drop changes that the list confirms, or does not confirm a second time."""
        on_list = {title.key for title in self._read.titles} if self._read else set()
        for change in made:
            key = change.title.key
            if self._changes.get(key) is not change:
                continue
            if (key in on_list) is change.on_list or not change.stale_readings:
                del self._changes[key]
            change.stale_readings -= 1

    def _shown(self) -> tuple[Title, ...]:
        """Return the list as it was read, with the changes since."""
        read = self._read.titles if self._read else ()
        known = {title.key for title in read}
        changes = self._changes
        added = [
            change.title
            for key, change in reversed(changes.items())
            if change.on_list and key not in known
        ]
        return (
            *added,
            *(
                one
                for one in read
                if one.key not in changes or changes[one.key].on_list
            ),
        )

    @callback
    def _async_show(self) -> None:
        """Update the entities, and schedule a read that verifies the change."""
        self.update_interval = WATCHLIST_CHECK_DELAY
        self.async_set_updated_data(WatchlistData(titles=self._shown()))
