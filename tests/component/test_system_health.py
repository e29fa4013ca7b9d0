"""The integration's section of the system information."""

from typing import TYPE_CHECKING

from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.plex_account.const import DOMAIN
from simulator import Fault

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link


async def test_it_tells_how_the_accounts_fare(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, freezer: FrozenDateTimeFactory
) -> None:
    """Accounts are counted, and plex.tv is checked."""
    assert await async_setup_component(hass, "system_health", {})
    begun = dt_util.utcnow()
    await link("alice")
    await link("bob")
    info = await get_system_health_info(hass, DOMAIN)
    assert await info.pop("can_reach_plex_tv") == "ok"
    assert info.pop("last_success") >= begun
    assert info == {"accounts_linked": 2, "accounts_signed_in": 2}


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_it_tells_of_a_lost_sign_in(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """An account whose sign-in is lost counts as linked."""
    assert await async_setup_component(hass, "system_health", {})
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    await link("alice")
    await plex_tv.stop()
    info = await get_system_health_info(hass, DOMAIN)
    assert (await info.pop("can_reach_plex_tv"))["type"] == "failed"
    assert info == {
        "accounts_linked": 1,
        "accounts_signed_in": 0,
        "last_success": None,
    }
