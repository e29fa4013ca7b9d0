"""Set-up, unload and removal of an entry."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.plex_account.const import DOMAIN, FIRST_MEASUREMENT_WAIT
from simulator import Fault
from tests.helpers.custom_faults import OUTAGES
from tests.helpers.routes import RESOURCES, USER
from tests.helpers.servers import NEXT_LIST, Servers

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


@pytest.mark.parametrize(
    ("person", "plex_pass"), [("alice", "on"), ("bob", "off"), ("casey", "off")]
)
async def test_an_account_is_a_device(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, person: str, plex_pass: str
) -> None:
    """An account is a device with entities for Plex Pass."""
    entry = await link(person)
    assert entry.state is ConfigEntryState.LOADED
    [device] = [
        device
        for device in dr.async_entries_for_config_entry(
            dr.async_get(hass), entry.entry_id
        )
        if device.identifiers == {(DOMAIN, plex_tv.people[person].uuid)}
    ]
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert device.name == entry.title
    entity_id = er.async_get(hass).async_get_entity_id(
        "binary_sensor", DOMAIN, f"{plex_tv.people[person].uuid}_plex_pass"
    )
    assert entity_id
    state = hass.states.get(entity_id)
    assert state
    assert state.state == plex_pass


@pytest.mark.parametrize(
    "fault",
    [*OUTAGES, Fault.rate_limited("60"), Fault.body("<html>")],
    ids=str,
)
async def test_an_outage_is_waited_for(
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    fault: Fault,
) -> None:
    """Set-up is retried, without a reauthentication, until plex.tv responds."""
    plex_tv.misbehave("*", "*", fault, times=None)
    entry = await link("alice")
    states = [entry.state]
    assert not instance.flows
    plex_tv.behave()
    freezer.tick(600)
    await instance.reload(entry)
    states.append(entry.state)
    assert states == [ConfigEntryState.SETUP_RETRY, ConfigEntryState.LOADED]


async def test_requests_are_limited_at_the_start(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """Retries of the set-up obey Retry-After."""
    plex_tv.misbehave("*", "*", Fault.rate_limited("3600"), times=None)
    entry = await link("alice")
    for _ in range(115):
        await instance.pass_time(30)
    states = [entry.state]
    assert len(plex_tv.requests) == 1
    plex_tv.behave()
    for _ in range(60):
        await instance.pass_time(30)
    states.append(entry.state)
    assert states == [ConfigEntryState.SETUP_RETRY, ConfigEntryState.LOADED]


@pytest.mark.allowed_logs("plex.tv does not answer for")
@pytest.mark.parametrize("route", [USER, RESOURCES])
async def test_one_answer_is_enough(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, route: str
) -> None:
    """An account is set up if one of its two requests succeeds."""
    plex_tv.misbehave("GET", route, Fault.status(404), times=None)
    entry = await link("alice")
    assert entry.state is ConfigEntryState.LOADED
    known, unknown = (
        (f"sensor.{entry.title}_servers_reachable", "plex_pass")
        if route == USER
        else (f"binary_sensor.{entry.title}_plex_pass", "servers_reachable")
    )
    assert not hass.states.is_state(known, "unavailable")
    states = hass.states.async_all()
    assert any(
        state.entity_id.endswith(unknown) and state.state == "unavailable"
        for state in states
    )


async def test_slow_answers(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """Each request has its own timeout."""

    async def answer(request: web.Request) -> web.StreamResponse:
        """Respond after six seconds."""
        await asyncio.sleep(6)
        account = {"uuid": plex_tv.people["alice"].uuid, "username": "alice"}
        return web.json_response([] if request.path == RESOURCES else account)

    plex_tv.misbehave("*", "*", Fault("slow", answer), times=None)
    entry = await link("alice")
    assert entry.state is ConfigEntryState.LOADED


async def test_dead_servers_do_not_delay_the_start(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The set-up does not wait for servers that do not respond."""
    for number in range(40):
        plex_tv.add_server("alice", name=f"Dead {number}", connections=12)
    before = hass.loop.time()
    entry = await link("alice")
    assert entry.state is ConfigEntryState.LOADED
    assert hass.loop.time() - before < FIRST_MEASUREMENT_WAIT + 1
    assert instance.shows("binary_sensor.dead_39_reachable", "unavailable")
    await instance.pass_time_until_shown("binary_sensor.dead_39_reachable", "off")
    assert hass.loop.time() - before > 2 * FIRST_MEASUREMENT_WAIT
    assert instance.shows("binary_sensor.attic_reachable", "on")


