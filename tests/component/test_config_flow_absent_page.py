"""The config flow when its page is suspended or closed at the approval."""

from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.data_entry_flow import FlowResultType
import pytest

from simulator import Fault
from tests.helpers.clock import until
from tests.helpers.dialogue import Dialogue, linked
from tests.helpers.routes import USER

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.helpers.instance import Instance


async def test_no_page_is_needed(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """The account is linked after ten seconds; the flow ends some minutes later."""
    await dialogue.open()
    await dialogue.approve()
    await instance.pass_time(9)
    assert not linked(hass)
    await instance.pass_time(2)
    await until(lambda: linked(hass))
    await hass.async_block_till_done()
    [entry] = linked(hass)
    assert entry.unique_id == plex_tv.people["alice"].uuid
    for _ in range(40):
        await instance.pass_time(10)
    assert not dialogue.is_open
    assert len(linked(hass)) == 1
    assert plex_tv.token_is_valid(entry.data[CONF_TOKEN])


async def test_a_page_that_is_there_gets_its_success(
    hass: HomeAssistant, instance: Instance, dialogue: Dialogue
) -> None:
    """A page that fetches the step in time ends the flow; no import flow follows."""
    await dialogue.open()
    await dialogue.approve()
    await instance.pass_time(9)
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY
    calls = dialogue.calls
    for _ in range(31):
        await instance.pass_time(10)
    assert dialogue.calls == calls
    assert len(linked(hass)) == 1


async def test_a_page_that_comes_back_is_told(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """The page is notified until it fetches the step, which it may do twice."""
    await dialogue.open()
    await dialogue.approve()
    await instance.pass_time(10)
    await until(lambda: linked(hass))
    calls = dialogue.calls
    await instance.pass_time(10)
    await until(lambda: dialogue.calls > calls)
    for _ in range(2):
        form = await dialogue.look()
        assert form["type"] is FlowResultType.FORM
        assert form["step_id"] == "linked"
    result = await dialogue.submit()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "linked"
    assert len(linked(hass)) == 1
    token = dialogue.token
    assert plex_tv.token_is_valid(token)


@pytest.mark.parametrize("fault", [Fault.html(502), Fault.status(401)], ids=str)
async def test_plex_tv_stumbles_while_no_page_is_there(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    dialogue: Dialogue,
    fault: Fault,
) -> None:
    """The account is linked when plex.tv responds again."""
    await dialogue.open()
    await dialogue.approve()
    plex_tv.misbehave("GET", USER, fault)
    calls = dialogue.calls
    await instance.pass_time(10)
    await until(lambda: dialogue.calls > calls)
    assert not linked(hass)
    await instance.pass_time(10)
    await instance.pass_time_until(
        lambda: [entry.state for entry in linked(hass)] == [ConfigEntryState.LOADED]
    )


async def test_a_page_returns_to_an_account_that_was_linked_before(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """An account that is linked already is not linked twice; the page shows it."""
    await dialogue.open()
    await dialogue.approve()
    await dialogue.look()
    await dialogue.open()
    await dialogue.approve()
    calls = dialogue.calls
    await instance.pass_time(10)
    await until(lambda: dialogue.calls > calls)
    asked = len(plex_tv.seen("GET", USER))
    for _ in range(10):
        await instance.pass_time(10)
    # A final refusal is not retried.
    assert len(plex_tv.seen("GET", USER)) == asked
    result = await dialogue.look()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert len(linked(hass)) == 1
