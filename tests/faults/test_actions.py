"""Bad responses to the requests of actions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.plex_account.const import DOMAIN
from tests.helpers.routes import DEVICE, DEVICES, SECTIONS

from .bad_answers import (
    ALL_BAD_ANSWERS,
    COMPLETE,
    READABLE,
    REJECTED,
    WRONG_CERTIFICATE,
    each_bad_answer,
)

if TYPE_CHECKING:
    from .scenario import Scenario

SIGNED_IN: Final = "binary_sensor.alice_attic_signed_in"

# The error of an action for each bad response; any other status is "refused".
WORDS: Final = {
    **dict.fromkeys(READABLE | {"deep", "truncated"}, "unreadable_answer"),
    **dict.fromkeys(("flood", "announced flood"), "answer_too_large"),
    **dict.fromkeys(("500", "502 page", "503"), "server_error"),
    **dict.fromkeys(("reset", "hang", "drip", WRONG_CERTIFICATE), "cannot_connect"),
    **dict.fromkeys([bad for bad in ALL_BAD_ANSWERS if "429" in bad], "rate_limited"),
}


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action, and the request that it sends."""

    name: str
    method: str
    route: str
    data: dict[str, Any]
    of_server: bool = False
    answers: bool = True
    fine: frozenset[str] = READABLE
    """The bad responses that the action accepts."""
    not_found: str = "not_found"
    """The error for the status 404."""

    def __str__(self) -> str:
        """Return the id of the action in a parametrized test."""
        return f"{self.name} {self.route}"

    async def start(self, scenario: Scenario) -> Any:  # noqa: ANN401 - any JSON
        """Call the action."""
        data = dict(self.data)
        if self.of_server:
            [entry] = scenario.hass.config_entries.async_entries(DOMAIN)
            devices = dr.async_entries_for_config_entry(
                dr.async_get(scenario.hass), entry.entry_id
            )
            [data["device_id"]] = [d.id for d in devices if d.name == "Attic"]
        call = scenario.hass.services.async_call(
            DOMAIN, self.name, data, blocking=True, return_response=self.answers
        )
        return await scenario.instance.in_time(call)


REQUEST: Final = Action(
    name="request", method="GET", route="/api/v2/user", data={"path": "/api/v2/user"}
)
ACTIONS: Final = (
    REQUEST,
    Action(
        name="request",
        method="GET",
        route=SECTIONS,
        data={"path": SECTIONS},
        of_server=True,
    ),
    Action(
        name="approve_code",
        method="PUT",
        route="/api/v2/pins/link",
        data={"code": "a1b2"},
        answers=False,
        fine=COMPLETE,
        not_found="code_not_found",
    ),
    Action(
        name="create_claim",
        method="GET",
        route="/api/claim/token",
        data={},
        fine=frozenset(),
    ),
    Action(
        name="get_devices",
        method="GET",
        route=DEVICES,
        data={},
        # The old route is requested then.
        fine=frozenset({"404", "410"}),
    ),
    Action(
        name="sign_out_device",
        method="DELETE",
        route=DEVICE,
        # alice's browser.
        data={"plex_device_id": "700000001"},
        answers=False,
        fine=COMPLETE,
        not_found="device_not_found",
    ),
)


@each_bad_answer
@pytest.mark.parametrize("action", ACTIONS, ids=str)
async def test_action(scenario: Scenario, action: Action, bad: str) -> None:
    """Only the action fails, with a translated error."""
    await scenario.link()
    attic = scenario.plex_tv.servers["Attic"] if action.of_server else None
    await scenario.inject(action.method, action.route, bad, attic)
    if bad in action.fine:
        answer = await action.start(scenario)
        assert (answer is not None) == action.answers
    else:
        with pytest.raises(HomeAssistantError) as failure:
            await action.start(scenario)
        said = action.not_found if bad == "404" else WORDS.get(bad, "refused")
        assert failure.value.translation_key == said
    assert scenario.is_state(SIGNED_IN, "on")
    assert not scenario.asks_to_sign_in
    scenario.assert_unharmed()
    scenario.recover()


@pytest.mark.allowed_logs("Authentication failed while fetching")
@pytest.mark.parametrize("bad", sorted(REJECTED))
async def test_a_lost_sign_in(scenario: Scenario, bad: str) -> None:
    """Only if plex.tv rejects everything does a reauthentication start."""
    await scenario.link()
    await scenario.inject("*", "*", bad)
    with pytest.raises(HomeAssistantError) as failure:
        await REQUEST.start(scenario)
    assert failure.value.translation_key == "signed_out"
    assert scenario.is_state(SIGNED_IN, "off")
    assert scenario.asks_to_sign_in
    scenario.assert_unharmed()
