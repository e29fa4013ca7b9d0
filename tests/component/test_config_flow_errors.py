"""The config flow when a code expires, plex.tv fails or the page is closed."""

import asyncio
import logging
from typing import TYPE_CHECKING

from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
import pytest

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.clock import until
from tests.helpers.custom_faults import late
from tests.helpers.dialogue import Dialogue, linked, placeholders
from tests.helpers.routes import PIN, PINS, SIGN_OUT, USER

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.helpers.instance import Instance


async def assert_offers_a_new_code(dialogue: Dialogue, step: str) -> None:
    """Check that the flow shows this error, and that a new code links the account."""
    form = await dialogue.look()
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == step
    assert (await dialogue.submit())["type"] is FlowResultType.SHOW_PROGRESS
    await dialogue.approve()
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY


async def test_an_expired_code_is_replaced(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """An expired code is replaced three times at most, then the flow shows a form."""
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
    await assert_offers_a_new_code(dialogue, "expired")
    assert len(linked(hass)) == 1


async def test_a_code_ends_by_our_own_clock(
    instance: Instance, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """A code expires at its local deadline, also if plex.tv still accepts it."""
    plex_tv.quirks.expired_pin_answers_null = True
    shown = await dialogue.open()
    await instance.pass_time(898)
    await instance.pass_time(4)
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
    """The flow shows the error; a retry works once plex.tv responds."""
    plex_tv.misbehave("POST", PINS, fault, times=2)
    step = "rate_limited" if "rate limited" in str(fault) else "cannot_connect"
    assert (await dialogue.open())["step_id"] == step
    assert (await dialogue.submit())["step_id"] == step
    await assert_offers_a_new_code(dialogue, step)


async def test_no_fresh_code_can_be_made(
    plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """A code that expires during an outage shows the same form."""
    await dialogue.open()
    plex_tv.misbehave("POST", PINS, Fault.html(502))
    await dialogue.expire("cannot_connect")
    await assert_offers_a_new_code(dialogue, "cannot_connect")


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
    """A failed poll does not end the code: it can still be approved."""
    await dialogue.open()
    plex_tv.misbehave("GET", PIN, fault)
    await dialogue.next_question()
    assert dialogue.step == "code"
    await dialogue.approve()
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY
    assert len(plex_tv.pins) == 1


async def test_closing_ends_the_asking(
    instance: Instance, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """Closing the flow ends the polling."""
    await dialogue.open()
    await dialogue.next_question()
    asked = len(plex_tv.requests)
    dialogue.close()
    for _ in range(10):
        await instance.pass_time(60)
    # One more poll, in case the code was approved just before.
    assert len(plex_tv.requests) == asked + 1


def late_code(released: asyncio.Event) -> Fault:
    """Respond with a code once the event is set."""
    return late(released, Fault.body('{"id": 7, "code": "ABCD", "expiresIn": 900}'))


async def test_closing_while_a_code_is_replaced(
    instance: Instance,
    plex_tv: Simulator,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A replaced code that arrives after the flow was closed is not polled."""
    released = asyncio.Event()
    await dialogue.open()
    plex_tv.misbehave("POST", PINS, late_code(released))
    plex_tv.expire(plex_tv.pins[-1].code)
    freezer.tick(5)
    await until(lambda: len(plex_tv.seen("POST", PINS)) == 2)
    dialogue.close()
    released.set()
    await instance.pass_time(1)
    asked = len(plex_tv.seen("GET", PIN))
    for _ in range(10):
        await instance.pass_time(60)
    assert len(plex_tv.seen("GET", PIN)) == asked


@pytest.mark.parametrize(
    "fault",
    [Fault.status(401), Fault.status(422, body='{"error": "Invalid token"}')],
    ids=str,
)
async def test_a_rejected_token_is_not_kept(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue, fault: Fault
) -> None:
    """If plex.tv rejects the new token, the flow shows an error, then a new code."""
    await dialogue.open()
    await dialogue.approve()
    plex_tv.misbehave("GET", USER, fault)
    form = await dialogue.look()
    assert form["step_id"] == "rejected"
    assert not linked(hass)
    await assert_offers_a_new_code(dialogue, "rejected")


@pytest.mark.parametrize("fault", [Fault.html(502), Fault.status(403)], ids=str)
async def test_a_token_outlives_an_outage(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue, fault: Fault
) -> None:
    """An outage after the approval does not require a second approval."""
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
    """A flow that is closed after the approval signs the new token out."""
    await dialogue.open()
    await dialogue.approve()
    token = dialogue.token
    dialogue.close()
    await until(lambda: not plex_tv.token_is_valid(token))


async def test_a_failed_sign_out_harms_nobody(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """A failed sign-out of an unused token is no error."""
    plex_tv.misbehave("DELETE", "*", Fault.html(502), times=None)
    await dialogue.open()
    await dialogue.approve()
    dialogue.close()
    await until(lambda: plex_tv.seen("DELETE", SIGN_OUT))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not dialogue.is_open
    with pytest.raises(UnknownFlow):
        await dialogue.look()
    assert DOMAIN not in hass.config_entries.async_domains()


async def test_plex_tv_asks_to_wait_beyond_the_code(
    plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """A Retry-After beyond the code's end shows an error instead of new codes."""
    await dialogue.open()
    plex_tv.misbehave("GET", PIN, Fault.rate_limited("86400"))
    await dialogue.next_question()
    assert len(plex_tv.pins) == 1
    await assert_offers_a_new_code(dialogue, "rate_limited")


async def test_closing_while_the_first_code_is_made(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """A first code that arrives after the flow was closed is not polled."""
    released = asyncio.Event()
    plex_tv.misbehave("POST", PINS, late_code(released))
    opening = asyncio.create_task(dialogue.open())
    await until(lambda: plex_tv.seen("POST", PINS))
    [flow] = instance.flows
    hass.config_entries.flow.async_abort(flow["flow_id"])
    released.set()
    with pytest.raises(UnknownFlow):
        await opening
    await instance.pass_time(60)
    assert not plex_tv.seen("GET", PIN)


async def test_closing_waits_as_long_as_plex_tv_asks(
    instance: Instance, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """A rate limit delays the last poll of a closed flow, and loses no token."""
    await dialogue.open()
    plex_tv.misbehave("GET", PIN, Fault.rate_limited("120"), times=None)
    plex_tv.approve(plex_tv.pins[-1].code, "alice")
    dialogue.close()
    await instance.pass_time(2)
    asked = len(plex_tv.seen("GET", PIN))
    for _ in range(11):
        await instance.pass_time(10)
    assert len(plex_tv.seen("GET", PIN)) == asked
    plex_tv.behave()
    await instance.pass_time(10)
    await instance.pass_time(5)
    token = dialogue.token
    await until(lambda: not plex_tv.token_is_valid(token))


@pytest.mark.allowed_logs("fetching Plex account")
async def test_each_failure_is_in_the_debug_log(
    instance: Instance,
    plex_tv: Simulator,
    dialogue: Dialogue,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The debug log has the kind of each error, for reports of failed sign-ins."""
    caplog.set_level(logging.DEBUG)

    def logged() -> list[str]:
        """Return the errors that were logged since the last call."""
        kinds = [text for text in caplog.messages if text.endswith("Error")]
        caplog.clear()
        return kinds

    plex_tv.misbehave("POST", PINS, Fault.html(502))
    await dialogue.open()
    assert logged() == ["Making a code failed: PlexTvResponseError"]
    await dialogue.submit()
    plex_tv.misbehave("POST", PINS, Fault.reset())
    await dialogue.expire("cannot_connect")
    assert logged() == [
        "Making a code failed: PlexTvConnectionError",
        "Waiting for approval ended: PlexTvConnectionError",
    ]
    await dialogue.submit()
    plex_tv.misbehave("GET", PIN, Fault.truncated())
    await dialogue.next_question()
    await dialogue.approve()
    assert logged() == ["Asking about a code failed: PlexTvResponseError"]
    plex_tv.misbehave("GET", USER, Fault.status(503))
    await dialogue.look()
    assert logged() == ["Linking the account failed: PlexTvResponseError"]
    dialogue.close()
    await instance.pass_time(5)
    await dialogue.open()
    plex_tv.misbehave("GET", PIN, Fault.html(502))
    dialogue.close()
    await instance.pass_time(5)
    assert logged() == ["The last poll of a code failed: PlexTvResponseError"]
