"""Home Assistant in a test that controls the time."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntryState
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .clock import PATIENCE, real_time, until_idle

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
    from homeassistant.core import HomeAssistant

# Seconds.
STEP: Final = 240


class Instance:
    """A Home Assistant instance with the clock of a test."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        """Take over the clock."""
        self.hass = hass
        self.freezer = freezer

    async def pass_time(self, seconds: float) -> None:
        """Move the clock in one step, and run everything that is due by then."""
        await until_idle()
        self.freezer.tick(seconds)
        async_fire_time_changed(self.hass)
        await until_idle()

    async def pass_hours(self, hours: float) -> None:
        """Let hours pass, in steps that are shorter than any interval."""
        for _ in range(round(hours * 60 * 60 / STEP)):
            await self.pass_time(STEP)

    async def pass_time_until(self, condition: Callable[[], object]) -> None:
        """Let time pass in small steps until a condition is true."""
        deadline = real_time() + PATIENCE
        await until_idle()
        while not condition():
            assert real_time() < deadline, "it never happened"
            await self.pass_time(0.5)

    async def pass_time_until_shown(self, entity_id: str, state: str) -> None:
        """Let time pass in small steps until an entity has a state."""
        await self.pass_time_until(lambda: self.shows(entity_id, state))

    async def pass_time_until_loaded(self, entry: ConfigEntry) -> None:
        """Let time pass in small steps until an entry is loaded."""
        await self.pass_time_until(lambda: entry.state is ConfigEntryState.LOADED)

    async def in_time[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Await work that takes time, and let that time pass."""
        task = self.hass.async_create_background_task(work, "a test's own")
        await self.pass_time_until(task.done)
        return await task

    def shows(self, entity_id: str, state: str) -> bool:
        """Return whether an entity has a state."""
        return self.hass.states.is_state(entity_id, state)

    @property
    def flows(self) -> list[ConfigFlowResult]:
        """All config flows in progress."""
        return self.hass.config_entries.flow.async_progress()

    async def set_up(self, entry: ConfigEntry) -> bool:
        """Set an entry up, and return whether that worked."""
        entries = self.hass.config_entries
        return await self.in_time(entries.async_setup(entry.entry_id))

    async def reload(self, entry: ConfigEntry) -> bool:
        """Reload an entry, and return whether that worked."""
        entries = self.hass.config_entries
        return await self.in_time(entries.async_reload(entry.entry_id))

    async def unload(self, entry: ConfigEntry) -> bool:
        """Unload an entry, and return whether that worked."""
        entries = self.hass.config_entries
        return await self.in_time(entries.async_unload(entry.entry_id))

    async def remove(self, entry: ConfigEntry) -> None:
        """Remove an entry."""
        entries = self.hass.config_entries
        await self.in_time(entries.async_remove(entry.entry_id))
