"""Bad responses when the watchlist is read and changed."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest

from tests.helpers.routes import ADD, REMOVE, SEARCH, SECTIONS, SERVER_TITLES, WATCHLIST
from tests.helpers.watchlist import NEXT_CHECK, NEXT_READING, WATCHLIST_ENTITY

from .bad_answers import ALL_BAD_ANSWERS, COMPLETE, WRONG_CERTIFICATE, each_bad_answer

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from .scenario import Scenario

AVAILABILITY: Final = "event.alice_attic_watchlist_availability"
SIGNED_IN: Final = "binary_sensor.alice_attic_signed_in"
# An account that may not use Discover has no list, which is no outage.
REFUSED: Final = frozenset({"401", "403", "404"})
# The body of a response to a change is not parsed; 404 means already removed.
ACCEPTED: Final = {ADD: COMPLETE, REMOVE: COMPLETE | {"404"}}

pytestmark = pytest.mark.allowed_logs("Error fetching Plex account")


def assert_account_unharmed(scenario: Scenario) -> None:
    """Check that the account does not depend on its watchlist."""
    [entry] = scenario.hass.config_entries.async_entries("plex_account")
    assert entry.state is ConfigEntryState.LOADED
    assert not scenario.asks_to_sign_in
    scenario.assert_unharmed()


async def assert_back(scenario: Scenario) -> None:
    """Check that the watchlist is available again."""
    scenario.recover()
    for _ in range(2):
        await scenario.pass_time(NEXT_READING)
    await scenario.pass_time_until(lambda: scenario.is_state(WATCHLIST_ENTITY, "4"))
    assert scenario.is_state(SIGNED_IN, "on")


# plex.tv has the same certificate, so that the account would not be set up either.
@pytest.mark.parametrize(
    "bad", [bad for bad in ALL_BAD_ANSWERS if bad != WRONG_CERTIFICATE]
)
async def test_first_reading(scenario: Scenario, bad: str) -> None:
    """The account is set up without a watchlist."""
    discover = scenario.plex_tv.discover
    await scenario.inject("GET", WATCHLIST, bad, discover)
    await scenario.link()
    await scenario.pass_time(11)
    assert scenario.hass.states.get(WATCHLIST_ENTITY) is None
    assert scenario.is_state(SIGNED_IN, "on")
    assert_account_unharmed(scenario)
    if bad not in REFUSED:
        await assert_back(scenario)


@each_bad_answer
async def test_reading(scenario: Scenario, bad: str) -> None:
    """The watchlist is unavailable during the fault, and never incomplete."""
    await scenario.link()
    await scenario.pass_time_until(lambda: scenario.is_state(WATCHLIST_ENTITY, "4"))
    await scenario.inject("GET", WATCHLIST, bad, scenario.plex_tv.discover)
    begun = dt_util.utcnow()
    await scenario.pass_time(NEXT_READING)
    await scenario.pass_time_until(
        lambda: scenario.is_state(WATCHLIST_ENTITY, "unavailable")
    )
    assert dt_util.utcnow() - begun < timedelta(seconds=NEXT_READING + 25)
    assert_account_unharmed(scenario)
    await assert_back(scenario)


@pytest.mark.parametrize("route", [SEARCH, ADD, REMOVE])
@each_bad_answer
async def test_changes(scenario: Scenario, route: str, bad: str) -> None:
    """A change is made, or fails with a translated error and is undone."""
    await scenario.link()
    await scenario.pass_time_until(lambda: scenario.is_state(WATCHLIST_ENTITY, "4"))
    method = "GET" if route == SEARCH else "PUT"
    await scenario.inject(method, route, bad, scenario.plex_tv.discover)
    begun = dt_util.utcnow()
    if bad in ACCEPTED.get(route, ()):
        await _change(scenario, route)
    else:
        with pytest.raises(HomeAssistantError) as failure:
            await _change(scenario, route)
        assert failure.value.translation_key
        assert scenario.is_state(WATCHLIST_ENTITY, "4")
    assert dt_util.utcnow() - begun < timedelta(seconds=12)
    assert_account_unharmed(scenario)
    scenario.recover()
    for _ in range(2):
        await scenario.pass_time(NEXT_CHECK)
    await assert_back(scenario)


# plex.tv has the same certificate here as well.
@pytest.mark.parametrize("route", [SECTIONS, SERVER_TITLES])
@pytest.mark.parametrize(
    "bad", [bad for bad in ALL_BAD_ANSWERS if bad != WRONG_CERTIFICATE]
)
async def test_questions_to_a_server(scenario: Scenario, route: str, bad: str) -> None:
    """Neither the watchlist nor the account depends on servers."""
    attic = scenario.plex_tv.servers["Attic"]
    # The libraries are requested as soon as the account is set up.
    await scenario.inject("GET", route, bad, attic)
    await scenario.link()
    for _ in range(3):
        await scenario.pass_time(15)
    assert scenario.is_state(WATCHLIST_ENTITY, "4")
    event = scenario.hass.states.get(AVAILABILITY)
    assert event is None or event.state == "unknown"
    assert_account_unharmed(scenario)
    await assert_back(scenario)


async def _change(scenario: Scenario, route: str) -> None:
    """Remove a title from the list, or add one."""
    action, item = (
        ("remove_item", "Fargo") if route == REMOVE else ("add_item", "Amélie")
    )
    work: Coroutine[None, None, object] = scenario.hass.services.async_call(
        "todo", action, {"entity_id": WATCHLIST_ENTITY, "item": item}, blocking=True
    )
    await scenario.instance.in_time(work)
