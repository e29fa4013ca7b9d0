"""Conditions that the automation editor offers for devices.

There are few, and they use Home Assistant's own helpers, because that API is new and
may change.
"""

from typing import TYPE_CHECKING, Final

from homeassistant.const import STATE_ON
from homeassistant.helpers.condition import Condition, make_entity_state_condition

from .automation import CONNECTIVITY, of_own_entities

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


def _is_on(key: str, *, primary: bool = True) -> type[Condition]:
    """Return a condition that this integration's binary sensors are on."""
    return of_own_entities(
        make_entity_state_condition(
            CONNECTIVITY, STATE_ON, primary_entities_only=primary
        ),
        key,
    )


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "server_is_reachable": _is_on("reachable"),
    "account_is_signed_in": _is_on("signed_in", primary=False),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by their keys."""
    return CONDITIONS
