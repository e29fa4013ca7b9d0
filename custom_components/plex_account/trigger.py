"""Triggers of the automation editor that people look for at their devices.

Made with Home Assistant's own helpers, and few of them: that interface is young.
"""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import STATE_OFF, STATE_ON, Platform
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
    key: str, specs: Mapping[str, DomainSpec], state: str, *, primary: bool = True
) -> type[Trigger]:
    """Return a trigger for entities of ours that change to a state.

    Without `primary`, entities of a chosen device count although they are diagnostic.
    """
    return of_own_entities(
        make_entity_target_state_trigger(specs, state, primary_entities_only=primary),
        key,
    )


SignedInTrigger: type[Trigger] = _became(
    "signed_in", CONNECTIVITY, STATE_ON, primary=False
)


class SignInRestoredTrigger(SignedInTrigger):  # type: ignore[misc,valid-type] # made by a function
    """A trigger for a sign-in that was lost and is back.

    Linking an account again reloads it: in between, its entities are unavailable, and
    no state tells then that the sign-in was lost before.
    """

    _excluded_from_states = frozenset[str]()

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Know of no sign-in that is lost."""
        super().__init__(hass, config)
        self._lost: set[str] = set()

    @override
    def is_valid_state(self, state: State, *args: object) -> bool:
        """Remember every sign-in that is lost."""
        if state.state == STATE_OFF:
            self._lost.add(state.entity_id)
        return bool(super().is_valid_state(state, *args))

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Return whether the sign-in was lost until now."""
        was_lost = to_state.entity_id in self._lost or from_state.state == STATE_OFF
        self._lost.discard(to_state.entity_id)
        return was_lost


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "server_became_unreachable": _became("reachable", CONNECTIVITY, STATE_OFF),
    "server_became_reachable": _became("reachable", CONNECTIVITY, STATE_ON),
    "sign_in_lost": _became("signed_in", CONNECTIVITY, STATE_OFF, primary=False),
    "sign_in_restored": SignInRestoredTrigger,
    "route_became_relay": _became("route", ROUTE, "relay", primary=False),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by their keys."""
    return TRIGGERS
