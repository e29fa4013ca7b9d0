"""The devices of an account's servers: they come and go with plex.tv's list."""

from typing import TYPE_CHECKING

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr

from .entity import account_device, server_identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import PlexAccountConfigEntry
    from .entity import PlexServerEntity
    from .plextv import Server

type MakeEntities = Callable[[Server], Iterable[PlexServerEntity]]


@callback
def async_keep_devices(hass: HomeAssistant, entry: PlexAccountConfigEntry) -> None:
    """Keep the account's device, and those of just the servers that it has."""
    registry = dr.async_get(hass)
    registry.async_get_or_create(
        config_entry_id=entry.entry_id, **account_device(entry)
    )
    account = entry.runtime_data.account

    @callback
    def keep() -> None:
        """Drop the devices of servers that are gone, and update the others."""
        if not account.last_update_success:
            return
        servers = {
            server_identifier(entry, server.client_identifier): server
            for server in account.servers.values()
        }
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
            [(_, identifier)] = device.identifiers
            if server := servers.get(identifier):
                registry.async_update_device(
                    device.id, name=server.name, sw_version=server.version
                )
            elif identifier != entry.unique_id:
                registry.async_remove_device(device.id)

    keep()
    entry.async_on_unload(account.async_add_listener(keep))


@callback
def async_follow_servers(
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make_entities: MakeEntities,
) -> None:
    """Add a platform's entities for every server, now and whenever one appears."""
    account = entry.runtime_data.account
    known: set[str] = set()

    @callback
    def follow() -> None:
        """Add what is new, and forget what is gone so that it may come back."""
        new = [server for key, server in account.servers.items() if key not in known]
        known.clear()
        known.update(account.servers)
        async_add_entities(entity for server in new for entity in make_entities(server))

    follow()
    entry.async_on_unload(account.async_add_listener(follow))
