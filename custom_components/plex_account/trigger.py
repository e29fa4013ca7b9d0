"""Triggers that the automation editor offers for devices.

There are few, and they use Home Assistant's own helpers, because that API is new and
may change.
"""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import (
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    Platform,
)
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import Trigger, make_entity_target_state_trigger

from .automation import CONNECTIVITY, of_own_entities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant, State
    from homeassistant.helpers.trigger import TriggerConfig

ROUTE: Final[dict[str, DomainSpec]] = {
    Platform.SENSOR: DomainSpec(device_class=SensorDeviceClass.ENUM)
}


def _became(
    key: str, specs: Mapping[str, DomainSpec], wanted: str, *, primary: bool = True
) -> type[Trigger]:
    """Return a trigger for this integration's entities that change to a state.

    Without `primary`, diagnostic entities of a chosen device count as well.
    """
    made = of_own_entities(
        make_entity_target_state_trigger(specs, wanted, primary_entities_only=primary),
        key,
    )
    not_different = frozenset({wanted, STATE_UNAVAILABLE, STATE_UNKNOWN})

    class BecameTrigger(made):  # type: ignore[misc,valid-type] # made by a function
        """A trigger that remembers which entities were in another state.

        While an account is reloaded, for example because it was linked again, its
        entities are unavailable. The trigger then uses the states before that.
        """

        _excluded_from_states = frozenset[str]()

        def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
            """Record the entities that are in another state now."""
            super().__init__(hass, config)
            self._were_different = {
                known.entity_id
                for known in hass.states.async_all(tuple(specs))
                if known.state not in not_different
            }

        @override
        def is_valid_state(self, state: State, *args: object) -> bool:
            """Return whether this is the wanted state; remember any other one."""
            valid = bool(super().is_valid_state(state, *args))
            if not valid:
                self._were_different.add(state.entity_id)
            return valid

        @override
        def is_valid_transition(self, from_state: State, to_state: State) -> bool:
            """Return whether the last known state was another one.

            Nothing is remembered of entities that were added or renamed after the
            trigger was set up.
            """
            was_different = (
                to_state.entity_id in self._were_different
                or from_state.state not in not_different
            )
            self._were_different.discard(to_state.entity_id)
            return was_different

    return BecameTrigger


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "server_became_unreachable": _became("reachable", CONNECTIVITY, STATE_OFF),
    "server_became_reachable": _became("reachable", CONNECTIVITY, STATE_ON),
    "sign_in_lost": _became("signed_in", CONNECTIVITY, STATE_OFF, primary=False),
    "sign_in_restored": _became("signed_in", CONNECTIVITY, STATE_ON, primary=False),
    "route_became_relay": _became("route", ROUTE, "relay", primary=False),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by their keys."""
    return TRIGGERS
