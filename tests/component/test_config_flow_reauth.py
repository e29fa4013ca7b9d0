"""Reauthentication and reconfiguration."""

from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER
from simulator import Fault
from tests.helpers.clock import until
from tests.helpers.dialogue import Dialogue, linked, placeholders
from tests.helpers.routes import USER

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


LOADED = ConfigEntryState.LOADED


async def lose_sign_in(instance: Instance) -> None:
    """Let time pass until the account has lost its sign-in."""
    await instance.pass_time(400)
    await instance.pass_time_until_shown("binary_sensor.alice_attic_signed_in", "off")


@pytest.mark.parametrize("reason", ["reauth", "reconfigure"])
@pytest.mark.parametrize("way", ["code", "browser"])
async def test_a_fresh_token_replaces_the_old_one(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    dialogue: Dialogue,
    reason: str,
    way: str,
) -> None:
    """The entry gets a new token; its client identifier stays."""
    before = alice.data
    flow_id = await dialogue.ask_again(alice, reason)
    assert not plex_tv.pins
    await dialogue.choose(flow_id, way)
    assert plex_tv.pins[-1].client_identifier == before[CONF_CLIENT_IDENTIFIER]
    await dialogue.approve("alice")
    result = await dialogue.look()

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == f"{reason}_successful"
    await instance.pass_time_until_loaded(alice)
    assert alice.data == {
        CONF_TOKEN: dialogue.token,
        CONF_CLIENT_IDENTIFIER: before[CONF_CLIENT_IDENTIFIER],
    }
    assert plex_tv.token_is_valid(alice.data[CONF_TOKEN])
    assert linked(hass) == [alice]


@pytest.mark.parametrize("reason", ["reauth", "reconfigure"])
async def test_another_account_is_refused_by_name(
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    dialogue: Dialogue,
    reason: str,
) -> None:
    """The token of another account is signed out, and the person may try again."""
    before = dict(alice.data)
    await dialogue.open_again(alice, reason)
    await dialogue.approve("bob")
    for _ in range(2):
        result = await dialogue.look()
        assert result["type"] is FlowResultType.FORM
        assert result["step_id"] == "wrong_account"
        shown = placeholders(result)
        assert shown["account"] == r"alice\_attic"
        assert shown["other_account"] == r"bob\_basement"
    assert alice.data == before
    unused = dialogue.token
    await until(lambda: not plex_tv.token_is_valid(unused))
    assert plex_tv.token_is_valid(before[CONF_TOKEN])

    form = await dialogue.submit()
    assert form["step_id"] == ("reauth_confirm" if reason == "reauth" else reason)
    await dialogue.choose(form["flow_id"], "browser")
    await dialogue.approve("alice")
    assert (await dialogue.look())["reason"] == f"{reason}_successful"
    await instance.pass_time_until_loaded(alice)
    assert alice.data[CONF_TOKEN] == dialogue.token


async def test_no_page_is_needed(
    instance: Instance, alice: MockConfigEntry, dialogue: Dialogue
) -> None:
    """The new token is kept without a page; a page that returns shows the outcome."""
    await dialogue.open_again(alice, "reconfigure")
    await dialogue.approve("alice")
    token = dialogue.token
    await instance.pass_time(10)
    await until(lambda: alice.data[CONF_TOKEN] == token)
    form = await dialogue.look()
    assert form["step_id"] == "linked"
    assert (await dialogue.submit())["reason"] == "linked"
    await instance.pass_time_until_loaded(alice)


async def test_no_page_is_needed_for_a_reauthentication(
    instance: Instance, plex_tv: Simulator, alice: MockConfigEntry, dialogue: Dialogue
) -> None:
    """Home Assistant ends a reauthentication itself as soon as the account is back."""
    await dialogue.open_again(alice, "reauth")
    await dialogue.approve("alice")
    token = dialogue.token
    await instance.pass_time_until(lambda: not dialogue.is_open)
    await instance.pass_time_until_loaded(alice)
    assert alice.data[CONF_TOKEN] == token
    assert plex_tv.token_is_valid(token)


