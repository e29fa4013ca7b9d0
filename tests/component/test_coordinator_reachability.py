"""The reachability coordinator: whether a server responds, and on which route."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.resolver import AsyncResolver
from homeassistant.const import CONF_TOKEN
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.plex_account.const import FULL_SEARCH
from simulator import Fault, Place
from tests.helpers.actions import act
from tests.helpers.home_network import ROUTER, join_home_network
from tests.helpers.routes import IDENTITY, RESOURCES
from tests.helpers.servers import NEXT_MEASUREMENT, NO_STREAMS, Servers, lose_plex_tv
from tests.plextv.failing_resolver import FailingResolver

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Route, ServerControl, Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


async def test_what_is_measured(
    hass: HomeAssistant, plex_tv: Simulator, servers: Servers
) -> None:
    """A server is reachable if and only if one of its connections responds."""
    assert not plex_tv.servers["Cabin"].data.presence
    assert servers.state("Cabin", "reachable") == "on"
    assert servers.state("Attic", "reachable") == "on"
    assert servers.state("Attic", "route", "sensor") == "local"
    assert hass.states.is_state("sensor.alice_attic_servers_reachable", "3")


async def test_the_way_to_a_server_changes(
    instance: Instance, plex_tv: Simulator, servers: Servers
) -> None:
    """If a connection fails, another is used; without any, the route is `none`."""
    attic = plex_tv.servers["Attic"]
    route = "local"

    def route_is_another() -> bool:
        """Whether the route has changed."""
        return servers.state("Attic", "route", "sensor") != route

    ways: list[tuple[Route, str]] = [
        ("local", "remote"),
        ("remote", "relay"),
        ("relay", "none"),
    ]
    for gone, following in ways:
        await attic.stop(gone)
        await instance.pass_time(NEXT_MEASUREMENT)
        await instance.pass_time_until(route_is_another)
        route = servers.state("Attic", "route", "sensor")
        assert route == following
    assert servers.state("Attic", "reachable") == "off"
    assert instance.shows("sensor.alice_attic_servers_reachable", "2")
    await attic.start()
    await instance.pass_time(NEXT_MEASUREMENT)
    await instance.pass_time_until(lambda: servers.state("Attic", "reachable") == "on")


async def test_a_server_that_moved_before_the_start(
    instance: Instance, attic: ServerControl, link: Link
) -> None:
    """A server that moved while Home Assistant was off is measured again at once."""
    entry = await link("alice", options=NO_STREAMS)
    assert await instance.unload(entry)
    first, *others = (place for place in attic.places if place.answers)
    attic.places = (first,)
    attic.misbehave("GET", IDENTITY, Fault.hang(), times=1 + len(others))
    assert await instance.set_up(entry)
    for _ in range(10):
        await instance.pass_time(0.5)
    assert instance.shows("binary_sensor.attic_reachable", "on")


async def test_a_server_that_comes_while_others_are_asked(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A new server is measured at once, also during the measurement of others."""
    entry = await link("alice", options=NO_STREAMS)
    plex_tv.servers["Cabin"].misbehave("GET", IDENTITY, Fault.hang(), times=None)
    await instance.pass_time(NEXT_MEASUREMENT)
    await plex_tv.add_server("alice", name="Loft").start()
    await instance.in_time(entry.runtime_data.account.async_refresh())
    for _ in range(30):
        await instance.pass_time(0.5)
        assert instance.shows("binary_sensor.loft_reachable", "on")
    assert instance.shows("binary_sensor.cabin_reachable", "off")


