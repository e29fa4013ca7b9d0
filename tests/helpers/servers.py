"""The servers of a linked account as Home Assistant shows them."""

from typing import TYPE_CHECKING, Final

from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.plex_account.const import (
    CONF_FOLLOW,
    DOMAIN,
    FOLLOW_NONE,
    REACH_INTERVAL,
    SERVERS_INTERVAL,
)
from simulator import Fault

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from simulator import Simulator

    from .instance import Instance

# Options of an account without streams. A test that lets hours pass is faster without
# their pings, which arrive every ten seconds.
NO_STREAMS: Final = {CONF_FOLLOW: FOLLOW_NONE}
# Seconds: a tenth more than the interval, because of its jitter.
NEXT_LIST: Final = SERVERS_INTERVAL.total_seconds() * 1.11
NEXT_MEASUREMENT: Final = REACH_INTERVAL.total_seconds() * 1.11


async def lose_plex_tv(
    instance: Instance, plex_tv: Simulator, entry: ConfigEntry
) -> None:
    """Let plex.tv fail permanently, and wait until the account is unavailable."""
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    await instance.pass_time(NEXT_LIST)
    plex_pass = f"binary_sensor.{entry.title}_plex_pass"
    await instance.pass_time_until_shown(plex_pass, "unavailable")


class Servers:
    """Devices and states of an account's servers."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Use one account."""
        self._hass = hass
        self._entry = entry

    def devices(self) -> dict[str | None, dr.DeviceEntry]:
        """Return the devices of the servers by their name."""
        return {
            device.name: device
            for device in dr.async_entries_for_config_entry(
                dr.async_get(self._hass), self._entry.entry_id
            )
            if device.entry_type is None
        }

    def state(self, server: str, key: str, platform: str = "binary_sensor") -> str:
        """Return the state of a server's entity."""
        registry = er.async_get(self._hass)
        [(_, identifier)] = self.devices()[server].identifiers
        entity_id = registry.async_get_entity_id(
            platform, DOMAIN, f"{identifier}_{key}"
        )
        assert entity_id
        state = self._hass.states.get(entity_id)
        assert state
        return state.state
