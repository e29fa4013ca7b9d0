"""System health: whether plex.tv is reachable, and the state of the accounts."""

from typing import TYPE_CHECKING, Any

from homeassistant.components import system_health
from homeassistant.core import callback

from . import plex_tv
from .const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


@callback
def async_register(
    hass: HomeAssistant, register: system_health.SystemHealthRegistration
) -> None:
    """Register the system health information."""
    register.async_register_info(system_health_info)


async def system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return whether plex.tv can be reached, and the state of the linked accounts."""
    entries = hass.config_entries.async_loaded_entries(DOMAIN)
    accounts = [entry.runtime_data.account for entry in entries]
    last_success = [
        account.last_success for account in accounts if account.last_success
    ]
    return {
        "can_reach_plex_tv": system_health.async_check_can_reach_url(
            hass, str(plex_tv.PLEX_TV.api)
        ),
        "accounts_linked": len(hass.config_entries.async_entries(DOMAIN)),
        "accounts_signed_in": sum(account.signed_in for account in accounts),
        "last_success": max(last_success, default=None),
    }
