"""Accounts, users of a Plex Home, and automations made from the blueprints."""

from typing import TYPE_CHECKING

import pytest

from tests.helpers.automations import BlueprintAutomations
from tests.helpers.home_users import HomeUsers
from tests.helpers.servers import NO_STREAMS, Servers
from tests.helpers.signed_in_devices import SignedInDevices
from tests.helpers.watchlist import ShownWatchlist

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Person, Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


@pytest.fixture
async def alice(link: Link) -> MockConfigEntry:
    """Provide the account of alice, without streams."""
    return await link("alice", options=NO_STREAMS)


@pytest.fixture
async def listening(instance: Instance, link: Link) -> MockConfigEntry:
    """Provide the account of alice, with streams of her servers."""
    entry = await link("alice")
    await instance.pass_time(1)
    return entry


@pytest.fixture
def servers(hass: HomeAssistant, listening: MockConfigEntry) -> Servers:
    """Provide the servers of alice, with streams."""
    return Servers(hass, listening)


@pytest.fixture
def watchlist(instance: Instance) -> ShownWatchlist:
    """Provide the watchlist of alice, whose account is not linked yet."""
    return ShownWatchlist(instance)


@pytest.fixture
async def shown(watchlist: ShownWatchlist, link: Link) -> ShownWatchlist:
    """Provide the watchlist of alice after it was read."""
    await link("alice")
    await watchlist.read()
    return watchlist


@pytest.fixture
def signed_in(instance: Instance, alice: MockConfigEntry) -> SignedInDevices:
    """Provide the entities of alice's signed-in devices, which are disabled."""
    return SignedInDevices(instance, alice)


@pytest.fixture
def users(instance: Instance, plex_tv: Simulator, alice: MockConfigEntry) -> HomeUsers:
    """Provide the users of alice's Home: casey, and dana, who may use Discover."""
    plex_tv.add_home_user("dana")
    plex_tv.discover.add("dana", plex_tv.discover.title("Basement"))
    return HomeUsers(instance, plex_tv, alice)


@pytest.fixture
def automations(instance: Instance, tmp_path: Path) -> BlueprintAutomations:
    """Provide automations made from the blueprints."""
    return BlueprintAutomations(instance, tmp_path)


@pytest.fixture
def casey(plex_tv: Simulator) -> Person:
    """Provide a person with whom alice shares the server."""
    return plex_tv.people["casey"]
