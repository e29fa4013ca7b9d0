"""Diagnostics to attach to a bug report: counts and kinds, no private data."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntryState

from .home_user import LEFT_HOME, PIN_NEEDED

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .authorized_devices import AuthorizedDevicesCoordinator
    from .coordinator import PlexAccountCoordinator
    from .home_users import HomeUsers
    from .live import PlexLive
    from .plextv import Account
    from .runtime import LinkedServer, PlexAccountConfigEntry
    from .watchlist import WatchlistCoordinator


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PlexAccountConfigEntry
) -> dict[str, Any]:
    """Return diagnostics, in which each field is listed explicitly (an allow-list)."""
    diagnostics: dict[str, Any] = {
        "entry": {
            "version": entry.version,
            "minor_version": entry.minor_version,
            "source": entry.source,
            "options": sorted(entry.options),
            "state": entry.state.value,
            "reason": entry.error_reason_translation_key,
        }
    }
    if entry.state is not ConfigEntryState.LOADED:
        return diagnostics
    runtime = entry.runtime_data
    return diagnostics | {
        "plex_tv": _plex_tv(runtime.account),
        "account": _account(runtime.account.data.account),
        "servers": [
            _server(server) | _feed(runtime.live, server)
            for server in runtime.servers().values()
        ],
        "servers_left_out": runtime.account.data.servers_left_out,
        "signed_in_devices": _devices(runtime.devices),
        "home_users": _home_users(runtime.home_users),
        "watchlist": _watchlist(runtime.watchlist)
        | {"on_servers": len(runtime.availability.servers())},
    }


def _plex_tv(coordinator: PlexAccountCoordinator) -> dict[str, Any]:
    """Describe the last poll of plex.tv."""
    success = coordinator.last_update_success
    error = None if success else coordinator.last_exception
    return {
        "signed_in": coordinator.signed_in,
        "last_update_success": success,
        "last_error": type(error).__name__ if error else None,
        "cause": type(error.__cause__).__name__ if error else None,
    }


def _account(account: Account | None) -> dict[str, Any] | None:
    """Describe the account."""
    if account is None:
        return None
    return {
        "managed": account.username is None,
        "plex_pass": account.subscription.active,
        "features": len(account.subscription.features),
    }


def _server(linked: LinkedServer) -> dict[str, Any]:
    """Describe a server."""
    server = linked.server
    kinds = (
        f"{connection.route} {'https' if connection.secure else 'http'}"
        for connection in server.connections
    )
    return {
        "owned": server.owned,
        "version": server.version,
        "platform": server.platform,
        "presence": server.presence,
        "has_token": server.token is not None,
        "connections": Counter(kinds),
        "route": linked.route,
    }


def _devices(coordinator: AuthorizedDevicesCoordinator) -> dict[str, Any]:
    """Describe the list of signed-in devices, which is only read for entities."""
    devices = coordinator.data
    return {
        "last_update_success": coordinator.last_update_success,
        "count": None if devices is None else len(devices),
    }


def _watchlist(coordinator: WatchlistCoordinator) -> dict[str, Any]:
    """Describe the last poll of the watchlist."""
    data = coordinator.data
    kinds = Counter(title.kind for title in data.titles or ())
    return {
        "last_update_success": coordinator.last_update_success,
        "allowed": data.allowed,
        "titles": None if data.titles is None else dict(kinds),
    }


def _home_users(users: HomeUsers) -> dict[str, int]:
    """Count the Home users."""
    loaded = users.loaded.values()
    return {
        "count": len(loaded),
        "signed_in": sum(user.coordinator.signed_in for user in loaded),
        "need_pin": sum(user.coordinator.problem == PIN_NEEDED for user in loaded),
        "left_home": sum(user.coordinator.problem == LEFT_HOME for user in loaded),
        "with_watchlist": sum(
            user.watchlist.data.titles is not None for user in loaded
        ),
    }


def _feed(live: PlexLive, linked: LinkedServer) -> dict[str, Any]:
    """Describe the notification stream of a server."""
    if not live.follows(linked.server):
        return {"stream": "off"}
    feed = live.feed(linked.server.client_identifier)
    return {
        "stream": "open" if feed.open else "waiting",
        "sessions": None if feed.sessions is None else len(feed.sessions),
    }
