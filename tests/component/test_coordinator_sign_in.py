"""Rejected tokens: when the sign-in counts as lost, and when it is valid again."""

import json
from typing import TYPE_CHECKING

import pytest

from simulator import Fault
from tests.helpers.routes import RESOURCES, USER
from tests.helpers.servers import NEXT_LIST, NO_STREAMS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("route", [RESOURCES, USER])
@pytest.mark.allowed_logs("plex.tv does not answer for")
async def test_one_wrong_rejection_is_not_believed(
    instance: Instance, plex_tv: Simulator, route: str
) -> None:
    """A sign-in counts as lost only when a second route rejects the token as well."""
    plex_tv.misbehave("GET", route, Fault.status(401), times=None)
    await instance.pass_hours(4)
    assert instance.shows("binary_sensor.alice_attic_signed_in", "on")
    assert instance.shows("binary_sensor.attic_reachable", "on")
    assert not instance.flows


@pytest.mark.usefixtures("alice")
@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_a_wrong_rejection_before_an_outage(
    instance: Instance, plex_tv: Simulator
) -> None:
    """If the second route accepts the token and then fails, it is an outage."""
    account = {"uuid": plex_tv.people["alice"].uuid, "username": "alice_attic"}
    plex_tv.misbehave("GET", RESOURCES, Fault.status(401))
    for fault in (Fault.body(json.dumps(account)), Fault.html(502)):
        plex_tv.misbehave("GET", USER, fault)
    await instance.pass_time(NEXT_LIST)
    await instance.pass_time_until_shown(
        "binary_sensor.alice_attic_plex_pass", "unavailable"
    )
    assert instance.shows("binary_sensor.alice_attic_signed_in", "on")
    assert not instance.flows


@pytest.mark.usefixtures("alice")
@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_sign_in_that_is_accepted_again(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator
) -> None:
    """A rejected token is retried hourly; the reauthentication follows the result."""
    signed_in = "binary_sensor.alice_attic_signed_in"
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    await instance.pass_hours(0.5)
    assert instance.shows(signed_in, "off")
    [flow] = instance.flows

    hass.config_entries.flow.async_abort(flow["flow_id"])
    await instance.pass_hours(1.3)
    assert len(instance.flows) == 1

    plex_tv.behave()
    await instance.pass_hours(1.3)
    assert instance.shows(signed_in, "on")
    assert not instance.flows
    asked = len(plex_tv.seen("GET", RESOURCES))
    await instance.pass_hours(0.5)
    assert len(plex_tv.seen("GET", RESOURCES)) > asked


@pytest.mark.usefixtures("alice")
@pytest.mark.allowed_logs("Authentication failed while fetching", "Error fetching")
@pytest.mark.parametrize(
    "fault",
    [Fault.status(401), Fault.status(422, body='{"error": "Invalid token"}')],
    ids=str,
)
@pytest.mark.parametrize("before", ["fine", "away"])
async def test_a_lost_sign_in(
    instance: Instance, plex_tv: Simulator, fault: Fault, before: str
) -> None:
    """A lost sign-in turns the sensor off, starts one flow and slows the polling."""
    signed_in = "binary_sensor.alice_attic_signed_in"
    if before == "away":
        plex_tv.misbehave("*", "*", Fault.html(502), times=None)
        await instance.pass_hours(0.2)
        plex_tv.behave()
    plex_tv.misbehave("*", "*", fault, times=None)
    await instance.pass_hours(0.3)
    assert instance.shows(signed_in, "off")
    [flow] = instance.flows
    assert flow["context"]["source"] == "reauth"
    asked = len(plex_tv.requests)
    await instance.pass_hours(3)
    # Two routes, about every hour.
    assert 4 <= len(plex_tv.requests) - asked <= 6
    assert instance.shows(signed_in, "off")


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_lost_sign_in_outlives_a_restart(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """After a restart the sensor is off, and the data of plex.tv unavailable."""
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    entry = await link("alice", options=NO_STREAMS)
    assert instance.shows(f"binary_sensor.{entry.title}_signed_in", "off")
    for entity_id in (
        f"binary_sensor.{entry.title}_plex_pass",
        f"sensor.{entry.title}_servers_reachable",
    ):
        assert instance.shows(entity_id, "unavailable")
