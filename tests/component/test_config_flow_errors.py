"""The dialogue when a code expires, plex.tv stumbles or the window is closed."""

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
import pytest

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.clock import pass_time, until
from tests.helpers.dialogue import Dialogue, linked, placeholders
from tests.helpers.routes import PIN, PINS, USER

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator


async def test_an_expired_code_is_replaced(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """The open dialogue shows a fresh code, three times at most, then a new start."""
    shown = await dialogue.open()
    for _ in range(3):
        old = placeholders(shown)["code"]
        await dialogue.expire()
        shown = await dialogue.look()
        assert shown["type"] is FlowResultType.SHOW_PROGRESS
        assert placeholders(shown)["code"] != old
        assert placeholders(shown)["code"] == plex_tv.pins[-1].code
    assert len({pin.client_identifier for pin in plex_tv.pins}) == 1

    await dialogue.expire("expired")
    assert len(plex_tv.pins) == 4
    form = await dialogue.look()
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "expired"

    shown = await dialogue.submit()
    assert shown["type"] is FlowResultType.SHOW_PROGRESS
    await dialogue.approve()
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY
    assert len(linked(hass)) == 1


async def test_a_code_ends_by_our_own_clock(
    hass: HomeAssistant,
    plex_tv: Simulator,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A plex.tv that goes on answering does not keep a dead code on the screen."""
    plex_tv.quirks.expired_pin_answers_null = True
    shown = await dialogue.open()
    await pass_time(hass, freezer, 898)
    await pass_time(hass, freezer, 4)
    await until(lambda: len(plex_tv.pins) == 2)
    await until(lambda: dialogue.calls)
    fresh = await dialogue.look()
    assert placeholders(fresh)["code"] != placeholders(shown)["code"]


UNREACHABLE = [
    Fault.reset(),
    Fault.html(502),
    Fault.status(503),
    Fault.status(400),
    Fault.rate_limited("5"),
    Fault.truncated(),
    Fault.redirect("https://example.com/"),
    Fault.body(b"[]"),
    Fault.body(b'{"id": 7, "code": "ABCD"}'),
]


@pytest.mark.parametrize("fault", UNREACHABLE, ids=str)
async def test_no_code_can_be_made(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue, fault: Fault
) -> None:
    """The dialogue says so and offers another try, which works once plex.tv does."""
    plex_tv.misbehave("POST", PINS, fault, times=2)
    form = await dialogue.open()
    assert form["type"] is FlowResultType.FORM
    step = "rate_limited" if "rate limited" in str(fault) else "cannot_connect"
    assert form["step_id"] == step
    assert (await dialogue.submit())["step_id"] == step
    shown = await dialogue.submit()
    assert shown["type"] is FlowResultType.SHOW_PROGRESS
    await dialogue.approve()
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY


async def test_no_fresh_code_can_be_made(
    plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """A code that expires while plex.tv is away leads to another try as well."""
    await dialogue.open()
    plex_tv.misbehave("POST", PINS, Fault.html(502))
    await dialogue.expire("cannot_connect")
    form = await dialogue.look()
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "cannot_connect"
    assert (await dialogue.submit())["type"] is FlowResultType.SHOW_PROGRESS
    await dialogue.approve()
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "fault",
    [
        Fault.reset(),
        Fault.html(502),
        Fault.status(401),
        Fault.status(404, body="{}"),
        Fault.status(410),
        Fault.rate_limited("1"),
        Fault.truncated(),
        Fault.body(b"null"),
    ],
    ids=str,
)
async def test_no_trouble_ends_the_waiting(
    plex_tv: Simulator, dialogue: Dialogue, fault: Fault
) -> None:
    """Whatever happens between two questions, the same code can still be approved."""
    await dialogue.open()
    plex_tv.misbehave("GET", PIN, fault)
    await dialogue.next_question()
    assert dialogue.step == "code"
    await dialogue.approve()
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY
    assert len(plex_tv.pins) == 1


async def test_closing_ends_the_asking(
    hass: HomeAssistant,
    plex_tv: Simulator,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Nobody asks plex.tv for a code that nobody looks at."""
    await dialogue.open()
    await dialogue.next_question()
    asked = len(plex_tv.requests)
    dialogue.close()
    for _ in range(10):
        await pass_time(hass, freezer, 60)
    # Once more, in case somebody approved it just then.
    assert len(plex_tv.requests) == asked + 1


def late_code(released: asyncio.Event) -> Fault:
    """Answer with a code, but only after it was released."""

    async def answer(request: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.json_response({"id": 7, "code": "ABCD", "expiresIn": 900})

    return Fault("late", answer)


async def test_closing_while_a_code_is_replaced(
    hass: HomeAssistant,
    plex_tv: Simulator,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A code that arrives after the window was closed is not asked about."""
    released = asyncio.Event()
    await dialogue.open()
    plex_tv.misbehave("POST", PINS, late_code(released))
    plex_tv.expire(plex_tv.pins[-1].code)
    freezer.tick(5)
    await until(lambda: len(plex_tv.seen("POST", PINS)) == 2)
    dialogue.close()
    released.set()
    await pass_time(hass, freezer, 1)
    asked = len(plex_tv.seen("GET", PIN))
    for _ in range(10):
        await pass_time(hass, freezer, 60)
    assert len(plex_tv.seen("GET", PIN)) == asked


@pytest.mark.parametrize(
    "fault",
    [Fault.status(401), Fault.status(422, body='{"error": "Invalid token"}')],
    ids=str,
)
async def test_a_rejected_token_is_not_kept(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue, fault: Fault
) -> None:
    """A token that plex.tv rejects at once is an error, and a new code is offered."""
    await dialogue.open()
    await dialogue.approve()
    plex_tv.misbehave("GET", USER, fault)
    form = await dialogue.look()
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "rejected"
    assert not linked(hass)
    assert (await dialogue.submit())["type"] is FlowResultType.SHOW_PROGRESS
    await dialogue.approve()
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("fault", [Fault.html(502), Fault.status(403)], ids=str)
async def test_a_token_outlives_an_outage(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue, fault: Fault
) -> None:
    """What a person approved is not asked for again when plex.tv stumbles after it."""
    await dialogue.open()
    await dialogue.approve()
    plex_tv.misbehave("GET", USER, fault)
    form = await dialogue.look()
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "cannot_connect"
    result = await dialogue.submit()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(plex_tv.pins) == 1


async def test_a_token_that_nobody_keeps_is_signed_out(
    plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """Giving up after the approval leaves no authorised device behind."""
    await dialogue.open()
    await dialogue.approve()
    token = plex_tv.pins[-1].token
    assert token
    dialogue.close()
    await until(lambda: not plex_tv.token_is_valid(token))


async def test_a_failed_sign_out_harms_nobody(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """Signing out is a courtesy, and plex.tv may be away for it."""
    plex_tv.misbehave("DELETE", "*", Fault.html(502), times=None)
    await dialogue.open()
    await dialogue.approve()
    dialogue.close()
    await until(lambda: plex_tv.seen("DELETE", "/api/v2/users/signout"))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not dialogue.is_open
    with pytest.raises(UnknownFlow):
        await dialogue.look()
    assert DOMAIN not in hass.config_entries.async_domains()


async def test_plex_tv_asks_to_wait_beyond_the_code(
    plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """The dialogue says so, instead of showing codes that nobody asks about."""
    await dialogue.open()
    plex_tv.misbehave("GET", PIN, Fault.rate_limited("86400"))
    await dialogue.next_question()
    form = await dialogue.look()
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "rate_limited"
    assert len(plex_tv.pins) == 1
    assert (await dialogue.submit())["type"] is FlowResultType.SHOW_PROGRESS
    await dialogue.approve()
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY


async def test_closing_while_the_first_code_is_made(
    hass: HomeAssistant,
    plex_tv: Simulator,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A code that arrives after the window was closed is not polled."""
    released = asyncio.Event()
    plex_tv.misbehave("POST", PINS, late_code(released))
    opening = asyncio.create_task(dialogue.open())
    await until(lambda: plex_tv.seen("POST", PINS))
    [flow] = hass.config_entries.flow.async_progress()
    hass.config_entries.flow.async_abort(flow["flow_id"])
    released.set()
    with pytest.raises(UnknownFlow):
        await opening
    await pass_time(hass, freezer, 60)
    assert not plex_tv.seen("GET", PIN)
