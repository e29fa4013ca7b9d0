"""Sign-outs that plex.tv could not answer at once."""

from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_TOKEN
import pytest

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.clock import in_time, pass_time, pass_time_until

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link

STORED = f"{DOMAIN}.sign_outs"


async def test_an_account_removed_during_an_outage(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
) -> None:
    """It is signed out as soon as plex.tv answers, and the token is not kept."""
    entry = await link("alice")
    token = entry.data[CONF_TOKEN]
    plex_tv.misbehave("DELETE", "*", Fault.html(502), times=None)
    await in_time(hass, freezer, hass.config_entries.async_remove(entry.entry_id))
    assert plex_tv.token_is_valid(token)
    assert set(hass_storage[STORED]["data"]) == {token}
    await pass_time(hass, freezer, 3601)
    assert plex_tv.token_is_valid(token)
    plex_tv.behave()
    await pass_time(hass, freezer, 3601)
    await pass_time_until(hass, freezer, lambda: not hass_storage[STORED]["data"])
    assert not plex_tv.token_is_valid(token)


@pytest.mark.parametrize("valid", [True, False])
async def test_a_sign_out_of_an_earlier_run(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    *,
    valid: bool,
) -> None:
    """It is done after the start; one that plex.tv rejects is void already."""
    token = plex_tv.sign_in("bob", "an-earlier-dialogue")
    if not valid:
        plex_tv.revoke(token)
    data = {token: "an-earlier-dialogue"}
    hass_storage[STORED] = {"version": 1, "minor_version": 1, "data": data}
    await link("alice")
    await pass_time(hass, freezer, 3601)
    await pass_time_until(hass, freezer, lambda: not hass_storage[STORED]["data"])
    assert not plex_tv.token_is_valid(token)
