"""What a person can attach to a report: counts and kinds, nothing about the person."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from .sensor import NO_ROUTE

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .coordinator import PlexAccountConfigEntry


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PlexAccountConfigEntry
) -> dict[str, Any]:
    """Tell how the account fares; each line here was chosen, so nothing slips in."""
    runtime = entry.runtime_data
    data = runtime.account.data
    error = (
        None if runtime.account.last_update_success else runtime.account.last_exception
    )
    return {
        "entry": {
            "version": entry.version,
            "minor_version": entry.minor_version,
            "source": entry.source,
            "options": sorted(entry.options),
        },
        "plex_tv": {
            "signed_in": runtime.account.signed_in,
            "last_update_success": runtime.account.last_update_success,
            "last_error": type(error).__name__ if error else None,
            "cause": type(error.__cause__).__name__ if error else None,
        },
        "account": {
            "managed": data.account.username is None,
            "plex_pass": data.account.subscription.active,
            "features": len(data.account.subscription.features),
        }
        if data
        else None,
        "servers": [
            {
                "owned": server.owned,
                "version": server.version,
                "platform": server.platform,
                "presence": server.presence,
                "has_token": server.token is not None,
                "connections": Counter(
                    f"{connection.route} {'https' if connection.secure else 'http'}"
                    for connection in server.connections
                ),
                "route": answering.route
                if (answering := runtime.reach.data.get(identifier))
                else NO_ROUTE,
            }
            for identifier, server in runtime.account.servers.items()
        ],
    }
