"""The options flow."""

import json
import sys
from typing import TYPE_CHECKING, Any

from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest

from simulator import Fault
from tests.helpers.routes import RESOURCES

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigFlowResult
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


async def choose(
    hass: HomeAssistant, entry: MockConfigEntry, step: str
) -> ConfigFlowResult:
    """Open the options flow and choose what to do."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["type"] is FlowResultType.FORM
    assert form["description_placeholders"] == {"account": entry.title}
    return await hass.config_entries.options.async_configure(
        form["flow_id"], {"task": step}
    )


def suggested(form: ConfigFlowResult) -> dict[str, Any]:
    """Return the suggested values of a form."""
    schema = form["data_schema"]
    assert schema
    return {str(field): field.default() for field in schema.schema}


async def test_tokens_may_be_handed_out(
    hass: HomeAssistant, instance: Instance, link: Link
) -> None:
    """The option is off by default; its value is stored and shown again."""
    entry = await link("alice")
    assert suggested(await choose(hass, entry, "settings")) == {
        "follow_playback": "own",
        "allow_tokens": False,
    }
    for allowed in (True, False):
        form = await choose(hass, entry, "settings")
        result = await hass.config_entries.options.async_configure(
            form["flow_id"], {"follow_playback": "none", "allow_tokens": allowed}
        )
        await instance.in_time(hass.async_block_till_done())
        assert result["type"] is FlowResultType.CREATE_ENTRY
        chosen = {"follow_playback": "none", "allow_tokens": allowed}
        assert entry.options == chosen
        form = await choose(hass, entry, "settings")
        assert suggested(form) == chosen


async def test_entities_that_are_no_longer_wanted(
    hass: HomeAssistant, instance: Instance, link: Link
) -> None:
    """Turning streams off removes their entities; their names are kept for later."""
    entry = await link("alice")
    registry = er.async_get(hass)
    optional = {
        f"{platform}.attic_{key}"
        for platform, key in (
            ("event", "playback"),
            ("event", "library"),
            ("sensor", "streams"),
            ("sensor", "transcodes"),
            ("sensor", "bandwidth"),
        )
    }
    registry.async_update_entity("sensor.attic_streams", name="Who watches")
    before = set(registry.entities)
    assert optional < before
    for follow in ("none", "own"):
        form = await choose(hass, entry, "settings")
        await hass.config_entries.options.async_configure(
            form["flow_id"], {"follow_playback": follow, "allow_tokens": False}
        )
        await instance.in_time(hass.async_block_till_done())
        assert not optional & set(registry.entities) or follow == "own"
    assert set(registry.entities) == before
    assert registry.entities["sensor.attic_streams"].name == "Who watches"


async def test_only_own_servers_are_offered(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """Shared servers are not offered; without an owned one the flow is aborted."""
    result = await choose(hass, await link("casey"), "media_server")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "no_servers")
    form = await choose(hass, await link("bob"), "media_server")
    assert form["type"] is FlowResultType.FORM
    servers = plex_tv.servers
    assert suggested(form) == {"server": servers["Bob's Basement"].machine_identifier}


@pytest.mark.allowed_logs("Authentication failed while fetching")
@pytest.mark.parametrize("status", [401, 503])
async def test_an_account_that_is_not_ready(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, status: int
) -> None:
    """Without a list of servers none can be set up; settings can be changed."""
    plex_tv.misbehave("*", "*", Fault.status(status), times=None)
    entry = await link("alice")
    result = await choose(hass, entry, "media_server")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_available")
    assert (await choose(hass, entry, "settings"))["type"] is FlowResultType.FORM


@pytest.mark.allowed_logs(
    "Error occurred loading flow for integration plex",
    "The dialogue of Plex Media Server did not take the form: UnknownHandler",
)
async def test_the_other_integration_cannot_be_loaded(
    hass: HomeAssistant, instance: Instance, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An integration that cannot be loaded shows an error in the same form."""
    for module in [name for name in sys.modules if name.startswith("plexapi")]:
        monkeypatch.delitem(sys.modules, module)
    for module in [
        name for name in sys.modules if name.startswith("homeassistant.components.plex")
    ]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "plexapi", None)
    form = await choose(hass, await link("alice"), "media_server")
    flows = hass.config_entries.options
    again = await instance.in_time(
        flows.async_configure(form["flow_id"], suggested(form))
    )
    assert again["type"] is FlowResultType.FORM
    assert again["errors"] == {"base": "media_server_failed"}
    assert not instance.flows


async def test_a_server_behind_a_path(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The `plex` integration takes no URL with a path: the form shows an error."""
    attic = plex_tv.servers["Attic"]
    [place] = [place for place in attic.data.listed_places if place.route == "remote"]
    row = {
        "name": "Behind",
        "provides": "server",
        "clientIdentifier": "b" * 40,
        "owned": True,
        "accessToken": "behind-token",
        "connections": [{"uri": f"http://127.0.0.1:{place.port}/plex", "local": True}],
    }
    identity = {"MediaContainer": {"machineIdentifier": "b" * 40}}
    attic.misbehave("*", "*", Fault.body(json.dumps(identity)), times=None)
    plex_tv.misbehave("GET", RESOURCES, Fault.body(json.dumps([row])), times=None)
    form = await choose(hass, await link("alice"), "media_server")
    again = await instance.in_time(
        hass.config_entries.options.async_configure(form["flow_id"], suggested(form))
    )
    assert again["errors"] == {"base": "server_behind_path"}
