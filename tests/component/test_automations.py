"""The triggers and conditions that the automation editor offers."""

from typing import TYPE_CHECKING

from homeassistant.const import CONF_TOKEN
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.plex_account.const import DOMAIN
from tests.helpers.automations import device_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant, ServiceCall

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.dialogue import Dialogue
    from tests.helpers.instance import Instance

ACCOUNT = "alice_attic"
ATTIC = "binary_sensor.attic_reachable"
SIGNED_IN = "binary_sensor.alice_attic_signed_in"
ROUTE = "sensor.attic_route"


async def automate(
    hass: HomeAssistant, trigger: str, device_id: str, **options: object
) -> list[ServiceCall]:
    """Make an automation for a device, and return the calls of its action."""
    calls = async_mock_service(hass, "test", "act")
    automation = {
        "triggers": {
            "trigger": f"{DOMAIN}.{trigger}",
            "target": {"device_id": device_id},
            "options": options,
        },
        "actions": {
            "action": "test.act",
            "data": {"entity_id": "{{ trigger.entity_id }}"},
        },
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    return calls


async def test_servers(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The trigger fires after the duration for the chosen server, and for no other."""
    await link("alice")
    attic = device_of(hass, ATTIC)
    gone = await automate(
        hass, "server_became_unreachable", attic, **{"for": {"minutes": 5}}
    )
    await plex_tv.servers["Attic"].stop()
    await plex_tv.servers["Cabin"].stop()
    await instance.pass_time_until_shown(ATTIC, "off")
    await instance.pass_time(200)
    assert gone == []
    await instance.pass_time(110)
    [call] = gone
    assert call.data["entity_id"] == ATTIC


async def test_a_server_is_back(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The trigger fires once, and only for a server that was unreachable."""
    await link("alice")
    back = await automate(hass, "server_became_reachable", device_of(hass, ATTIC))
    await plex_tv.servers["Attic"].stop()
    await instance.pass_time_until_shown(ATTIC, "off")
    assert back == []
    await plex_tv.servers["Attic"].start()
    await instance.pass_time_until_shown(ATTIC, "on")
    await hass.async_block_till_done()
    [call] = back
    assert call.data["entity_id"] == ATTIC


async def test_away_after_a_reload(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The trigger fires once for a server that stops while the account is reloaded."""
    entry = await link("alice")
    gone = await automate(hass, "server_became_unreachable", device_of(hass, ATTIC))
    for expected in (1, 1):
        assert await hass.config_entries.async_unload(entry.entry_id)
        await plex_tv.servers["Attic"].stop()
        assert await instance.set_up(entry)
        await instance.pass_time_until_shown(ATTIC, "off")
        await hass.async_block_till_done()
        assert len(gone) == expected


async def test_a_renamed_entity(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The trigger fires for the first outage after an entity was renamed."""
    await link("alice")
    gone = await automate(hass, "server_became_unreachable", device_of(hass, ATTIC))
    renamed = "binary_sensor.living_room_server"
    er.async_get(hass).async_update_entity(ATTIC, new_entity_id=renamed)
    await hass.async_block_till_done()
    await plex_tv.servers["Attic"].stop()
    await instance.pass_time_until_shown(renamed, "off")
    await hass.async_block_till_done()
    [call] = gone
    assert call.data["entity_id"] == renamed


async def test_a_server_that_comes_after_the_automation(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The trigger fires for the first outage of a new server, not for its set-up."""
    entry = await link("alice")
    attic = device_of(hass, ATTIC)
    assert await instance.unload(entry)
    hass.states.async_remove(ATTIC)
    gone = await automate(hass, "server_became_unreachable", attic)
    assert await instance.set_up(entry)
    await instance.pass_time_until_shown(ATTIC, "on")
    await hass.async_block_till_done()
    assert gone == []
    await plex_tv.servers["Attic"].stop()
    await instance.pass_time_until_shown(ATTIC, "off")
    await hass.async_block_till_done()
    assert len(gone) == 1


async def test_only_the_relay_is_left(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The trigger fires when the route of a server changes to the relay."""
    await link("alice")
    relay = await automate(hass, "route_became_relay", device_of(hass, ATTIC))
    for route in ("local", "remote"):
        await plex_tv.servers["Attic"].stop(route)
    await instance.pass_time_until_shown(ROUTE, "relay")
    await hass.async_block_till_done()
    [call] = relay
    assert call.data["entity_id"] == ROUTE


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_the_sign_in(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    dialogue: Dialogue,
) -> None:
    """The trigger fires when a lost sign-in is restored, despite the reload."""
    entry = await link("alice")
    calls = await automate(hass, "sign_in_restored", device_of(hass, SIGNED_IN))
    assert await instance.reload(entry)
    await instance.pass_time(5)
    assert instance.shows(SIGNED_IN, "on")
    assert calls == []

    plex_tv.revoke(entry.data[CONF_TOKEN])
    await instance.pass_time(400)
    await instance.pass_time_until_shown(SIGNED_IN, "off")
    [flow] = instance.flows
    await dialogue.choose(flow["flow_id"])
    await dialogue.approve("alice")
    assert (await dialogue.look())["reason"] == "reauth_successful"
    await instance.pass_time_until_loaded(entry)
    await instance.pass_time(5)
    [call] = calls
    assert call.data["entity_id"] == SIGNED_IN


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_sign_in_is_lost(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The trigger fires for the account that Plex rejects, and for no other."""
    entry = await link("alice")
    await link("bob")
    calls = await automate(hass, "sign_in_lost", device_of(hass, SIGNED_IN))
    plex_tv.revoke(entry.data[CONF_TOKEN])
    await instance.pass_time(400)
    await instance.pass_time_until_shown(SIGNED_IN, "off")
    await hass.async_block_till_done()
    [call] = calls
    assert call.data["entity_id"] == SIGNED_IN


async def test_only_our_own_entities(hass: HomeAssistant, link: Link) -> None:
    """A sensor of another integration at the same device does not fire the trigger."""
    await link("alice")
    attic = device_of(hass, ATTIC)
    device = dr.async_get(hass).async_get(attic)
    assert device
    other = MockConfigEntry(domain="ping")
    other.add_to_hass(hass)
    entity = er.async_get(hass).async_get_or_create(
        "binary_sensor",
        "ping",
        "attic",
        config_entry=other,
        original_device_class="connectivity",
    )
    er.async_get(hass).async_update_entity(entity.entity_id, device_id=attic)
    calls = await automate(hass, "server_became_unreachable", attic)
    attributes = {"device_class": "connectivity"}
    hass.states.async_set(entity.entity_id, "on", attributes)
    hass.states.async_set(entity.entity_id, "off", attributes)
    await hass.async_block_till_done()
    assert calls == []


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_conditions(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The conditions hold while the server is reachable and the sign-in is valid."""
    entry = await link("alice")
    calls = async_mock_service(hass, "test", "act")
    conditions = [
        {
            "condition": f"{DOMAIN}.{condition}",
            "target": {"device_id": device_of(hass, entity_id)},
        }
        for condition, entity_id in (
            ("server_is_reachable", ATTIC),
            ("account_is_signed_in", SIGNED_IN),
        )
    ]
    automation = {
        "triggers": {"trigger": "event", "event_type": "go"},
        "conditions": conditions,
        "actions": {"action": "test.act"},
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})

    async def acts() -> bool:
        """Return whether the automation runs its action."""
        calls.clear()
        hass.bus.async_fire("go")
        await hass.async_block_till_done()
        return bool(calls)

    assert await acts()
    await plex_tv.servers["Attic"].stop()
    await instance.pass_time_until_shown(ATTIC, "off")
    assert not await acts()
    await plex_tv.servers["Attic"].start()
    await instance.pass_time_until_shown(ATTIC, "on")
    assert await acts()
    plex_tv.revoke(entry.data[CONF_TOKEN])
    await instance.pass_time(400)
    await instance.pass_time_until_shown(SIGNED_IN, "off")
    assert not await acts()
