"""Reauthentication and reconfiguration."""

from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER, DOMAIN
from simulator import Fault
from tests.helpers.clock import in_time, pass_time, pass_time_until, until
from tests.helpers.dialogue import Dialogue, linked, placeholders
from tests.helpers.routes import USER

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link


LOADED = ConfigEntryState.LOADED


async def ask_to_link_again(
    hass: HomeAssistant, entry: MockConfigEntry, reason: str
) -> str:
    """Start a reauthentication or reconfiguration and return its flow's id."""
    if reason == "reconfigure":
        form = await entry.start_reconfigure_flow(hass)
        assert form["step_id"] == "reconfigure"
    else:
        entry.async_start_reauth(hass)
        await hass.async_block_till_done()
        [form] = hass.config_entries.flow.async_progress()
        assert form["step_id"] == "reauth_confirm"
    return form["flow_id"]


async def lose_sign_in(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Have the account polled until it has lost its sign-in."""
    await pass_time(hass, freezer, 400)
    await pass_time_until(
        hass,
        freezer,
        lambda: hass.states.is_state("binary_sensor.alice_attic_signed_in", "off"),
    )


@pytest.mark.parametrize("reason", ["reauth", "reconfigure"])
@pytest.mark.parametrize("way", ["code", "browser"])
async def test_a_fresh_token_replaces_the_old_one(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
    reason: str,
    way: str,
) -> None:
    """The entry gets a new token; its client identifier stays."""
    entry = await link("alice")
    before = entry.data
    flow_id = await ask_to_link_again(hass, entry, reason)
    assert not plex_tv.pins
    await dialogue.choose(flow_id, way)
    assert plex_tv.pins[-1].client_identifier == before[CONF_CLIENT_IDENTIFIER]
    await dialogue.approve("alice")
    result = await dialogue.look()

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == f"{reason}_successful"
    await pass_time_until(hass, freezer, lambda: entry.state is LOADED)
    assert entry.data == {
        CONF_TOKEN: plex_tv.pins[-1].token,
        CONF_CLIENT_IDENTIFIER: before[CONF_CLIENT_IDENTIFIER],
    }
    assert plex_tv.token_is_valid(entry.data[CONF_TOKEN])
    assert linked(hass) == [entry]


@pytest.mark.parametrize("reason", ["reauth", "reconfigure"])
async def test_another_account_is_refused_by_name(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
    reason: str,
) -> None:
    """The token of another account is signed out, and the person may try again."""
    entry = await link("alice")
    before = dict(entry.data)
    await dialogue.choose(await ask_to_link_again(hass, entry, reason))
    await dialogue.approve("bob")
    for _ in range(2):
        result = await dialogue.look()
        assert result["type"] is FlowResultType.FORM
        assert result["step_id"] == "wrong_account"
        shown = placeholders(result)
        assert shown["account"] == r"alice\_attic"
        assert shown["other_account"] == r"bob\_basement"
    assert entry.data == before
    unused = plex_tv.pins[-1].token
    assert unused
    await until(lambda: not plex_tv.token_is_valid(unused))
    assert plex_tv.token_is_valid(before[CONF_TOKEN])

    form = await dialogue.submit()
    assert form["step_id"] == ("reauth_confirm" if reason == "reauth" else reason)
    await dialogue.choose(form["flow_id"], "browser")
    await dialogue.approve("alice")
    assert (await dialogue.look())["reason"] == f"{reason}_successful"
    await pass_time_until(hass, freezer, lambda: entry.state is LOADED)
    assert entry.data[CONF_TOKEN] == plex_tv.pins[-1].token


async def test_no_page_is_needed(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The new token is kept without a page, which shows the outcome later."""
    entry = await link("alice")
    await dialogue.choose(await ask_to_link_again(hass, entry, "reconfigure"))
    await dialogue.approve("alice")
    token = plex_tv.pins[-1].token
    await pass_time(hass, freezer, 10)
    await until(lambda: entry.data[CONF_TOKEN] == token)
    form = await dialogue.look()
    assert form["step_id"] == "linked"
    assert (await dialogue.submit())["reason"] == "linked"
    await pass_time_until(hass, freezer, lambda: entry.state is LOADED)


async def test_no_page_is_needed_for_a_reauthentication(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Home Assistant ends a reauthentication itself as soon as the account is back."""
    entry = await link("alice")
    await dialogue.choose(await ask_to_link_again(hass, entry, "reauth"))
    await dialogue.approve("alice")
    token = plex_tv.pins[-1].token
    assert token
    await pass_time_until(hass, freezer, lambda: not dialogue.is_open)
    await pass_time_until(hass, freezer, lambda: entry.state is LOADED)
    assert entry.data[CONF_TOKEN] == token
    assert plex_tv.token_is_valid(token)


async def test_another_account_is_refused_without_a_page(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A wrong account is refused and signed out without a page."""
    entry = await link("alice")
    before = dict(entry.data)
    await dialogue.choose(await ask_to_link_again(hass, entry, "reconfigure"))
    await dialogue.approve("bob")
    await pass_time_until(hass, freezer, lambda: not dialogue.is_open)
    unused = plex_tv.pins[-1].token
    assert unused
    await until(lambda: not plex_tv.token_is_valid(unused))
    assert entry.data == before


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_rejected_token_asks_for_it(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A token that plex.tv rejects starts one reauthentication."""
    entry = await link("alice")
    plex_tv.revoke(entry.data[CONF_TOKEN])
    for _ in range(2):
        await in_time(hass, freezer, hass.config_entries.async_reload(entry.entry_id))
        await pass_time(hass, freezer, 5)
        assert entry.state is LOADED
        [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        assert flow["context"]["source"] == "reauth"
        assert flow["context"]["title_placeholders"] == {"name": entry.title}


WAYS_OUT = ["closed", "wrong account, unattended", "reconfigured as another"]


@pytest.mark.allowed_logs("Authentication failed while fetching")
@pytest.mark.parametrize("way_out", WAYS_OUT)
async def test_a_lost_sign_in_is_never_without_a_notice(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
    way_out: str,
) -> None:
    """However its dialogue ends, the person is asked for the sign-in again."""
    entry = await link("alice")
    if way_out == "reconfigured as another":
        # While this dialogue is open, Home Assistant starts no other.
        flow_id = await ask_to_link_again(hass, entry, "reconfigure")
    plex_tv.revoke(entry.data[CONF_TOKEN])
    await lose_sign_in(hass, freezer)
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    if way_out == "reconfigured as another":
        assert flow["flow_id"] == flow_id
    await dialogue.choose(flow["flow_id"])
    if way_out == "wrong account, unattended":
        await dialogue.approve("bob")
        await pass_time_until(hass, freezer, lambda: not dialogue.is_open)
    else:
        dialogue.close()
    await pass_time(hass, freezer, 5)
    [again] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert again["flow_id"] != flow["flow_id"]
    assert again["context"]["source"] == "reauth"

    await dialogue.choose(again["flow_id"])
    await dialogue.approve("alice")
    assert (await dialogue.look())["reason"] == "reauth_successful"
    await pass_time_until(hass, freezer, lambda: entry.state is LOADED)
    await pass_time(hass, freezer, 5)
    assert hass.states.is_state("binary_sensor.alice_attic_signed_in", "on")
    assert not hass.config_entries.flow.async_progress()


async def test_a_closed_dialogue_of_a_sign_in_that_works(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Nobody is asked for a sign-in that is not lost."""
    entry = await link("alice")
    await dialogue.choose(await ask_to_link_again(hass, entry, "reconfigure"))
    dialogue.close()
    await pass_time(hass, freezer, 5)
    assert not hass.config_entries.flow.async_progress()


@pytest.mark.allowed_logs("which is higher than the current version")
async def test_an_entry_of_a_newer_version(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """An entry of a newer version aborts the flow and is not changed."""
    entry = await link("alice", version=2)
    before = dict(entry.data)
    result = await entry.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "newer_version"
    assert entry.data == before


async def test_an_entry_that_was_removed_meanwhile(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, dialogue: Dialogue
) -> None:
    """The page shows that the entry is gone, and the token is signed out."""
    entry = await link("alice")
    await dialogue.choose(await ask_to_link_again(hass, entry, "reconfigure"))
    await dialogue.approve("alice")
    await hass.config_entries.async_remove(entry.entry_id)
    result = await dialogue.look()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "entry_removed"
    token = plex_tv.pins[-1].token
    assert token
    await until(lambda: not plex_tv.token_is_valid(token))


async def test_an_outage_outlasts_a_closed_dialogue(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A token that could not be checked for five minutes is signed out."""
    entry = await link("alice")
    before = dict(entry.data)
    await dialogue.choose(await ask_to_link_again(hass, entry, "reconfigure"))
    await dialogue.approve("alice")
    token = plex_tv.pins[-1].token
    assert token
    plex_tv.misbehave("GET", USER, Fault.html(502), times=None)
    dialogue.close()
    for _ in range(29):
        await pass_time(hass, freezer, 10)
        assert plex_tv.token_is_valid(token)
    await pass_time(hass, freezer, 30)
    await until(lambda: not plex_tv.token_is_valid(token))
    assert entry.data == before
