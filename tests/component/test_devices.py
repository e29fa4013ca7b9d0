"""The devices of an account's servers."""

from datetime import timedelta
from typing import TYPE_CHECKING

from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.plex_account.const import (
    DOMAIN,
)
from simulator import Fault
from tests.helpers.servers import NEXT_LIST, Servers

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


async def test_every_server_is_a_device(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """Owned and shared servers are devices below the account's; players are not."""
    entry = await link("alice")
    devices = Servers(hass, entry).devices()
    assert set(devices) == {"Attic", "Cabin", "Bob's Basement"}
    account = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, plex_tv.people["alice"].uuid), entry.entry_id
    )
    assert account
    for name, device in devices.items():
        assert name
        assert device.via_device_id == account.id
        assert device.sw_version == plex_tv.servers[name].data.version
        assert device.model == "Plex Media Server"
        identifier = plex_tv.servers[name].machine_identifier
        assert f"/media/{identifier}/" in str(device.configuration_url)
    assert {name: device.model_id for name, device in devices.items()} == {
        "Attic": "alice_attic",
        "Cabin": "alice_attic",
        "Bob's Basement": "bob_basement",
    }


async def test_servers_come_and_go(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, servers: Servers
) -> None:
    """A listed server gets a device, an unlisted one loses it, and may return."""
    for _ in range(2):
        loft = plex_tv.add_server("alice", name="Loft")
        await loft.start()
        await instance.pass_time(NEXT_LIST)
        await instance.pass_time_until(lambda: "Loft" in servers.devices())
        await instance.pass_time_until(
            lambda: servers.state("Loft", "reachable") == "on"
        )
        await loft.stop()
        plex_tv.remove_server("Loft")
        await instance.pass_time(NEXT_LIST)
        await instance.pass_time_until(lambda: "Loft" not in servers.devices())
    assert not [s for s in hass.states.async_all() if "loft" in s.entity_id]


async def test_a_server_is_updated_and_renamed(
    instance: Instance, plex_tv: Simulator, servers: Servers
) -> None:
    """The device follows the server's name and version."""
    attic = plex_tv.servers["Attic"].data
    attic.version = "1.44.0"
    attic.name = "Garret"
    before = servers.devices()["Attic"].id
    await instance.pass_time(NEXT_LIST)
    await instance.pass_time_until(lambda: "Garret" in servers.devices())
    assert "Attic" not in servers.devices()
    device = servers.devices()["Garret"]
    assert (device.id, device.sw_version) == (before, "1.44.0")


async def test_odd_servers_do_no_harm(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """A server without token or connections is a device that is not reachable."""
    plex_tv.quirks.connections_empty = True
    plex_tv.quirks.token_absent = True
    plex_tv.quirks.string_booleans = True
    entry = await link("alice")
    servers = Servers(hass, entry)
    assert len(servers.devices()) == 3
    assert servers.state("Attic", "reachable") == "off"
    assert servers.state("Attic", "route", "sensor") == "none"


async def test_two_accounts_share_a_server(hass: HomeAssistant, link: Link) -> None:
    """Each account has its own device for a server that both can use."""
    alice = Servers(hass, await link("alice"))
    bob = Servers(hass, await link("bob"))
    shared = {
        device.id
        for servers in (alice, bob)
        for name, device in servers.devices().items()
        if name == "Bob's Basement"
    }
    assert len(shared) == 2


async def test_off_at_first(hass: HomeAssistant, link: Link) -> None:
    """Entities that show plex.tv's own records are disabled by default."""
    entry = await link("alice")
    registry = er.async_get(hass)
    disabled = {
        entity.translation_key
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
        if entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    }
    assert disabled == {
        *("presence", "last_seen"),
        *("devices",),
        *("transcodes", "bandwidth"),
    }


@pytest.mark.allowed_logs("Error fetching")
async def test_what_plex_tv_remembers(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """Presence and last-seen show the values of plex.tv."""
    entry = await link("alice")
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(entity.entity_id, disabled_by=None)
    await instance.reload(entry)
    servers = Servers(hass, entry)
    assert servers.state("Attic", "presence") == "on"
    assert servers.state("Cabin", "presence") == "off"
    seen = plex_tv.servers["Attic"].data.last_seen_at
    assert servers.state("Attic", "last_seen", "sensor") == seen.isoformat()
    assert seen.utcoffset() == timedelta(0)
    # After a start without plex.tv, both values are unknown.
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    await instance.reload(entry)
    await instance.pass_time(5)
    assert servers.state("Attic", "reachable") == "on"
    assert servers.state("Attic", "presence") == "unknown"
    assert servers.state("Attic", "last_seen", "sensor") == "unknown"
