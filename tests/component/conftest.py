"""Users of a Plex Home, and automations made from the blueprints."""

from typing import TYPE_CHECKING

import pytest

from tests.helpers.automations import BlueprintAutomations
from tests.helpers.home_users import HomeUsers
from tests.helpers.servers import NO_STREAMS

if TYPE_CHECKING:
    from pathlib import Path

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link


@pytest.fixture
async def alice(link: Link) -> MockConfigEntry:
    """Provide the account of alice."""
    return await link("alice", options=NO_STREAMS)


@pytest.fixture
def users(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    plex_tv: Simulator,
    alice: MockConfigEntry,
) -> HomeUsers:
    """Provide the users of alice's Home: casey, and dana, who may use Discover."""
    plex_tv.add_home_user("dana")
    plex_tv.discover.add("dana", plex_tv.discover.title("Basement"))
    return HomeUsers(hass, freezer, plex_tv, alice)


@pytest.fixture
def automations(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, tmp_path: Path
) -> BlueprintAutomations:
    """Provide automations made from the blueprints."""
    return BlueprintAutomations(hass, freezer, tmp_path)
