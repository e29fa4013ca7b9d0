"""Signing out at plex.tv when an entry is removed, also after an outage."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import CONF_TOKEN
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER, DOMAIN
from simulator import Fault
from tests.helpers.routes import DEVICE, DEVICES, SIGN_OUT

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

STORED = f"{DOMAIN}.sign_outs"


async def test_an_account_removed_during_an_outage(
    instance: Instance, plex_tv: Simulator, link: Link, hass_storage: dict[str, Any]
) -> None:
    """The token is signed out when plex.tv responds again, and then deleted."""
    entry = await link("alice")
    token = entry.data[CONF_TOKEN]
    plex_tv.misbehave("DELETE", "*", Fault.html(502), times=None)
    await instance.remove(entry)
    assert plex_tv.token_is_valid(token)
    assert set(hass_storage[STORED]["data"]) == {token}
    await instance.pass_time(3601)
    assert plex_tv.token_is_valid(token)
    plex_tv.behave()
    await instance.pass_time(3601)
    await instance.pass_time_until(lambda: not hass_storage[STORED]["data"])
    assert not plex_tv.token_is_valid(token)


@pytest.mark.parametrize("valid", [True, False])
async def test_a_sign_out_of_an_earlier_run(
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    hass_storage: dict[str, Any],
    *,
    valid: bool,
) -> None:
    """A stored sign-out is sent after the start; an invalid token is dropped."""
    token = plex_tv.sign_in("bob", "an-earlier-dialogue")
    if not valid:
        plex_tv.revoke(token)
    data = {token: "an-earlier-dialogue"}
    hass_storage[STORED] = {"version": 1, "minor_version": 1, "data": data}
    await link("alice")
    await instance.pass_time(3601)
    await instance.pass_time_until(lambda: not hass_storage[STORED]["data"])
    assert not plex_tv.token_is_valid(token)


async def test_only_disabled_accounts(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    hass_storage: dict[str, Any],
) -> None:
    """Stored sign-outs are kept and sent even if all accounts are disabled."""
    earlier = plex_tv.sign_in("bob", "an-earlier-dialogue")
    data = {earlier: "an-earlier-dialogue"}
    hass_storage[STORED] = {"version": 1, "minor_version": 1, "data": data}
    token = plex_tv.sign_in("alice", "a-disabled-account")
    entry = MockConfigEntry(
        domain=DOMAIN,
        disabled_by=ConfigEntryDisabler.USER,
        data={CONF_TOKEN: token, CONF_CLIENT_IDENTIFIER: "a-disabled-account"},
    )
    entry.add_to_hass(hass)
    plex_tv.misbehave("DELETE", "*", Fault.html(502), times=None)
    await instance.remove(entry)
    assert set(hass_storage[STORED]["data"]) == {earlier, token}
    plex_tv.behave()
    await instance.pass_time(3601)
    await instance.pass_time_until(lambda: not hass_storage[STORED]["data"])
    assert not plex_tv.token_is_valid(earlier)
    assert not plex_tv.token_is_valid(token)


async def test_a_removed_account_is_signed_out(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """Removing an entry signs its token out."""
    entry = await link("alice")
    token = entry.data[CONF_TOKEN]
    await hass.config_entries.async_remove(entry.entry_id)
    assert not plex_tv.token_is_valid(token)
    assert not hass.states.async_all(["binary_sensor", "sensor"])


@pytest.mark.parametrize(
    "fault", [Fault.html(502), Fault.hang(), Fault.status(401)], ids=str
)
async def test_removal_does_not_wait_for_plex_tv(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    fault: Fault,
) -> None:
    """An entry is removed whether plex.tv responds or not."""
    entry = await link("alice")
    plex_tv.misbehave("DELETE", "*", fault, times=None)
    begun = dt_util.utcnow()
    await instance.remove(entry)
    assert plex_tv.seen("DELETE", "*")
    assert dt_util.utcnow() - begun < timedelta(seconds=7)
    assert not hass.config_entries.async_entries(DOMAIN)


async def test_a_removed_account_leaves_no_row(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """Removing an entry removes its row under Authorized Devices, and no other."""
    entry = await link("alice")
    other = plex_tv.sign_in("alice", "another-client")
    await hass.config_entries.async_remove(entry.entry_id)
    assert not plex_tv.token_is_valid(entry.data[CONF_TOKEN])
    assert plex_tv.token_is_valid(other)
    assert len(plex_tv.seen("DELETE", DEVICE)) == 1
    assert not plex_tv.seen("DELETE", SIGN_OUT)


@pytest.mark.parametrize("status", [401, 500])
@pytest.mark.parametrize(("method", "route"), [("GET", DEVICES), ("DELETE", DEVICE)])
async def test_a_row_that_cannot_be_removed(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    method: str,
    route: str,
    status: int,
) -> None:
    """If the row cannot be removed, the account is signed out instead."""
    entry = await link("alice")
    plex_tv.misbehave(method, route, Fault.status(status), times=None)
    await hass.config_entries.async_remove(entry.entry_id)
    assert plex_tv.seen("DELETE", SIGN_OUT)
    assert not plex_tv.token_is_valid(entry.data[CONF_TOKEN])
