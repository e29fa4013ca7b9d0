"""A Home Assistant to measure in."""

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

# isort: off
# Before the test package, which it patches for newer versions of Home Assistant.
import tests.helpers.early_plugin  # noqa: F401 - for its side effect

# isort: on
from homeassistant.helpers import frame
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_test_home_assistant

# Imported before Home Assistant looks for it: the test package has a custom_components
# of its own.
from custom_components.plex_account import plex_tv as plex_tv_module
from custom_components.plex_account.plextv import PlexTvHosts
from tests.helpers.networks import THIS_MACHINE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import HomeAssistant
    from yarl import URL


@asynccontextmanager
async def home_assistant(
    plex_tv: URL, discover: URL | None = None
) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant that reaches plex.tv and Discover at these addresses.

    Without `discover`, accounts have no watchlist.
    """
    hosts = PlexTvHosts(api=plex_tv, discover=discover or plex_tv)
    plex_tv_module.PLEX_TV = hosts  # type: ignore[misc] # only here
    plex_tv_module.NETWORKS = THIS_MACHINE  # type: ignore[misc] # only here
    async with async_test_home_assistant() as hass:
        hass.data.pop(DATA_CUSTOM_COMPONENTS, None)
        frame.async_setup(hass)
        await async_setup_component(hass, "network", {})
        yield hass
        await hass.async_stop(force=True)
