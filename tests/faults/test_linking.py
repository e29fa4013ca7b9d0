"""Bad answers while a person links an account."""

from typing import TYPE_CHECKING, Final

from homeassistant.const import CONF_TOKEN
from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests import settle
from tests.dialogue import PIN, PINS, linked, placeholders

from .bad_answers import REJECTED, each_bad_answer

if TYPE_CHECKING:
    from .world import World

USER: Final = "/api/v2/user"
SIGN_OUT: Final = "/api/v2/users/signout"
# Seconds.
CODE_LIFETIME: Final = 901
# Seconds in which the first question is asked, and given up by whoever hears nothing.
FIRST_QUESTION: Final = 13
# Until an account is linked although no page asks for it.
NO_PAGE: Final = 11

GONE: Final = "404"
"""What plex.tv says of a code that it does not know."""


async def assert_links(world: World) -> None:
    """Check that approving the code that is shown is all that it takes."""
    await world.dialogue.approve()
    result = await world.dialogue.look()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(linked(world.hass)) == 1


@each_bad_answer
@pytest.mark.parametrize("door", ["code", "browser"])
async def test_making_a_code(world: World, door: str, bad: str) -> None:
    """The person is told, and tries again when plex.tv is well."""
    await world.strike("POST", PINS, bad)
    form = await world.dialogue.open(door)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "cannot_connect")
    world.assert_unharmed()
    world.calm()
    shown = await world.dialogue.submit()
    assert shown["type"] is FlowResultType.SHOW_PROGRESS
    await assert_links(world)


@each_bad_answer
async def test_replacing_a_code(world: World, bad: str) -> None:
    """It is the same when the code expired meanwhile."""
    await world.dialogue.open()
    await world.strike("POST", PINS, bad)
    await world.pass_time(CODE_LIFETIME)
    await world.pass_time_until(lambda: world.dialogue.step != "code")
    form = await world.dialogue.look()
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "cannot_connect")
    world.assert_unharmed()
    world.calm()
    shown = await world.dialogue.submit()
    assert shown["type"] is FlowResultType.SHOW_PROGRESS
    await assert_links(world)


@each_bad_answer
async def test_waiting(world: World, bad: str) -> None:
    """The code stays on the screen, unless plex.tv says that it is gone."""
    shown = await world.dialogue.open()
    await world.strike("GET", PIN, bad)
    if bad == GONE:
        await world.pass_time_until(lambda: len(world.plex_tv.pins) == 2)
        world.calm()
        await world.pass_time_until(lambda: world.dialogue.calls)
        fresh = await world.dialogue.look()
        assert placeholders(fresh)["code"] != placeholders(shown)["code"]
    else:
        for _ in range(FIRST_QUESTION):
            await world.pass_time(1)
    assert world.dialogue.step == "code"
    world.assert_unharmed()
    world.calm()
    pins = len(world.plex_tv.pins)
    await assert_links(world)
    assert len(world.plex_tv.pins) == pins == (2 if bad == GONE else 1)


@each_bad_answer
async def test_finishing(world: World, bad: str) -> None:
    """A token that a person approved is kept, unless plex.tv itself rejects it."""
    await world.dialogue.open()
    await world.dialogue.approve()
    await world.strike("GET", USER, bad)
    form = await world.dialogue.look()
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == ("rejected" if bad in REJECTED else "cannot_connect")
    assert not linked(world.hass)
    world.assert_unharmed()
    world.calm()
    result = await world.dialogue.submit()
    if bad in REJECTED:
        assert result["type"] is FlowResultType.SHOW_PROGRESS
        await assert_links(world)
    else:
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert len(world.plex_tv.pins) == 1


@each_bad_answer
async def test_finishing_without_a_page(world: World, bad: str) -> None:
    """It is tried again as long as the page may come back."""
    await world.dialogue.open()
    await world.dialogue.approve()
    await world.strike("GET", USER, bad)
    await world.pass_time(NO_PAGE)
    for _ in range(NO_PAGE):
        await world.pass_time(1)
    assert not linked(world.hass)
    assert world.dialogue.is_open
    world.assert_unharmed()
    world.calm()
    await world.pass_time_until(lambda: linked(world.hass))
    [entry] = linked(world.hass)
    assert entry.data[CONF_TOKEN] == world.plex_tv.pins[-1].token
    await world.hass.async_block_till_done()


@each_bad_answer
async def test_linking_again(world: World, bad: str) -> None:
    """The old token is kept until the fresh one has proved good."""
    entry = await world.link()
    menu = await entry.start_reconfigure_flow(world.hass)
    await world.dialogue.choose(menu["flow_id"])
    await world.dialogue.approve()
    await world.strike("GET", USER, bad)
    form = await world.dialogue.look()
    assert form["step_id"] == ("rejected" if bad in REJECTED else "cannot_connect")
    # plex.tv forgot the old token when the same device was approved once more.
    assert entry.data == world.kept.pop(entry.entry_id)
    world.assert_unharmed()
    world.calm()
    if bad not in REJECTED:
        result = await world.dialogue.submit()
        assert result["reason"] == "reconfigure_successful"
        assert entry.data[CONF_TOKEN] == world.plex_tv.pins[-1].token
        await settle(world.hass)


@each_bad_answer
async def test_signing_out_what_nobody_keeps(world: World, bad: str) -> None:
    """It is a courtesy, and plex.tv may be away for it."""
    await world.dialogue.open()
    await world.dialogue.approve()
    await world.strike("DELETE", SIGN_OUT, bad)
    world.dialogue.close()
    for _ in range(FIRST_QUESTION):
        await world.pass_time(1)
    assert not world.dialogue.is_open
    assert not linked(world.hass)
    world.assert_unharmed()
