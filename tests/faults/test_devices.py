"""Bad responses to the polling of the signed-in devices."""

from typing import TYPE_CHECKING, Final

from homeassistant.exceptions import HomeAssistantError
import pytest

from tests.helpers.routes import DEVICES, DEVICES_XML
from tests.helpers.signed_in_devices import COUNT, EVENT, NEXT_LIST, SignedInDevices

from .bad_answers import ALL_BAD_ANSWERS, WRONG_CERTIFICATE
from .test_actions import ACTIONS, WORDS

if TYPE_CHECKING:
    from .scenario import Scenario

PLEX_PASS: Final = "binary_sensor.alice_attic_plex_pass"
SIGNED_IN: Final = "binary_sensor.alice_attic_signed_in"
# The old route is requested then.
OF_THE_OTHER_ROUTE: Final = frozenset({"404", "410"})


@pytest.mark.allowed_logs("Error fetching Signed-in devices")
@pytest.mark.parametrize(
    "bad", [bad for bad in ALL_BAD_ANSWERS if bad != WRONG_CERTIFICATE]
)
async def test_poll(scenario: Scenario, bad: str) -> None:
    """Only the two entities of the devices are unavailable, and no event is sent."""
    entry = await scenario.link()
    signed_in = SignedInDevices(scenario.instance, entry)
    await signed_in.turn(EVENT, COUNT)
    await scenario.inject("GET", DEVICES, bad)
    for _ in range(2):
        await scenario.pass_time(NEXT_LIST)
        for _ in range(3):
            await scenario.pass_time(5)
        state = "4" if bad in OF_THE_OTHER_ROUTE else "unavailable"
        assert scenario.is_state(COUNT, state)
    assert scenario.is_state(PLEX_PASS, "on")
    assert scenario.is_state(SIGNED_IN, "on")
    assert not scenario.asks_to_sign_in
    scenario.assert_unharmed()
    scenario.recover()
    await scenario.pass_time(NEXT_LIST)
    await scenario.pass_time_until(lambda: scenario.is_state(COUNT, "4"))
    await signed_in.next_list()
    assert scenario.is_state(EVENT, "unknown")
    assert not signed_in.events


# With the wrong certificate, the 404 of the new route would not arrive.
@pytest.mark.parametrize(
    "bad", [bad for bad in ALL_BAD_ANSWERS if bad != WRONG_CERTIFICATE]
)
async def test_the_old_list(scenario: Scenario, bad: str) -> None:
    """A bad response of the old route is an error as well."""
    await scenario.link()
    await scenario.inject("GET", DEVICES, "404")
    await scenario.inject("GET", DEVICES_XML, bad)
    [action] = [action for action in ACTIONS if action.name == "get_devices"]
    with pytest.raises(HomeAssistantError) as failure:
        await action.start(scenario)
    said = "not_found" if bad == "404" else WORDS.get(bad, "refused")
    assert failure.value.translation_key == said
    assert scenario.is_state(SIGNED_IN, "on")
    assert not scenario.asks_to_sign_in
    scenario.assert_unharmed()
    scenario.recover()
