"""Code that is common to the triggers and conditions of the automation editor."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import Platform
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec

from .const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.helpers.condition import Condition
    from homeassistant.helpers.trigger import Trigger

CONNECTIVITY: Final[dict[str, DomainSpec]] = {
    Platform.BINARY_SENSOR: DomainSpec(
        device_class=BinarySensorDeviceClass.CONNECTIVITY
    )
}


def of_own_entities[T: (Trigger, Condition)](made: type[T], key: str) -> type[T]:
    """Restrict a trigger or condition of Home Assistant to this integration's entities.

    `key` is their translation key: other integrations have entities of the same class.
    """

    class OwnEntities(made):  # type: ignore[misc,valid-type] # made by a function
        """A trigger or condition for this integration's entities."""

        @override
        def entity_filter(self, entities: set[str]) -> set[str]:
            """Return only this integration's entities with the translation key."""
            registry = er.async_get(self._hass)
            return {
                entity_id
                for entity_id in super().entity_filter(entities)
                if (entry := registry.async_get(entity_id))
                and entry.platform == DOMAIN
                and entry.translation_key == key
            }

    return OwnEntities
