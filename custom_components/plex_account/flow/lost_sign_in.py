"""Starts another reauthentication if a flow ends and the sign-in is still lost."""

import asyncio
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import callback

from ..const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from ..runtime import PlexAccountConfigEntry

# Seconds until it is asked for again. A reload of the entry, which ends its dialogues
# as well, has begun by then.
DELAY: Final = 1


@callback
def async_ask_again(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> None:
    """Start a reauthentication soon, if the sign-in is still lost by then."""
    if entry.state is ConfigEntryState.LOADED:
        # The task ends with the entry: every set-up tries the token anyway.
        entry.async_create_background_task(
            hass, _async_ask_again(hass, entry), f"{DOMAIN} asks for a sign-in again"
        )


async def _async_ask_again(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> None:
    """Wait, and start a reauthentication if it is needed."""
    await asyncio.sleep(DELAY)
    loaded = entry.state is ConfigEntryState.LOADED
    if loaded and not entry.runtime_data.account.signed_in:
        entry.async_start_reauth(hass)
