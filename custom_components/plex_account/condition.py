"""Conditions of the automation editor that people look for at their devices.

Made with Home Assistant's own helpers, and few of them: that interface is young.
"""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import STATE_ON, Platform
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import Condition, make_entity_state_condition

from .entity import own_entities

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

CONNECTIVITY: Final[dict[str, DomainSpec]] = {
    Platform.BINARY_SENSOR: DomainSpec(
        device_class=BinarySensorDeviceClass.CONNECTIVITY
    )
}


def _is_on(key: str, *, primary: bool = True) -> type[Condition]:
    """Return a condition that binary sensors of ours are on."""
    made = make_entity_state_condition(
        CONNECTIVITY, STATE_ON, primary_entities_only=primary
    )

    class OwnEntityCondition(made):  # type: ignore[misc,valid-type] # made by a function
        """A condition of entities of ours."""

        @override
        def entity_filter(self, entities: set[str]) -> set[str]:
            """Leave out those of other integrations, which are of the same class."""
            return own_entities(self._hass, super().entity_filter(entities), key)

    return OwnEntityCondition


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "server_is_reachable": _is_on("reachable"),
    "account_is_signed_in": _is_on("signed_in", primary=False),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by their keys."""
    return CONDITIONS
