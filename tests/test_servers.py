"""The servers of an account: devices that come and go, and what is measured of them."""

from datetime import timedelta
from typing import TYPE_CHECKING

from homeassistant.const import CONF_TOKEN
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.plex_account.const import (
    DOMAIN,
    FULL_SEARCH,
    REACH_INTERVAL,
    SERVERS_INTERVAL,
)
from simulator import Fault

from . import in_time, pass_time, pass_time_until
from .servers import Servers

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from simulator.servers import Route

    from .conftest import Link

RESOURCES = "/api/v2/resources"
# A tenth more than the interval, for the part of it that is left to chance.
NEXT_LIST = SERVERS_INTERVAL.total_seconds() * 1.11
NEXT_MEASUREMENT = REACH_INTERVAL.total_seconds() * 1.11


async def test_every_server_is_a_device(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """Owned and shared servers belong to the account's device; players do not count."""
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
        assert device.sw_version == plex_tv.servers[name].version


async def test_what_is_measured(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """A server is reachable when one of its connections answers, and only then."""
    entry = await link("alice")
    servers = Servers(hass, entry)
    assert not plex_tv.servers["Cabin"].presence
    assert servers.state("Cabin", "reachable") == "on"
    assert servers.state("Attic", "reachable") == "on"
    assert servers.state("Attic", "route", "sensor") == "local"
    assert hass.states.is_state(f"sensor.{entry.title}_servers_reachable", "3")


async def test_the_way_to_a_server_changes(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Another connection takes over, and no connection is said to be none."""
    entry = await link("alice")
    servers = Servers(hass, entry)
    attic = plex_tv.servers["Attic"]
    route = "local"

    def route_is_another() -> bool:
        """Tell whether the server is reached in another way than before."""
        return servers.state("Attic", "route", "sensor") != route

    ways: list[tuple[Route, str]] = [
        ("local", "remote"),
        ("remote", "relay"),
        ("relay", "none"),
    ]
    for gone, following in ways:
        await attic.stop(gone)
        await pass_time(hass, freezer, NEXT_MEASUREMENT)
        await pass_time_until(hass, freezer, route_is_another)
        route = servers.state("Attic", "route", "sensor")
        assert route == following
    assert servers.state("Attic", "reachable") == "off"
    assert hass.states.is_state(f"sensor.{entry.title}_servers_reachable", "2")
    await attic.start()
    await pass_time(hass, freezer, NEXT_MEASUREMENT)
    await pass_time_until(
        hass, freezer, lambda: servers.state("Attic", "reachable") == "on"
    )


async def test_a_better_way_comes_back(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A server that is reached from afar is noticed when it is at home again."""
    attic = plex_tv.servers["Attic"]
    await attic.stop("local")
    entry = await link("alice")
    servers = Servers(hass, entry)
    assert servers.state("Attic", "route", "sensor") == "remote"
    await attic.start("local")
    for _ in range(FULL_SEARCH):
        await pass_time(hass, freezer, NEXT_MEASUREMENT)
        await pass_time(hass, freezer, 5)
    assert servers.state("Attic", "route", "sensor") == "local"


async def test_a_server_that_is_another_is_not_reachable(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Whatever answers at a server's address must say that it is this server."""
    plex_tv.servers["Attic"].lie("0" * 40)
    entry = await link("alice")
    servers = Servers(hass, entry)
    assert servers.state("Attic", "reachable") == "off"
    plex_tv.servers["Attic"].lie(None)
    await pass_time(hass, freezer, NEXT_MEASUREMENT)
    await pass_time_until(
        hass, freezer, lambda: servers.state("Attic", "reachable") == "on"
    )


async def test_servers_come_and_go(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A new server gets its device at once, a vanished one loses it, and may return."""
    entry = await link("alice")
    servers = Servers(hass, entry)
    for _ in range(2):
        loft = plex_tv.add_server("alice", name="Loft")
        await loft.start()
        await pass_time(hass, freezer, NEXT_LIST)
        await pass_time_until(hass, freezer, lambda: "Loft" in servers.devices())
        await pass_time_until(
            hass, freezer, lambda: servers.state("Loft", "reachable") == "on"
        )
        await loft.stop()
        plex_tv.remove_server("Loft")
        await pass_time(hass, freezer, NEXT_LIST)
        await pass_time_until(hass, freezer, lambda: "Loft" not in servers.devices())
    assert not [s for s in hass.states.async_all() if "loft" in s.entity_id]


async def test_a_server_is_updated_and_renamed(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The device follows the server's name and version."""
    entry = await link("alice")
    servers = Servers(hass, entry)
    plex_tv.servers["Attic"].version = "1.44.0"
    await pass_time(hass, freezer, NEXT_LIST)
    await pass_time_until(
        hass, freezer, lambda: servers.devices()["Attic"].sw_version == "1.44.0"
    )


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_servers_answer_while_plex_tv_does_not(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An outage of plex.tv takes no device away and stops no measurement."""
    entry = await link("alice")
    servers = Servers(hass, entry)
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    await pass_time(hass, freezer, NEXT_LIST)
    await pass_time_until(
        hass,
        freezer,
        lambda: hass.states.is_state(
            f"binary_sensor.{entry.title}_plex_pass", "unavailable"
        ),
    )
    assert len(servers.devices()) == 3
    await plex_tv.servers["Cabin"].stop()
    await pass_time(hass, freezer, NEXT_MEASUREMENT)
    await pass_time_until(
        hass, freezer, lambda: servers.state("Cabin", "reachable") == "off"
    )
    assert servers.state("Attic", "reachable") == "on"


async def test_odd_servers_do_no_harm(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """A server without token or connections is a server that does not answer."""
    plex_tv.quirks.connections_empty = True
    plex_tv.quirks.token_absent = True
    plex_tv.quirks.string_booleans = True
    entry = await link("alice")
    servers = Servers(hass, entry)
    assert len(servers.devices()) == 3
    assert servers.state("Attic", "reachable") == "off"
    assert servers.state("Attic", "route", "sensor") == "none"


async def test_no_token_is_sent_to_measure(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """Whoever sits at an address that plex.tv lists learns nothing from being asked."""
    entry = await link("alice")
    asked = [seen for server in plex_tv.servers.values() for seen in server.requests]
    assert asked
    for seen in asked:
        assert seen.path == "/identity"
        assert not [name for name in seen.headers if name.lower().startswith("x-plex")]
        assert entry.data[CONF_TOKEN] not in str(seen)


async def test_two_accounts_share_a_server(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
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


async def test_off_at_first(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """What plex.tv merely remembers of a server is there for whoever wants it."""
    entry = await link("alice")
    registry = er.async_get(hass)
    disabled = {
        entity.translation_key
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
        if entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    }
    assert disabled == {"presence", "last_seen"}


async def test_what_plex_tv_remembers(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Presence and last visit show what plex.tv says, and claim no more."""
    entry = await link("alice")
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(entity.entity_id, disabled_by=None)
    await in_time(hass, freezer, hass.config_entries.async_reload(entry.entry_id))
    servers = Servers(hass, entry)
    assert servers.state("Attic", "presence") == "on"
    assert servers.state("Cabin", "presence") == "off"
    seen = plex_tv.servers["Attic"].last_seen_at
    assert servers.state("Attic", "last_seen", "sensor") == seen.isoformat()
    assert seen.utcoffset() == timedelta(0)
