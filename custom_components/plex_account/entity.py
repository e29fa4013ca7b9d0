"""What the entities of a linked account and of its servers share."""

from typing import TYPE_CHECKING, override

from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import PlexAccountCoordinator, PlexReachCoordinator

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity import EntityDescription

    from .coordinator import PlexAccountConfigEntry
    from .plextv import Connection, Server


def account_device(entry: PlexAccountConfigEntry) -> DeviceInfo:
    """Describe the account as a device."""
    return DeviceInfo(
        identifiers={(DOMAIN, str(entry.unique_id))},
        entry_type=DeviceEntryType.SERVICE,
        manufacturer="Plex",
        model="Plex account",
        name=entry.title,
        configuration_url="https://app.plex.tv/desktop/#!/settings/account",
    )


def server_identifier(entry: PlexAccountConfigEntry, server: str) -> str:
    """Name one server of one account, for two linked accounts may share a server."""
    return f"{entry.unique_id}_{server}"


class PlexAccountEntity(CoordinatorEntity[PlexAccountCoordinator]):
    """An entity of the account's own device."""

    _attr_has_entity_name = True

    def __init__(
        self, entry: PlexAccountConfigEntry, description: EntityDescription
    ) -> None:
        """Belong to the account's device, under a name that outlives the entry."""
        super().__init__(entry.runtime_data.account)
        self.entity_description = description
        self._attr_unique_id = f"{entry.unique_id}_{description.key}"
        self._attr_device_info = account_device(entry)


class PlexServerEntity(CoordinatorEntity[PlexReachCoordinator]):
    """An entity of a server's device."""

    _attr_has_entity_name = True

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexAccountConfigEntry,
        server: Server,
        description: EntityDescription,
    ) -> None:
        """Belong to the server's device, which belongs to the account's."""
        super().__init__(entry.runtime_data.reach)
        self._account = entry.runtime_data.account
        self._server_id = server.client_identifier
        self.entity_description = description
        identifier = server_identifier(entry, self._server_id)
        self._attr_unique_id = f"{identifier}_{description.key}"
        account_device_entry = dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, **account_device(entry)
        )
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, identifier)},
            manufacturer="Plex",
            model="Plex Media Server",
            name=server.name,
            sw_version=server.version,
            via_device_id=account_device_entry.id,
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what plex.tv tells as well as what was measured."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._account.async_add_listener(self._handle_coordinator_update)
        )

    @property
    def server(self) -> Server | None:
        """The server as plex.tv last told, if the account still has it."""
        return self._account.servers.get(self._server_id)

    @property
    def connection(self) -> Connection | None:
        """The connection over which the server answers, if any."""
        return self.coordinator.data.get(self._server_id)

    @property
    @override
    def available(self) -> bool:
        """Whether the server was measured; plex.tv need not answer for that."""
        return self.server is not None and self._server_id in self.coordinator.data
