"""The entities of signed-in devices, which are disabled by default."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import RELOAD_AFTER_UPDATE_DELAY
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er

from custom_components.plex_account.const import DEVICES_INTERVAL

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import Event

    from .instance import Instance

EVENT: Final = "event.alice_attic_signed_in_devices"
COUNT: Final = "sensor.alice_attic_devices_signed_in"
# Seconds: a tenth more than the interval, because of its jitter.
NEXT_LIST: Final = DEVICES_INTERVAL.total_seconds() * 1.11


class SignedInDevices:
    """Turns the entities on and off, and records their events."""

    def __init__(self, instance: Instance, entry: ConfigEntry) -> None:
        """Record the events of alice's account."""
        self._instance = instance
        self._entry = entry
        self.events: list[tuple[str, dict[str, Any]]] = []
        """Type and attributes of each."""
        instance.hass.bus.async_listen(EVENT_STATE_CHANGED, self._record)

    @callback
    def _record(self, event: Event[Any]) -> None:
        """Record an event for which the trigger `event.received` fires."""
        old, new = event.data["old_state"], event.data["new_state"]
        if (
            event.data["entity_id"] != EVENT
            or not old
            or not new
            or STATE_UNAVAILABLE in {old.state, new.state}
            or old.state == new.state
        ):
            return
        names = ("plex_device_id", "name", "product", "platform")
        attributes = {
            name: new.attributes[name] for name in names if name in new.attributes
        }
        self.events.append((new.attributes["event_type"], attributes))

    async def turn(self, *entity_ids: str, on: bool = True) -> None:
        """Turn entities on or off; Home Assistant reloads the entry to turn them on."""
        by = None if on else er.RegistryEntryDisabler.USER
        for entity_id in entity_ids:
            er.async_get(self._instance.hass).async_update_entity(
                entity_id, disabled_by=by
            )
        await self._instance.pass_time(RELOAD_AFTER_UPDATE_DELAY + 1)
        await self._loaded()

    async def restart(self) -> None:
        """Load the entry again, as a restart does."""
        assert await self._instance.reload(self._entry)
        await self._loaded()

    async def _loaded(self) -> None:
        """Wait until the entry is loaded, and its data is stored."""
        await self._instance.pass_time_until_loaded(self._entry)
        await self._instance.pass_time(2)

    async def next_list(self) -> None:
        """Let time pass until plex.tv was polled again."""
        await self._instance.pass_time(NEXT_LIST)
        await self._instance.pass_time(2)
