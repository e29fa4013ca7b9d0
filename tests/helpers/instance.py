"""Home Assistant in a test: time passes when the test says so."""

from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntryState

from . import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
    from homeassistant.core import HomeAssistant


class Instance:
    """A Home Assistant instance with the clock of a test."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        """Take over the clock."""
        self._hass = hass
        self._freezer = freezer

    async def pass_time(self, seconds: float) -> None:
        """Let time pass at once, and everything that was due by then happen."""
        await clock.pass_time(self._hass, self._freezer, seconds)

    async def pass_hours(self, hours: float) -> None:
        """Let hours pass, in steps that are shorter than any interval."""
        await clock.pass_hours(self._hass, self._freezer, hours)

    async def pass_time_until(self, condition: Callable[[], object]) -> None:
        """Let time pass bit by bit until something happened."""
        await clock.pass_time_until(self._hass, self._freezer, condition)

    async def pass_time_until_shown(self, entity_id: str, state: str) -> None:
        """Let time pass bit by bit until an entity has a state."""
        await self.pass_time_until(lambda: self.shows(entity_id, state))

    async def pass_time_until_loaded(self, entry: ConfigEntry) -> None:
        """Let time pass bit by bit until an entry is loaded."""
        await self.pass_time_until(lambda: entry.state is ConfigEntryState.LOADED)

    async def in_time[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Do something that takes its time, and let the time pass that it takes."""
        return await clock.in_time(self._hass, self._freezer, work)

    def shows(self, entity_id: str, state: str) -> bool:
        """Tell whether an entity has a state."""
        return self._hass.states.is_state(entity_id, state)

    @property
    def flows(self) -> list[ConfigFlowResult]:
        """All config flows in progress."""
        return self._hass.config_entries.flow.async_progress()

    async def set_up(self, entry: ConfigEntry) -> bool:
        """Set an entry up, and tell whether that worked."""
        entries = self._hass.config_entries
        return await self.in_time(entries.async_setup(entry.entry_id))

    async def reload(self, entry: ConfigEntry) -> bool:
        """Reload an entry, and tell whether that worked."""
        entries = self._hass.config_entries
        return await self.in_time(entries.async_reload(entry.entry_id))

    async def unload(self, entry: ConfigEntry) -> bool:
        """Unload an entry, and tell whether that worked."""
        entries = self._hass.config_entries
        return await self.in_time(entries.async_unload(entry.entry_id))

    async def remove(self, entry: ConfigEntry) -> None:
        """Remove an entry."""
        entries = self._hass.config_entries
        await self.in_time(entries.async_remove(entry.entry_id))
