"""Bad responses when servers are measured."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.util import dt as dt_util
import pytest

from custom_components.plex_account.const import REACH_INTERVAL
from custom_components.plex_account.plextv.library_news import CALM
from tests.helpers.routes import EVENTS, IDENTITY, SESSIONS, TITLES

from .bad_answers import ALL_BAD_ANSWERS, WRONG_CERTIFICATE, each_bad_answer

if TYPE_CHECKING:
    from .scenario import Scenario

REACHABLE: Final = "binary_sensor.attic_reachable"
ROUTE: Final = "sensor.attic_route"
STREAMS: Final = "sensor.attic_streams"
LIBRARY: Final = "event.attic_library"
ANOTHER: Final = "binary_sensor.cabin_reachable"
SIGNED_IN: Final = "binary_sensor.alice_attic_signed_in"


async def assert_away(scenario: Scenario, bad: str) -> None:
    """Check that only this server is unreachable, and becomes reachable again."""
    assert scenario.is_state(ROUTE, "none")
    assert scenario.is_state(SIGNED_IN, "on")
    assert scenario.is_state(ANOTHER, "off" if bad == WRONG_CERTIFICATE else "on")
    assert not scenario.asks_to_sign_in
    scenario.assert_unharmed()
    scenario.recover()
    await scenario.pass_time(REACH_INTERVAL.total_seconds() * 1.11)
    await scenario.pass_time_until(lambda: scenario.is_state(REACHABLE, "on"))
    assert scenario.is_state(ROUTE, "local")
    assert scenario.is_state(ANOTHER, "on")


# plex.tv has the same certificate, so that no server would be listed.
@pytest.mark.parametrize(
    "bad", [bad for bad in ALL_BAD_ANSWERS if bad != WRONG_CERTIFICATE]
)
async def test_first_measurement(scenario: Scenario, bad: str) -> None:
    """A server with bad responses from the start is unreachable."""
    await scenario.inject("GET", IDENTITY, bad, scenario.plex_tv.servers["Attic"])
    entry = await scenario.link()
    assert entry.state is ConfigEntryState.LOADED
    await scenario.pass_time_until(lambda: scenario.is_state(REACHABLE, "off"))
    await assert_away(scenario, bad)


@each_bad_answer
async def test_measurement(scenario: Scenario, bad: str) -> None:
    """A server whose responses become bad is unreachable, unless a stream is open."""
    await scenario.link(follow_playback="none")
    assert scenario.is_state(REACHABLE, "on")
    await scenario.inject("GET", IDENTITY, bad, scenario.plex_tv.servers["Attic"])
    begun = dt_util.utcnow()
    await scenario.pass_time(REACH_INTERVAL.total_seconds() * 1.11)
    await scenario.pass_time_until(lambda: scenario.is_state(REACHABLE, "off"))
    assert dt_util.utcnow() - begun < REACH_INTERVAL * 1.11 + timedelta(seconds=12)
    await assert_away(scenario, bad)


@pytest.mark.parametrize("route", [EVENTS, SESSIONS])
@pytest.mark.parametrize(
    "bad", [bad for bad in ALL_BAD_ANSWERS if bad != WRONG_CERTIFICATE]
)
async def test_what_it_tells_by_itself(
    scenario: Scenario, bad: str, route: str
) -> None:
    """A failing stream or list affects neither the server nor the account."""
    attic = scenario.plex_tv.servers["Attic"]
    await scenario.inject("GET", route, bad, attic)
    await scenario.link()
    for _ in range(60):
        await scenario.pass_time(1)
    assert scenario.is_state(REACHABLE, "on")
    assert scenario.is_state(STREAMS, "unavailable")
    assert not scenario.asks_to_sign_in
    scenario.recover()
    await scenario.pass_time_until(lambda: scenario.is_state(STREAMS, "0"))


@pytest.mark.parametrize(
    "bad", [bad for bad in ALL_BAD_ANSWERS if bad != WRONG_CERTIFICATE]
)
async def test_description_of_titles(scenario: Scenario, bad: str) -> None:
    """A new title is reported without details, with the fields of its notification."""
    attic = scenario.plex_tv.servers["Attic"]
    await scenario.link()
    await scenario.pass_time_until(lambda: scenario.is_state(STREAMS, "0"))
    await scenario.inject("GET", TITLES, bad, attic)
    attic.playback.add_title("Night Train")
    await scenario.pass_time(CALM + 1)
    await scenario.pass_time_until(lambda: not scenario.is_state(LIBRARY, "unknown"))
    told = scenario.hass.states.get(LIBRARY)
    assert told
    assert told.attributes["title"] == "Night Train"
    assert "library" not in told.attributes
    assert scenario.is_state(REACHABLE, "on")
    assert scenario.is_state(STREAMS, "0")
    assert not scenario.asks_to_sign_in
    scenario.assert_unharmed()
