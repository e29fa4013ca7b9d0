"""Binary sensors of a linked account."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)

from .entity import PlexAccountEntity

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import PlexAccountConfigEntry
    from .plextv import Account

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PlexAccountBinarySensorEntityDescription(BinarySensorEntityDescription):
    """A yes or no about the account."""

    is_on_fn: Callable[[Account], bool]


BINARY_SENSORS = (
    PlexAccountBinarySensorEntityDescription(
        key="plex_pass",
        translation_key="plex_pass",
        is_on_fn=lambda account: account.subscription.active,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of one account."""
    async_add_entities(
        PlexAccountBinarySensor(entry.runtime_data, description)
        for description in BINARY_SENSORS
    )


class PlexAccountBinarySensor(PlexAccountEntity, BinarySensorEntity):
    """A yes or no about the account."""

    entity_description: PlexAccountBinarySensorEntityDescription

    @property
    @override
    def is_on(self) -> bool:
        """Return what plex.tv last told."""
        return self.entity_description.is_on_fn(self.coordinator.data)