async def test_a_server_that_is_listed_again(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A server that is listed again is measured at once, also at the same address."""
    entry = await link("alice", options=NO_STREAMS)
    listed = plex_tv.people["alice"].servers
    listed.remove("Cabin")
    await instance.in_time(entry.runtime_data.account.async_refresh())
    await instance.pass_time(NEXT_MEASUREMENT)
    listed.append("Cabin")
    await instance.in_time(entry.runtime_data.account.async_refresh())
    await instance.pass_time(1)
    assert instance.shows("binary_sensor.cabin_reachable", "on")


async def test_servers_whose_entities_are_disabled(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """Servers whose entities are disabled are measured too, because actions need it."""
    entry = await link("alice", options=NO_STREAMS)
    registry = er.async_get(hass)
    for device in Servers(hass, entry).devices().values():
        for entity in er.async_entries_for_device(registry, device.id):
            registry.async_update_entity(
                entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER
            )
    assert await instance.reload(entry)
    cabin = plex_tv.servers["Cabin"]
    for change, reachable in ((cabin.stop, False), (cabin.start, True)):
        await change()
        await instance.pass_time(NEXT_MEASUREMENT)
        await instance.pass_time(5)
        servers = (await act(hass, "get_servers"))["servers"]
        [told] = [server for server in servers if server["name"] == "Cabin"]
        assert told["reachable"] is reachable


async def test_a_server_that_moves_while_it_is_asked(
    instance: Instance, attic: ServerControl, link: Link
) -> None:
    """A failed measurement of the old addresses is ignored after a server moved."""
    entry = await link("alice", options=NO_STREAMS)
    places = [place for place in attic.places if place.answers]
    attic.misbehave("GET", IDENTITY, Fault.hang(), times=len(places))
    await instance.pass_time(NEXT_MEASUREMENT)
    await instance.pass_time(2)
    attic.places = (places[-1],)
    await instance.in_time(entry.runtime_data.account.async_refresh())
    for _ in range(30):
        await instance.pass_time(0.5)
        assert instance.shows("binary_sensor.attic_reachable", "on")


async def test_a_better_way_comes_back(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The local connection is used again once it responds."""
    attic = plex_tv.servers["Attic"]
    await attic.stop("local")
    entry = await link("alice")
    servers = Servers(hass, entry)
    assert servers.state("Attic", "route", "sensor") == "remote"
    await attic.start("local")
    for _ in range(FULL_SEARCH):
        await instance.pass_time(NEXT_MEASUREMENT)
        await instance.pass_time(5)
    assert servers.state("Attic", "route", "sensor") == "local"


async def test_a_server_that_is_another_is_not_reachable(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A response with another machine identifier does not count."""
    plex_tv.servers["Attic"].lie("0" * 40)
    entry = await link("alice")
    servers = Servers(hass, entry)
    assert servers.state("Attic", "reachable") == "off"
    plex_tv.servers["Attic"].lie(None)
    await instance.pass_time(NEXT_MEASUREMENT)
    await instance.pass_time_until(lambda: servers.state("Attic", "reachable") == "on")


async def test_a_slow_server_stays(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A server that responds after four seconds stays reachable."""
    entry = await link("alice", options={"follow_playback": "none"})
    servers = Servers(hass, entry)
    cabin = plex_tv.servers["Cabin"]

    async def answer_late(request: web.Request) -> web.StreamResponse:
        """Respond to `/identity` after four seconds."""
        await asyncio.sleep(4)
        container = {"machineIdentifier": cabin.machine_identifier}
        return web.json_response({"MediaContainer": container})

    cabin.misbehave("GET", IDENTITY, Fault("slow", answer_late), times=None)
    asked = len(cabin.requests)
    for _ in range(FULL_SEARCH + 1):
        await instance.pass_time(NEXT_MEASUREMENT)
        for _ in range(30):
            await instance.pass_time(0.5)
            assert servers.state("Cabin", "reachable") == "on"
    assert len(cabin.requests) > asked + FULL_SEARCH


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_servers_answer_while_plex_tv_does_not(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """An outage of plex.tv removes no device and stops no measurement."""
    entry = await link("alice")
    servers = Servers(hass, entry)
    await lose_plex_tv(instance, plex_tv, entry)
    assert len(servers.devices()) == 3
    await plex_tv.servers["Cabin"].stop()
    await instance.pass_time(NEXT_MEASUREMENT)
    await instance.pass_time_until(lambda: servers.state("Cabin", "reachable") == "off")
    assert servers.state("Attic", "reachable") == "on"


async def test_no_token_is_sent_to_measure(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """A measurement sends neither a token nor identifying headers."""
    # Requests for titles of the watchlist contain the token, so there are none.
    plex_tv.discover.fill("alice", 0)
    entry = await link("alice", options={"follow_playback": "none"})
    asked = [seen for server in plex_tv.servers.values() for seen in server.requests]
    assert asked
    for seen in asked:
        assert seen.path == IDENTITY
        assert not [name for name in seen.headers if name.lower().startswith("x-plex")]
        assert entry.data[CONF_TOKEN] not in str(seen)


async def test_a_server_that_moved_is_measured_at_once(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A moved server is measured at once; entities and `get_servers` always agree."""
    await link("alice")
    attic = plex_tv.servers["Attic"]
    attic.places = attic.places[2:]
    asked = len(plex_tv.seen("GET", RESOURCES))
    routes = set()
    for _ in range(700):
        await instance.pass_time(1)
        servers = (await act(hass, "get_servers", {}))["servers"]
        [listed] = [server for server in servers if server["name"] == "Attic"]
        state = hass.states.get("sensor.attic_route")
        assert state
        assert state.state == listed["route"]
        assert instance.shows(
            "binary_sensor.attic_reachable", "on" if listed["reachable"] else "off"
        )
        routes.add(state.state)
        if routes == {"local", "remote"}:
            break
    assert routes == {"local", "remote"}
    # The list started the measurement, before the next interval.
    assert len(plex_tv.seen("GET", RESOURCES)) == asked + 1


@pytest.fixture
def at_home(plex_tv: Simulator, monkeypatch: pytest.MonkeyPatch) -> ServerControl:
    """Provide a server behind a router with DNS rebinding protection."""
    attic = plex_tv.servers["Attic"]
    attic.rebind_protected = True
    attic.places = (Place(route="local", address=f"{ROUTER}50"),)
    join_home_network(monkeypatch)
    monkeypatch.setattr(AsyncResolver, "resolve", FailingResolver.resolve)
    return attic


async def test_a_server_whose_name_cannot_be_looked_up(
    hass: HomeAssistant, link: Link, at_home: ServerControl
) -> None:
    """The server is reached at its bare IP address, also by actions."""
    entry = await link("alice")
    servers = Servers(hass, entry)
    assert servers.state("Attic", "reachable") == "on"
    assert servers.state("Attic", "route", "sensor") == "local"
    [attic] = [
        server
        for server in (await act(hass, "get_servers"))["servers"]
        if server["name"] == "Attic"
    ]
    [place] = at_home.data.listed_places
    assert attic["address"] == f"http://{ROUTER}50:{place.port}"
    answer = await act(
        hass, "request", {"path": IDENTITY, "device_id": attic["device_id"]}
    )
    assert answer["status"] == 200
    assert at_home.requests[-1].headers["X-Plex-Token"] == entry.data[CONF_TOKEN]


@pytest.mark.parametrize(("person", "required"), [("alice", True), ("casey", False)])
async def test_a_server_whose_bare_address_is_not_asked(
    hass: HomeAssistant,
    link: Link,
    at_home: ServerControl,
    person: str,
    *,
    required: bool,
) -> None:
    """The bare address of a server that is shared or requires TLS gets no request."""
    at_home.data.https_required = required
    entry = await link(person)
    assert Servers(hass, entry).state("Attic", "reachable") == "off"
    assert not at_home.requests


@pytest.mark.parametrize("age", [timedelta(1), timedelta(-1)], ids=["older", "newer"])
async def test_a_server_that_is_listed_twice(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, age: timedelta
) -> None:
    """A row counts if its address responds; only its addresses get its token."""
    attic = plex_tv.servers["Attic"]
    stale = plex_tv.add_server("casey", name="Stale", owned=False)
    stale.data.machine_identifier = attic.machine_identifier
    stale.data.last_seen_at = attic.data.last_seen_at - age
    plex_tv.people["casey"].servers.sort(reverse=True)
    await link("casey")
    [server] = (await act(hass, "get_servers"))["servers"]
    assert (server["name"], server["reachable"]) == ("Attic", True)
    await act(hass, "request", {"path": "/", "device_id": server["device_id"]})
    assert attic.requests[-1].headers["X-Plex-Token"] == attic.data.guests["casey"]
    assert attic.data.guests["casey"] != stale.data.guests["casey"]


async def test_a_server_that_is_listed_twice_moves(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A server that moves to an address of its second row is measured at once."""
    attic = plex_tv.servers["Attic"]
    stale = plex_tv.add_server("casey", name="Stale", owned=False)
    stale.data.machine_identifier = attic.machine_identifier
    stale.data.last_seen_at = attic.data.last_seen_at + timedelta(days=1)
    entry = await link("casey", options=NO_STREAMS)
    attic.places = attic.places[-1:]
    await instance.in_time(entry.runtime_data.account.async_refresh())
    await instance.pass_time(1)
    [server] = (await act(hass, "get_servers"))["servers"]
    assert server["route"] == "relay"


async def test_a_server_that_is_listed_twice_is_listened_to(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """An open stream shows that a server is reachable, whichever row is used."""
    attic = plex_tv.servers["Attic"]
    stale = plex_tv.add_server("alice", name="Stale")
    stale.data.machine_identifier = attic.machine_identifier
    stale.data.last_seen_at = attic.data.last_seen_at + timedelta(days=1)
    await link("alice")
    await instance.pass_time(1)
    asked = len(attic.seen("GET", IDENTITY))
    await instance.pass_time(NEXT_MEASUREMENT)
    await instance.pass_time(5)
    assert instance.shows("binary_sensor.stale_reachable", "on")
    assert len(attic.seen("GET", IDENTITY)) == asked


async def test_a_server_that_passes_itself_off_as_an_own_one(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """A shared server with the identifier of an owned one gets no request."""
    cabin = plex_tv.servers["Cabin"]
    impostor = plex_tv.add_server("alice", name="Impostor", owned=False)
    await impostor.start()
    impostor.lie(cabin.machine_identifier)
    impostor.data.machine_identifier = cabin.machine_identifier
    impostor.data.last_seen_at = cabin.data.last_seen_at + timedelta(days=1)
    plex_tv.people["alice"].servers.reverse()
    await cabin.stop()
    servers = Servers(hass, await link("alice"))
    assert servers.state("Cabin", "reachable") == "off"
    assert not impostor.requests
    assert "Impostor" not in servers.devices()
