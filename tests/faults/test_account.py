"""Bad responses during the setup, the polling and the removal of an account."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.util import dt as dt_util
import pytest

from custom_components.plex_account.const import (
    ACCOUNT_INTERVAL,
    DOMAIN,
    PING_INTERVAL,
    SERVERS_INTERVAL,
    SIGN_OUT_RETRY_INTERVAL,
)
from tests.helpers.routes import DEVICE, DEVICES, PING, RESOURCES, SIGN_OUT, USER

from .bad_answers import (
    ALL_BAD_ANSWERS,
    COMPLETE,
    REJECTED,
    WRONG_CERTIFICATE,
    each_bad_answer,
)

if TYPE_CHECKING:
    from .scenario import Scenario


PLEX_PASS: Final = "binary_sensor.alice_attic_plex_pass"
SIGNED_IN: Final = "binary_sensor.alice_attic_signed_in"
SERVERS_REACHABLE: Final = "sensor.alice_attic_servers_reachable"
INTERVALS: Final = {
    RESOURCES: SERVERS_INTERVAL,
    USER: ACCOUNT_INTERVAL,
    PING: PING_INTERVAL,
}
# Cases that concern one route of plex.tv only. An empty list of servers is valid, and a
# rate limit of that most frequent route counts for all.
OF_ONE_ROUTE: Final = [
    (route, bad)
    for route in INTERVALS
    for bad in ALL_BAD_ANSWERS
    if bad != WRONG_CERTIFICATE
    and not (route == RESOURCES and (bad == "list" or bad.startswith("429")))
]
# The requests of a sign-out, of which the last is sent if one of the others fails. No
# request arrives with the wrong certificate, so that one case is enough.
OF_A_SIGN_OUT: Final = [
    (route, bad)
    for route in (DEVICES, DEVICE, SIGN_OUT)
    for bad in ALL_BAD_ANSWERS
    if route == SIGN_OUT or bad != WRONG_CERTIFICATE
]

pytestmark = pytest.mark.allowed_logs(
    "Error fetching Plex account",
    "Authentication failed while fetching",
    "plex.tv does not answer for",
)


def asked_for_the_account(bad: str) -> list[str]:
    """Return the routes to inject into; one rate limit counts for all of them."""
    return [RESOURCES] if bad.startswith("429") else [RESOURCES, USER]


@each_bad_answer
async def test_set_up(scenario: Scenario, bad: str) -> None:
    """The setup is retried until plex.tv responds, unless the sign-in is lost."""
    for route in asked_for_the_account(bad):
        await scenario.inject("GET", route, bad)
    entry = await scenario.link()
    if bad in REJECTED:
        assert entry.state is ConfigEntryState.LOADED
        assert scenario.is_state(SIGNED_IN, "off")
    elif bad == "list":
        # An account without servers.
        assert entry.state is ConfigEntryState.LOADED
        assert scenario.is_state(SERVERS_REACHABLE, "0")
    else:
        assert entry.state is ConfigEntryState.SETUP_RETRY
    assert scenario.asks_to_sign_in == (bad in REJECTED)
    scenario.assert_unharmed()
    scenario.recover()
    scenario.instance.freezer.tick(600)
    assert await scenario.instance.reload(entry)
    assert scenario.is_state(SIGNED_IN, "on")
    await scenario.instance.pass_time_until_shown(SERVERS_REACHABLE, "3")


@pytest.mark.parametrize(
    ("route", "bad"), [case for case in OF_ONE_ROUTE if case[0] != PING]
)
async def test_set_up_without_one(scenario: Scenario, route: str, bad: str) -> None:
    """One valid response of plex.tv is enough for the setup, despite one rejection."""
    await scenario.inject("GET", route, bad)
    entry = await scenario.link()
    assert entry.state is ConfigEntryState.LOADED
    assert scenario.is_state(SIGNED_IN, "on")
    assert not scenario.asks_to_sign_in
    scenario.assert_unharmed()


@each_bad_answer
async def test_refresh(scenario: Scenario, bad: str) -> None:
    """The account is unavailable during the fault; a lost sign-in starts a flow."""
    await scenario.link()
    # An empty list of servers is valid, and no other request is due yet.
    for route in [RESOURCES] if bad == "list" else asked_for_the_account(bad):
        await scenario.inject("GET", route, bad)
    begun = dt_util.utcnow()
    await scenario.pass_time(SERVERS_INTERVAL.total_seconds() * 1.11)
    if bad == "list":
        await scenario.pass_time(1)
    else:
        await scenario.pass_time_until(
            lambda: scenario.is_state(PLEX_PASS, "unavailable")
        )
    assert dt_util.utcnow() - begun < SERVERS_INTERVAL * 1.11 + timedelta(seconds=25)
    assert scenario.is_state(PLEX_PASS, "on") == (bad == "list")
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


@pytest.mark.parametrize(("route", "bad"), OF_ONE_ROUTE)
async def test_refresh_without_one(scenario: Scenario, route: str, bad: str) -> None:
    """With one failing route, the data is kept, and no reauthentication starts."""
    await scenario.link()
    await scenario.inject("GET", route, bad)
    await scenario.pass_time(INTERVALS[route].total_seconds() * 1.11)
    for _ in range(10):
        await scenario.pass_time(5)
    assert scenario.is_state(PLEX_PASS, "on")
    assert scenario.is_state(SERVERS_REACHABLE, "3")
    assert scenario.is_state(SIGNED_IN, "on")
    assert not scenario.asks_to_sign_in
    scenario.assert_unharmed()


@pytest.mark.parametrize(("route", "bad"), OF_A_SIGN_OUT)
async def test_removal(scenario: Scenario, route: str, bad: str) -> None:
    """The account is removed at once, and signed out within the next hour."""
    entry = await scenario.link()
    await scenario.inject_into_sign_out(route, bad)
    begun = dt_util.utcnow()
    await scenario.instance.remove(entry)
    assert dt_util.utcnow() - begun < timedelta(seconds=7)
    assert not scenario.hass.config_entries.async_entries(DOMAIN)
    assert not scenario.hass.states.async_all(["binary_sensor", "sensor"])
    for _ in range(3):
        await scenario.pass_time(11)
    scenario.recover()
    await scenario.pass_time(SIGN_OUT_RETRY_INTERVAL.total_seconds())
    # A success of plex.tv counts as a sign-out without a check of the token.
    believed = frozenset() if route == DEVICES else COMPLETE
    token = entry.data[CONF_TOKEN]
    assert scenario.plex_tv.token_is_valid(token) == (bad in believed)
