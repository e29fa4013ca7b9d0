"""Bad responses while a person links an account."""

from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests.helpers.clock import until_idle
from tests.helpers.dialogue import linked, placeholders
from tests.helpers.routes import PIN, PINS, SIGN_OUT, USER

from .bad_answers import REJECTED, each_bad_answer

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigFlowResult

    from .scenario import Scenario

# Seconds.
CODE_LIFETIME: Final = 901
# Seconds until the first poll is sent and has timed out.
FIRST_QUESTION: Final = 13
# Seconds until an account is linked without a request of the page.
NO_PAGE: Final = 11

GONE: Final = "404"
"""The response of plex.tv for a code that does not exist."""


LOADED = ConfigEntryState.LOADED


async def assert_links(scenario: Scenario) -> None:
    """Check that approving the code that is shown links the account."""
    await scenario.dialogue.approve()
    result = await scenario.dialogue.look()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(linked(scenario.hass)) == 1


def failed_step(bad: str) -> str:
    """Return the step of the form after a failure to create a code."""
    return "rate_limited" if bad.startswith("429") else "cannot_connect"


async def assert_offers_a_new_code(
    scenario: Scenario, form: ConfigFlowResult, bad: str
) -> None:
    """Check that a form shows the failure, and that the next code links."""
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, failed_step(bad))
    scenario.assert_unharmed()
    scenario.recover()
    shown = await scenario.dialogue.submit()
    assert shown["type"] is FlowResultType.SHOW_PROGRESS
    await assert_links(scenario)


@each_bad_answer
@pytest.mark.parametrize("way", ["code", "browser"])
async def test_making_a_code(scenario: Scenario, way: str, bad: str) -> None:
    """The dialogue shows the failure, and a retry works after the fault."""
    await scenario.inject("POST", PINS, bad)
    form = await scenario.dialogue.open(way)
    await assert_offers_a_new_code(scenario, form, bad)


@each_bad_answer
async def test_replacing_a_code(scenario: Scenario, bad: str) -> None:
    """The dialogue also recovers from a failure to replace an expired code."""
    await scenario.dialogue.open()
    await scenario.inject("POST", PINS, bad)
    await scenario.pass_time(CODE_LIFETIME)
    await scenario.pass_time_until(lambda: scenario.dialogue.step != "code")
    form = await scenario.dialogue.look()
    await assert_offers_a_new_code(scenario, form, bad)


@each_bad_answer
async def test_waiting(scenario: Scenario, bad: str) -> None:
    """The code stays on the screen, unless plex.tv responds that it does not exist."""
    shown = await scenario.dialogue.open()
    await scenario.inject("GET", PIN, bad)
    if bad == GONE:
        await scenario.pass_time_until(lambda: len(scenario.plex_tv.pins) == 2)
        scenario.recover()
        await scenario.pass_time_until(lambda: scenario.dialogue.calls)
        fresh = await scenario.dialogue.look()
        assert placeholders(fresh)["code"] != placeholders(shown)["code"]
    else:
        for _ in range(FIRST_QUESTION):
            await scenario.pass_time(1)
    assert scenario.dialogue.step == "code"
    scenario.assert_unharmed()
    scenario.recover()
    pins = len(scenario.plex_tv.pins)
    await assert_links(scenario)
    assert len(scenario.plex_tv.pins) == pins == (2 if bad == GONE else 1)


@each_bad_answer
async def test_finishing(scenario: Scenario, bad: str) -> None:
    """A token that a person approved is kept, unless plex.tv rejects it."""
    await scenario.dialogue.open()
    await scenario.dialogue.approve()
    await scenario.inject("GET", USER, bad)
    form = await scenario.dialogue.look()
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == ("rejected" if bad in REJECTED else "cannot_connect")
    assert not linked(scenario.hass)
    scenario.assert_unharmed()
    scenario.recover()
    result = await scenario.dialogue.submit()
    if bad in REJECTED:
        assert result["type"] is FlowResultType.SHOW_PROGRESS
        await assert_links(scenario)
    else:
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert len(scenario.plex_tv.pins) == 1


@each_bad_answer
async def test_finishing_without_a_page(scenario: Scenario, bad: str) -> None:
    """Without a page, linking is retried."""
    await scenario.dialogue.open()
    await scenario.dialogue.approve()
    await scenario.inject("GET", USER, bad)
    await scenario.pass_time(NO_PAGE)
    for _ in range(NO_PAGE):
        await scenario.pass_time(1)
    assert not linked(scenario.hass)
    assert scenario.dialogue.is_open
    scenario.assert_unharmed()
    scenario.recover()
    await scenario.pass_time_until(
        lambda: [entry.state for entry in linked(scenario.hass)] == [LOADED]
    )
    [entry] = linked(scenario.hass)
    assert entry.data[CONF_TOKEN] == scenario.plex_tv.pins[-1].token
    await scenario.hass.async_block_till_done()


@each_bad_answer
async def test_linking_again(scenario: Scenario, bad: str) -> None:
    """The old token is kept until the new one has been accepted."""
    entry = await scenario.link()
    form = await entry.start_reconfigure_flow(scenario.hass)
    await scenario.dialogue.choose(form["flow_id"])
    await scenario.dialogue.approve()
    await scenario.inject("GET", USER, bad)
    form = await scenario.dialogue.look()
    assert form["step_id"] == ("rejected" if bad in REJECTED else "cannot_connect")
    # plex.tv revokes the old token when the same device is approved again.
    assert entry.data == scenario.kept.pop(entry.entry_id)
    scenario.assert_unharmed()
    scenario.recover()
    if bad not in REJECTED:
        result = await scenario.dialogue.submit()
        assert result["reason"] == "reconfigure_successful"
        assert entry.data[CONF_TOKEN] == scenario.plex_tv.pins[-1].token
        # The entry is reloaded in the background.
        await scenario.pass_time_until(lambda: entry.state is LOADED)
        await until_idle()


@each_bad_answer
async def test_signing_out_what_nobody_keeps(scenario: Scenario, bad: str) -> None:
    """A failed sign-out of an unused token changes nothing."""
    await scenario.dialogue.open()
    await scenario.dialogue.approve()
    await scenario.inject_into_sign_out(SIGN_OUT, bad)
    scenario.dialogue.close()
    for _ in range(FIRST_QUESTION):
        await scenario.pass_time(1)
    assert not scenario.dialogue.is_open
    assert not linked(scenario.hass)
    scenario.assert_unharmed()
