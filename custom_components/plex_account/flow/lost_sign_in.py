"""Starts another reauthentication if a flow ends without one that succeeded."""

import asyncio
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import callback

from ..const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from ..runtime import PlexAccountConfigEntry

# Seconds until the reauthentication starts. A reload of the entry, which also ends its
# flows, has begun by then.
DELAY: Final = 1


@callback
def async_ask_again(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> None:
    """Start a reauthentication after a delay, if it is still needed then."""
    if entry.state is ConfigEntryState.LOADED:
        # The task ends with the entry: every set-up tries the token anyway.
        entry.async_create_background_task(
            hass, _async_ask_again(hass, entry), f"{DOMAIN} asks for a sign-in again"
        )


async def _async_ask_again(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> None:
    """Wait, then start a reauthentication if it is still needed."""
    await asyncio.sleep(DELAY)
    loaded = entry.state is ConfigEntryState.LOADED
    if loaded and not entry.runtime_data.account.signed_in:
        entry.async_start_reauth(hass)
