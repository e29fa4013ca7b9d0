"""The action `get_servers`."""

from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_TOKEN
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER
from simulator import Fault
from tests.helpers.actions import act, device_id, refusal
from tests.helpers.routes import HOME_USERS
from tests.helpers.servers import NEXT_LIST, NEXT_MEASUREMENT, lose_plex_tv

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


async def listed(hass: HomeAssistant) -> dict[str, dict[str, Any]]:
    """Call the action, and return the servers by their names."""
    answer = await act(hass, "get_servers")
    return {server.pop("name"): server for server in answer["servers"]}


def address(plex_tv: Simulator, name: str, route: str) -> str:
    """Return the address of a server on a route."""
    [place] = [
        place
        for place in plex_tv.servers[name].data.listed_places
        if place.answers and place.route == route
    ]
    return f"http://{place.host}:{place.port}"


async def test_what_is_told(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """All fields of a server are listed; the action sends no request."""
    servers = plex_tv.servers
    assert await listed(hass) == {
        "Attic": {
            "device_id": device_id(hass, alice, "Attic"),
            "machine_identifier": servers["Attic"].machine_identifier,
            "owned": True,
            "owner": None,
            "version": servers["Attic"].data.version,
            "platform": "Linux",
            "reachable": True,
            "route": "local",
            "address": address(plex_tv, "Attic", "local"),
        },
        "Cabin": {
            "device_id": device_id(hass, alice, "Cabin"),
            "machine_identifier": servers["Cabin"].machine_identifier,
            "owned": True,
            "owner": None,
            "version": servers["Cabin"].data.version,
            "platform": "Windows",
            "reachable": True,
            "route": "remote",
            "address": address(plex_tv, "Cabin", "remote"),
        },
        "Bob's Basement": {
            "device_id": device_id(hass, alice, "Bob's Basement"),
            "machine_identifier": servers["Bob's Basement"].machine_identifier,
            "owned": False,
            "owner": "bob_basement",
            "version": servers["Bob's Basement"].data.version,
            "platform": "Linux",
            "reachable": True,
            "route": "relay",
            "address": address(plex_tv, "Bob's Basement", "relay"),
        },
    }
    assert not plex_tv.requests


async def test_no_token_is_told(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The response contains no token, because every user may call the action."""
    told = str(await act(hass, "get_servers"))
    tokens = {server.data.token for server in plex_tv.servers.values()}
    tokens |= {alice.data[CONF_TOKEN], alice.data[CONF_CLIENT_IDENTIFIER]}
    tokens |= {plex_tv.servers["Bob's Basement"].data.guests["alice"]}
    assert not [token for token in tokens if token in told]


async def test_a_server_that_is_away(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """An unreachable server is listed without an address."""
    await plex_tv.servers["Cabin"].stop()
    await instance.pass_time(NEXT_MEASUREMENT)
    await instance.pass_time_until_shown("binary_sensor.cabin_reachable", "off")
    cabin = (await listed(hass))["Cabin"]
    assert (cabin["reachable"], cabin["route"]) == (False, "none")
    assert cabin["address"] is None
    assert cabin["device_id"]


async def test_an_address_that_is_no_longer_listed(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """An address that plex.tv no longer lists is not returned and gets no token."""
    plex_tv.quirks.connections_empty = True
    # A rejected request brings the next poll of the list forward.
    plex_tv.misbehave("GET", HOME_USERS, Fault.status(401))
    await refusal(hass, "request", {"path": HOME_USERS})
    assert {server["address"] for server in (await listed(hass)).values()} == {None}
    attic = {"path": "/", "device_id": device_id(hass, alice, "Attic")}
    assert (await refusal(hass, "request", attic)).startswith("Attic did not respond")
    assert not plex_tv.servers["Attic"].requests


async def test_a_server_comes_and_goes(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The response follows the last list of plex.tv."""
    loft = plex_tv.add_server("alice", name="Loft")
    await loft.start()
    await instance.pass_time(NEXT_LIST)
    await instance.pass_time_until_shown("binary_sensor.loft_reachable", "on")
    assert (await listed(hass))["Loft"]["device_id"] == device_id(hass, alice, "Loft")
    plex_tv.remove_server("Loft")
    await instance.pass_time(NEXT_LIST)
    await instance.pass_time_until(
        lambda: not hass.states.get("binary_sensor.loft_reachable")
    )
    assert set(await listed(hass)) == {"Attic", "Cabin", "Bob's Basement"}


async def test_a_guest(hass: HomeAssistant, link: Link) -> None:
    """Shared servers are listed as not owned."""
    await link("casey")
    [(name, server)] = (await listed(hass)).items()
    assert (name, server["owned"], server["owner"]) == ("Attic", False, "alice_attic")


async def test_a_server_whose_device_a_person_removed(
    hass: HomeAssistant, alice: MockConfigEntry
) -> None:
    """The `device_id` is null until Home Assistant creates the device again."""
    dr.async_get(hass).async_remove_device(device_id(hass, alice, "Cabin"))
    assert (await listed(hass))["Cabin"]["device_id"] is None


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_plex_tv_is_away(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """During an outage the last list is returned, and reachability stays current."""
    await lose_plex_tv(instance, plex_tv, alice)
    assert {server["reachable"] for server in (await listed(hass)).values()} == {True}
