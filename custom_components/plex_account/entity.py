"""What all entities of a linked account share."""

from typing import TYPE_CHECKING

from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import PlexAccountCoordinator

if TYPE_CHECKING:
    from homeassistant.helpers.entity import EntityDescription


class PlexAccountEntity(CoordinatorEntity[PlexAccountCoordinator]):
    """An entity of the account's own device."""

    _attr_has_entity_name = True

    def __init__(
        self, coordinator: PlexAccountCoordinator, description: EntityDescription
    ) -> None:
        """Belong to the account's device, under a name that outlives the entry."""
        super().__init__(coordinator)
        self.entity_description = description
        uuid = coordinator.config_entry.unique_id
        self._attr_unique_id = f"{uuid}_{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, str(uuid))},
            entry_type=DeviceEntryType.SERVICE,
            manufacturer="Plex",
            model="plex.tv",
            name=coordinator.config_entry.title,
            configuration_url="https://app.plex.tv/desktop/#!/settings/account",
        )
