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
from tests import in_time

from .bad_answers import COMPLETE, REJECTED, each_bad_answer

if TYPE_CHECKING:
    from .world import World

USER: Final = "/api/v2/user"
RESOURCES: Final = "/api/v2/resources"
PING: Final = "/api/v2/ping"
SIGN_OUT: Final = "/api/v2/users/signout"

PLEX_PASS: Final = "binary_sensor.alice_attic_plex_pass"
SIGNED_IN: Final = "binary_sensor.alice_attic_signed_in"
SERVERS_REACHABLE: Final = "sensor.alice_attic_servers_reachable"

pytestmark = pytest.mark.allowed_logs(
    "Error fetching Plex account",
    "Authentication failed while fetching",
)


@each_bad_answer
@pytest.mark.parametrize("route", [USER, RESOURCES])
async def test_set_up(world: World, route: str, bad: str) -> None:
    """It is tried again until plex.tv is well, unless the sign-in is lost."""
    await world.strike("GET", route, bad)
    entry = await world.link()
    if (route, bad) == (RESOURCES, "list"):
        # An account without servers.
        assert entry.state is ConfigEntryState.LOADED
        assert world.is_state(SERVERS_REACHABLE, "0")
    elif bad in REJECTED:
        assert entry.state is ConfigEntryState.LOADED
        assert world.is_state(SIGNED_IN, "off")
    else:
        assert entry.state is ConfigEntryState.SETUP_RETRY
    assert world.asks_to_sign_in == (bad in REJECTED)
    world.assert_unharmed()
    world.calm()
    reload = world.hass.config_entries.async_reload(entry.entry_id)
    await in_time(world.hass, world.freezer, reload)
    assert world.is_state(SIGNED_IN, "on")
    assert world.is_state(SERVERS_REACHABLE, "3")


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
    world: World, route: str, due: timedelta, fine: frozenset[str], bad: str
) -> None:
    """The account is unavailable as long as it lasts; a lost sign-in asks a person."""
    await world.link()
    await world.strike("GET", route, bad)
    begun = dt_util.utcnow()
    await world.pass_time(due.total_seconds() * 1.11)
    if bad in fine:
        await world.pass_time(1)
    else:
        await world.pass_time_until(lambda: world.is_state(PLEX_PASS, "unavailable"))
    assert dt_util.utcnow() - begun < due * 1.11 + timedelta(seconds=12)
    assert world.is_state(PLEX_PASS, "on") == (bad in fine)
    assert world.is_state(SIGNED_IN, "off" if bad in REJECTED else "on")
    assert world.asks_to_sign_in == (bad in REJECTED)
    world.assert_unharmed()
    world.calm()
    if bad not in REJECTED:
        await world.pass_time(SERVERS_INTERVAL.total_seconds() * 1.11)
        await world.pass_time_until(lambda: world.is_state(SERVERS_REACHABLE, "3"))
        assert world.is_state(PLEX_PASS, "on")


@each_bad_answer
async def test_removal(world: World, bad: str) -> None:
    """The account is gone at once, whether plex.tv wants to hear of it or not."""
    entry = await world.link()
    await world.strike("DELETE", SIGN_OUT, bad)
    begun = dt_util.utcnow()
    remove = world.hass.config_entries.async_remove(entry.entry_id)
    await in_time(world.hass, world.freezer, remove)
    assert dt_util.utcnow() - begun < timedelta(seconds=7)
    assert not world.hass.config_entries.async_entries(DOMAIN)
    assert not world.hass.states.async_all(["binary_sensor", "sensor"])
