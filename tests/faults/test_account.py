"""Bad answers when an account is set up, followed and removed."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.util import dt as dt_util
import pytest

from custom_components.plex_account.const import (
    ACCOUNT_INTERVAL,
    DOMAIN,
    PING_INTERVAL,
    SERVERS_INTERVAL,
)
from tests.helpers.clock import in_time
from tests.helpers.routes import PING, RESOURCES, SIGN_OUT, USER

from .bad_answers import COMPLETE, REJECTED, each_bad_answer

if TYPE_CHECKING:
    from .scenario import Scenario


PLEX_PASS: Final = "binary_sensor.alice_attic_plex_pass"
SIGNED_IN: Final = "binary_sensor.alice_attic_signed_in"
SERVERS_REACHABLE: Final = "sensor.alice_attic_servers_reachable"

pytestmark = pytest.mark.allowed_logs(
    "Error fetching Plex account",
    "Authentication failed while fetching",
)


@each_bad_answer
@pytest.mark.parametrize("route", [USER, RESOURCES])
async def test_set_up(scenario: Scenario, route: str, bad: str) -> None:
    """It is tried again until plex.tv is well, unless the sign-in is lost."""
    await scenario.inject("GET", route, bad)
    entry = await scenario.link()
    if (route, bad) == (RESOURCES, "list"):
        # An account without servers.
        assert entry.state is ConfigEntryState.LOADED
        assert scenario.is_state(SERVERS_REACHABLE, "0")
    elif bad in REJECTED:
        assert entry.state is ConfigEntryState.LOADED
        assert scenario.is_state(SIGNED_IN, "off")
    else:
        assert entry.state is ConfigEntryState.SETUP_RETRY
    assert scenario.asks_to_sign_in == (bad in REJECTED)
    scenario.assert_unharmed()
    scenario.recover()
    reload = scenario.hass.config_entries.async_reload(entry.entry_id)
    await in_time(scenario.hass, scenario.freezer, reload)
    assert scenario.is_state(SIGNED_IN, "on")
    assert scenario.is_state(SERVERS_REACHABLE, "3")


@each_bad_answer
@pytest.mark.parametrize(
    ("route", "due", "fine"),
    [
        (RESOURCES, SERVERS_INTERVAL, frozenset({"list"})),
        (USER, ACCOUNT_INTERVAL, frozenset()),
        (PING, PING_INTERVAL, COMPLETE),
    ],
    ids=[RESOURCES, USER, PING],
)
async def test_refresh(
    scenario: Scenario, route: str, due: timedelta, fine: frozenset[str], bad: str
) -> None:
    """The account is unavailable as long as it lasts; a lost sign-in asks a person."""
    await scenario.link()
    await scenario.inject("GET", route, bad)
    begun = dt_util.utcnow()
    await scenario.pass_time(due.total_seconds() * 1.11)
    if bad in fine:
        await scenario.pass_time(1)
    else:
        await scenario.pass_time_until(
            lambda: scenario.is_state(PLEX_PASS, "unavailable")
        )
    assert dt_util.utcnow() - begun < due * 1.11 + timedelta(seconds=12)
    assert scenario.is_state(PLEX_PASS, "on") == (bad in fine)
    assert scenario.is_state(SIGNED_IN, "off" if bad in REJECTED else "on")
    assert scenario.asks_to_sign_in == (bad in REJECTED)
    scenario.assert_unharmed()
    scenario.recover()
    if bad not in REJECTED:
        await scenario.pass_time(SERVERS_INTERVAL.total_seconds() * 1.11)
        await scenario.pass_time_until(
            lambda: scenario.is_state(SERVERS_REACHABLE, "3")
        )
        assert scenario.is_state(PLEX_PASS, "on")


@each_bad_answer
async def test_removal(scenario: Scenario, bad: str) -> None:
    """The account is gone at once, whether plex.tv wants to hear of it or not."""
    entry = await scenario.link()
    await scenario.inject("DELETE", SIGN_OUT, bad)
    begun = dt_util.utcnow()
    remove = scenario.hass.config_entries.async_remove(entry.entry_id)
    await in_time(scenario.hass, scenario.freezer, remove)
    assert dt_util.utcnow() - begun < timedelta(seconds=7)
    assert not scenario.hass.config_entries.async_entries(DOMAIN)
    assert not scenario.hass.states.async_all(["binary_sensor", "sensor"])
