"""A Home Assistant with a linked account."""

from typing import TYPE_CHECKING

from homeassistant.setup import async_setup_component
import pytest

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link


@pytest.fixture(autouse=True)
async def _own_texts(hass: HomeAssistant) -> None:
    """Set up the integration `homeassistant`, which has the texts of some errors."""
    assert await async_setup_component(hass, "homeassistant", {})


@pytest.fixture
async def alice(link: Link, plex_tv: Simulator) -> MockConfigEntry:
    """Provide alice's account; the requests so far are removed from the simulator."""
    entry = await link("alice")
    plex_tv.requests.clear()
    for server in plex_tv.servers.values():
        server.requests.clear()
    return entry