async def test_another_account_is_refused_without_a_page(
    instance: Instance, plex_tv: Simulator, alice: MockConfigEntry, dialogue: Dialogue
) -> None:
    """A wrong account is refused and signed out without a page."""
    before = dict(alice.data)
    await dialogue.open_again(alice, "reconfigure")
    await dialogue.approve("bob")
    await instance.pass_time_until(lambda: not dialogue.is_open)
    unused = dialogue.token
    await until(lambda: not plex_tv.token_is_valid(unused))
    assert alice.data == before


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_rejected_token_asks_for_it(
    instance: Instance, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """A token that plex.tv rejects starts one reauthentication."""
    plex_tv.revoke(alice.data[CONF_TOKEN])
    for _ in range(2):
        await instance.reload(alice)
        await instance.pass_time(5)
        assert alice.state is LOADED
        [flow] = instance.flows
        assert flow["context"]["source"] == "reauth"
        assert flow["context"]["title_placeholders"] == {"name": alice.title}


WAYS_OUT = ["closed", "wrong account, unattended", "reconfigured as another"]


@pytest.mark.allowed_logs("Authentication failed while fetching")
@pytest.mark.parametrize("way_out", WAYS_OUT)
async def test_a_lost_sign_in_is_never_without_a_notice(
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    dialogue: Dialogue,
    way_out: str,
) -> None:
    """While the sign-in is lost, another flow starts whenever one ends."""
    if way_out == "reconfigured as another":
        # While this dialogue is open, Home Assistant starts no reauthentication.
        flow_id = await dialogue.ask_again(alice, "reconfigure")
    plex_tv.revoke(alice.data[CONF_TOKEN])
    await lose_sign_in(instance)
    [flow] = instance.flows
    if way_out == "reconfigured as another":
        assert flow["flow_id"] == flow_id
    await dialogue.choose(flow["flow_id"])
    if way_out == "wrong account, unattended":
        await dialogue.approve("bob")
        await instance.pass_time_until(lambda: not dialogue.is_open)
    else:
        dialogue.close()
    await instance.pass_time(5)
    [again] = instance.flows
    assert again["flow_id"] != flow["flow_id"]
    assert again["context"]["source"] == "reauth"

    await dialogue.choose(again["flow_id"])
    await dialogue.approve("alice")
    assert (await dialogue.look())["reason"] == "reauth_successful"
    await instance.pass_time_until_loaded(alice)
    await instance.pass_time(5)
    assert instance.shows("binary_sensor.alice_attic_signed_in", "on")
    assert not instance.flows


async def test_a_closed_dialogue_of_a_sign_in_that_works(
    instance: Instance, alice: MockConfigEntry, dialogue: Dialogue
) -> None:
    """While the sign-in is valid, closing a dialogue starts no other one."""
    await dialogue.open_again(alice, "reconfigure")
    dialogue.close()
    await instance.pass_time(5)
    assert not instance.flows


@pytest.mark.allowed_logs("which is higher than the current version")
async def test_an_entry_of_a_newer_version(hass: HomeAssistant, link: Link) -> None:
    """An entry of a newer version aborts the flow and is not changed."""
    entry = await link("alice", version=2)
    before = dict(entry.data)
    result = await entry.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "newer_version"
    assert entry.data == before


async def test_an_entry_that_was_removed_meanwhile(
    instance: Instance, plex_tv: Simulator, alice: MockConfigEntry, dialogue: Dialogue
) -> None:
    """The page shows that the entry is gone, and the token is signed out."""
    await dialogue.open_again(alice, "reconfigure")
    await dialogue.approve("alice")
    await instance.remove(alice)
    result = await dialogue.look()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "entry_removed"
    token = dialogue.token
    await until(lambda: not plex_tv.token_is_valid(token))


async def test_an_entry_that_is_removed_before_a_code(
    instance: Instance, alice: MockConfigEntry, dialogue: Dialogue
) -> None:
    """The first form shows that the entry is gone, and no code is made."""
    flow_id = await dialogue.ask_again(alice, "reconfigure")
    await instance.remove(alice)
    result = await dialogue.choose(flow_id)
    assert result["reason"] == "entry_removed"


async def test_an_entry_that_is_removed_after_a_refusal(
    instance: Instance, alice: MockConfigEntry, dialogue: Dialogue
) -> None:
    """After a sign-in with another account, a removed entry aborts the flow."""
    await dialogue.open_again(alice, "reconfigure")
    await dialogue.approve("bob")
    assert (await dialogue.look())["step_id"] == "wrong_account"
    await instance.remove(alice)
    assert (await dialogue.submit())["reason"] == "entry_removed"


async def test_an_entry_that_is_removed_after_it_was_linked(
    instance: Instance, alice: MockConfigEntry, dialogue: Dialogue
) -> None:
    """The result page shows that the entry was removed after it was linked."""
    await dialogue.open_again(alice, "reconfigure")
    await dialogue.approve("alice")
    await instance.pass_time(10)
    assert (await dialogue.look())["step_id"] == "linked"
    await instance.pass_time_until_loaded(alice)
    await instance.remove(alice)
    assert (await dialogue.submit())["reason"] == "entry_removed"


# The new token invalidates that of the entry, which may be polled before the end.
@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_an_outage_outlasts_a_closed_dialogue(
    instance: Instance, plex_tv: Simulator, alice: MockConfigEntry, dialogue: Dialogue
) -> None:
    """A token that could not be checked for five minutes is signed out."""
    before = dict(alice.data)
    await dialogue.open_again(alice, "reconfigure")
    await dialogue.approve("alice")
    token = dialogue.token
    plex_tv.misbehave("GET", USER, Fault.html(502), times=None)
    dialogue.close()
    for _ in range(29):
        await instance.pass_time(10)
        assert plex_tv.token_is_valid(token)
    await instance.pass_time(30)
    await until(lambda: not plex_tv.token_is_valid(token))
    assert alice.data == before
