"""Rejected tokens: when the sign-in counts as lost, and when it is valid again."""

from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.clock import pass_hours
from tests.helpers.routes import RESOURCES, USER
from tests.helpers.servers import NO_STREAMS

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link


@pytest.mark.parametrize("route", [RESOURCES, USER])
@pytest.mark.allowed_logs("plex.tv does not answer for")
async def test_one_wrong_rejection_is_not_believed(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    route: str,
) -> None:
    """A sign-in counts as lost only when a second route rejects the token as well."""
    entry = await link("alice", options=NO_STREAMS)
    plex_tv.misbehave("GET", route, Fault.status(401), times=None)
    await pass_hours(hass, freezer, 4)
    assert hass.states.is_state(f"binary_sensor.{entry.title}_signed_in", "on")
    assert hass.states.is_state("binary_sensor.attic_reachable", "on")
    assert not hass.config_entries.flow.async_progress()


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_sign_in_that_is_accepted_again(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The token is tried every hour, and the reauthentication follows the outcome."""
    entry = await link("alice", options=NO_STREAMS)
    signed_in = f"binary_sensor.{entry.title}_signed_in"
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    await pass_hours(hass, freezer, 0.5)
    assert hass.states.is_state(signed_in, "off")
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)

    hass.config_entries.flow.async_abort(flow["flow_id"])
    await pass_hours(hass, freezer, 1.3)
    assert len(hass.config_entries.flow.async_progress_by_handler(DOMAIN)) == 1

    plex_tv.behave()
    await pass_hours(hass, freezer, 1.3)
    assert hass.states.is_state(signed_in, "on")
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    asked = len(plex_tv.seen("GET", RESOURCES))
    await pass_hours(hass, freezer, 0.5)
    assert len(plex_tv.seen("GET", RESOURCES)) > asked


@pytest.mark.allowed_logs("Authentication failed while fetching", "Error fetching")
@pytest.mark.parametrize(
    "fault",
    [Fault.status(401), Fault.status(422, body='{"error": "Invalid token"}')],
    ids=str,
)
@pytest.mark.parametrize("before", ["fine", "away"])
async def test_a_lost_sign_in(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    fault: Fault,
    before: str,
) -> None:
    """A lost sign-in turns the sensor off, starts one flow and slows the polling."""
    entry = await link("alice", options=NO_STREAMS)
    signed_in = f"binary_sensor.{entry.title}_signed_in"
    if before == "away":
        plex_tv.misbehave("*", "*", Fault.html(502), times=None)
        await pass_hours(hass, freezer, 0.2)
        plex_tv.behave()
    plex_tv.misbehave("*", "*", fault, times=None)
    await pass_hours(hass, freezer, 0.3)
    assert hass.states.is_state(signed_in, "off")
    [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"
    asked = len(plex_tv.requests)
    await pass_hours(hass, freezer, 3)
    # Two routes, about every hour.
    assert 4 <= len(plex_tv.requests) - asked <= 6
    assert hass.states.is_state(signed_in, "off")


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_lost_sign_in_outlives_a_restart(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """The sensor is off from the start; plex.tv's data is unavailable."""
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    entry = await link("alice", options=NO_STREAMS)
    assert hass.states.is_state(f"binary_sensor.{entry.title}_signed_in", "off")
    for entity_id in (
        f"binary_sensor.{entry.title}_plex_pass",
        f"sensor.{entry.title}_servers_reachable",
    ):
        assert hass.states.is_state(entity_id, "unavailable")
