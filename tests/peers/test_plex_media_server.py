"""Home Assistant's own Plex integration uses the servers of a linked account."""

from typing import TYPE_CHECKING

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest

from simulator import Fault

from .options_dialogue import BESIDE_PLEX, OptionsDialogue, offered, set_up

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.dialogue import Dialogue
    from tests.helpers.instance import Instance

pytest.importorskip("plexwebsocket", reason="dependency group peers")

PLEX = "plex"
pytestmark = BESIDE_PLEX


async def test_one_step(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, instance: Instance
) -> None:
    """A server of the account is set up without another sign-in."""
    entry = await link("alice")
    form = await OptionsDialogue(instance, entry).open()
    assert offered(form).keys() == {"Attic", "Cabin"}
    result = await set_up(instance, entry, "Attic")
    assert (result["type"], result["reason"]) == (
        FlowResultType.ABORT,
        "media_server_set_up",
    )
    assert result["description_placeholders"] == {"server": "Attic"}
    [made] = hass.config_entries.async_entries(PLEX)
    assert made.state is ConfigEntryState.LOADED
    assert made.unique_id == plex_tv.servers["Attic"].machine_identifier
    assert er.async_entries_for_config_entry(er.async_get(hass), made.entry_id)
    assert not hass.config_entries.flow.async_progress()


async def test_a_server_that_is_there_already(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, instance: Instance
) -> None:
    """A server that is set up already is reported as such, and nothing is changed."""
    entry = await link("alice")
    await set_up(instance, entry, "Attic")
    result = await set_up(instance, entry, "Attic")
    assert (result["type"], result["reason"]) == (
        FlowResultType.ABORT,
        "media_server_exists",
    )
    result = await set_up(instance, entry, "Cabin")
    assert result["reason"] == "media_server_set_up"
    assert len(hass.config_entries.async_entries(PLEX)) == 2


async def test_a_server_that_does_not_answer(
    plex_tv: Simulator, link: Link, instance: Instance
) -> None:
    """A server that does not respond is an error, and the form stays open."""
    await plex_tv.servers["Cabin"].stop()
    entry = await link("alice")
    options = OptionsDialogue(instance, entry)
    servers = offered(await options.open())
    form = await options.submit({"server": servers["Cabin"]})
    assert form["errors"] == {"base": "server_unreachable"}
    result = await options.submit({"server": servers["Attic"]})
    assert result["reason"] == "media_server_set_up"


@pytest.mark.allowed_logs("Invalid credentials provided", "Unknown error connecting")
@pytest.mark.parametrize("status", [401, 500])
async def test_the_other_integration_refuses(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, instance: Instance, status: int
) -> None:
    """An error of the other integration is shown, and none of its flows is left."""
    entry = await link("alice")
    plex_tv.servers["Attic"].misbehave("GET", "/", Fault.status(status), times=None)
    options = OptionsDialogue(instance, entry)
    servers = offered(await options.open())
    form = await options.submit({"server": servers["Attic"]})
    assert form["errors"] == {"base": "media_server_failed"}
    assert not hass.config_entries.flow.async_progress()
    plex_tv.servers["Attic"].behave()
    result = await options.submit({"server": servers["Attic"]})
    assert result["reason"] == "media_server_set_up"


async def link_again(
    instance: Instance, plex_tv: Simulator, entry: MockConfigEntry, dialogue: Dialogue
) -> None:
    """Link an account again; its old token is revoked."""
    old = entry.data[CONF_TOKEN]
    form = await entry.start_reconfigure_flow(instance.hass)
    await dialogue.choose(form["flow_id"])
    await dialogue.approve("alice")
    if plex_tv.token_is_valid(old):
        plex_tv.revoke(old)
    result = await dialogue.look()
    assert result["reason"] == "reconfigure_successful"
    await instance.pass_time_until_loaded(entry)


def token_of(entry: ConfigEntry) -> object:
    """Return the token that the other integration uses."""
    return entry.data["server_config"][CONF_TOKEN]


async def test_linking_again_renews_it(
    plex_tv: Simulator, link: Link, dialogue: Dialogue, instance: Instance
) -> None:
    """Servers that were set up with the account get its new token."""
    entry = await link("alice")
    for server in ("Attic", "Cabin"):
        await set_up(instance, entry, server)
    made = instance.hass.config_entries.async_entries(PLEX)
    await link_again(instance, plex_tv, entry, dialogue)
    fresh = entry.data[CONF_TOKEN]
    await instance.pass_time_until(
        lambda: [token_of(one) for one in made] == [fresh, fresh]
    )
    await instance.pass_time_until(
        lambda: {one.state for one in made} == {ConfigEntryState.LOADED},
    )
    assert not instance.flows


@pytest.mark.allowed_logs("could not authenticate: Token not accepted")
async def test_a_lost_sign_in_is_mended_there_too(
    plex_tv: Simulator, link: Link, dialogue: Dialogue, instance: Instance
) -> None:
    """Linking the account again also ends the other integration's reauthentication."""
    entry = await link("alice")
    await set_up(instance, entry, "Attic")
    [made] = instance.hass.config_entries.async_entries(PLEX)
    plex_tv.revoke(entry.data[CONF_TOKEN])
    await instance.reload(made)
    await instance.hass.async_block_till_done()
    assert made.state is ConfigEntryState.SETUP_ERROR
    assert [
        flow["handler"]
        for flow in instance.flows
        if flow["context"]["source"] == SOURCE_REAUTH
    ] == [PLEX]
    await link_again(instance, plex_tv, entry, dialogue)
    await instance.pass_time_until_loaded(made)
    assert token_of(made) == entry.data[CONF_TOKEN]
    assert not instance.flows


async def test_other_sign_ins_stay(
    plex_tv: Simulator, link: Link, dialogue: Dialogue, instance: Instance
) -> None:
    """A server that was set up with another token keeps it."""
    entry = await link("alice")
    await set_up(instance, entry, "Attic")
    await set_up(instance, entry, "Cabin")
    attic, cabin = instance.hass.config_entries.async_entries(PLEX)
    other = plex_tv.sign_in("alice", "the other integration's own")
    config = {**attic.data["server_config"], CONF_TOKEN: other}
    instance.hass.config_entries.async_update_entry(
        attic, data={**attic.data, "server_config": config}
    )
    await link_again(instance, plex_tv, entry, dialogue)
    await instance.pass_time_until(lambda: token_of(cabin) == entry.data[CONF_TOKEN])
    assert token_of(attic) == other