async def test_unloading_leaves_nothing(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """An unloaded entry sends no requests; it can be loaded again."""
    entry = await link("alice")
    state = hass.states.get(f"binary_sensor.{entry.title}_plex_pass")
    assert state
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert instance.shows(state.entity_id, "unavailable")
    asked = len(plex_tv.requests)
    await instance.pass_time(86_400)
    assert len(plex_tv.requests) == asked
    assert await instance.set_up(entry)
    assert instance.shows(state.entity_id, "on")


@pytest.mark.allowed_logs("which is higher than the current version")
@pytest.mark.parametrize(
    ("version", "minor_version", "state"),
    [
        (1, 1, ConfigEntryState.LOADED),
        (1, 9, ConfigEntryState.LOADED),
        (2, 1, ConfigEntryState.MIGRATION_ERROR),
    ],
)
async def test_entries_of_other_versions(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    version: int,
    minor_version: int,
    state: ConfigEntryState,
) -> None:
    """A newer minor version is loaded; a newer major version is refused and kept."""
    entry = await link("alice", version=version, minor_version=minor_version)
    assert entry.state is state
    assert (entry.version, entry.minor_version) == (version, minor_version)
    assert plex_tv.token_is_valid(entry.data[CONF_TOKEN])


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_a_start_without_the_internet(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    hass_storage: dict[str, Any],
) -> None:
    """Servers at home are measured although plex.tv does not respond."""
    entry = await link("alice")
    assert await hass.config_entries.async_unload(entry.entry_id)
    await instance.pass_time(2)
    stored = json.dumps(hass_storage[f"{DOMAIN}.{entry.entry_id}"])
    assert "Attic" in stored
    assert not any(secret in stored for secret in tokens_of(plex_tv))

    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    assert await instance.set_up(entry)
    await instance.pass_time(1)
    assert instance.shows("binary_sensor.attic_reachable", "on")
    assert instance.shows("sensor.attic_route", "local")
    assert instance.shows(f"sensor.{entry.title}_servers_reachable", "3")
    assert instance.shows(f"binary_sensor.{entry.title}_signed_in", "unknown")
    assert instance.shows(f"binary_sensor.{entry.title}_plex_pass", "unavailable")

    plex_tv.behave()
    await instance.pass_time(400)
    await instance.pass_time_until_shown(f"binary_sensor.{entry.title}_plex_pass", "on")
    assert instance.shows(f"binary_sensor.{entry.title}_signed_in", "on")


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_token_rejected_at_the_start(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A token that is rejected at the start starts a reauthentication."""
    entry = await link("alice")
    plex_tv.revoke(entry.data[CONF_TOKEN])
    await instance.reload(entry)
    await instance.pass_time(5)
    await instance.pass_time_until_shown(
        f"binary_sensor.{entry.title}_signed_in", "off"
    )
    [flow] = instance.flows
    assert flow["context"]["source"] == "reauth"


async def test_a_removed_account_is_forgotten(
    hass: HomeAssistant, instance: Instance, link: Link, hass_storage: dict[str, Any]
) -> None:
    """Removing an entry deletes its stored servers."""
    entry = await link("alice")
    await instance.pass_time(2)
    assert f"{DOMAIN}.{entry.entry_id}" in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage


async def test_an_account_that_is_removed_at_once(
    instance: Instance, plex_tv: Simulator, link: Link, hass_storage: dict[str, Any]
) -> None:
    """A pending write is dropped when the entry is removed."""
    entry = await link("alice")
    plex_tv.remove_server("Cabin")
    await instance.pass_time(NEXT_LIST)
    await instance.remove(entry)
    await instance.pass_time(5)
    assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_an_account_that_is_reloaded_at_once(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A pending write survives a reload of the entry, also without plex.tv."""
    entry = await link("alice")
    await instance.pass_time(2)
    plex_tv.remove_server("Cabin")
    await instance.pass_time(NEXT_LIST)
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    assert await instance.reload(entry)
    assert set(Servers(hass, entry).devices()) == {"Attic", "Bob's Basement"}


def tokens_of(plex_tv: Simulator) -> set[str]:
    """Return every token of servers and accounts."""
    servers = plex_tv.servers.values()
    return {
        *(server.data.token for server in servers),
        *(token for server in servers for token in server.data.guests.values()),
        *(str(seen.headers.get("X-Plex-Token")) for seen in plex_tv.requests),
    } - {"None"}
