"""The account coordinator: how often plex.tv is polled, and outages."""

from datetime import timedelta
import itertools
import json
import logging
from typing import TYPE_CHECKING

from homeassistant.helpers import device_registry as dr
import pytest

from simulator import Fault
from tests.helpers.custom_faults import OUTAGES
from tests.helpers.routes import PING, RESOURCES, USER
from tests.helpers.servers import NO_STREAMS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the levels of the component's log records from INFO on."""
    return [
        record.levelname
        for record in caplog.records
        if record.name.startswith("custom_components.plex_account")
        and record.levelno >= logging.INFO
    ]


async def test_a_day_of_questions(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The polling intervals of the list, the account and the keep-alive over a day."""
    await link("casey", options=NO_STREAMS)
    plex_tv.requests.clear()
    await instance.pass_hours(24.5)
    assert 24.5 * 60 / 9 < len(plex_tv.seen("GET", RESOURCES)) < 24.5 * 60 / 4
    assert 6 <= len(plex_tv.seen("GET", USER)) <= 9
    assert len(plex_tv.seen("GET", PING)) == 2


async def test_a_keep_alive_after_each_start(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A keep-alive is sent after each start, also if no run lasts a day."""
    entry = await link("casey", options=NO_STREAMS)
    for runs in (1, 2):
        await instance.pass_hours(0.25)
        assert len(plex_tv.seen("GET", PING)) == runs
        assert await instance.reload(entry)


async def test_accounts_do_not_ask_together(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """Accounts that were set up together are polled at different times."""
    for person in ("alice", "bob", "casey"):
        await link(person)
    plex_tv.requests.clear()
    for _ in range(20 * 60):
        await instance.pass_time(1)
    moments = [seen.at for seen in plex_tv.seen("GET", RESOURCES)]
    assert len(moments) > 8
    together = sum(
        later - earlier < timedelta(seconds=1)
        for earlier, later in itertools.pairwise(moments)
    )
    # Without jitter, two of three requests would follow another one at once.
    assert together < len(moments) / 2


@pytest.mark.usefixtures("alice")
@pytest.mark.allowed_logs("plex.tv is limiting requests")
async def test_too_many_requests_are_obeyed(
    instance: Instance, plex_tv: Simulator
) -> None:
    """The polling obeys Retry-After."""
    plex_tv.misbehave("GET", RESOURCES, Fault.rate_limited("1800"))
    asked = len(plex_tv.seen("GET", RESOURCES))
    await instance.pass_time_until(lambda: len(plex_tv.seen("GET", RESOURCES)) > asked)
    await instance.pass_hours(0.45)
    assert len(plex_tv.seen("GET", RESOURCES)) == asked + 1
    await instance.pass_hours(0.1)
    assert len(plex_tv.seen("GET", RESOURCES)) == asked + 2


@pytest.mark.allowed_logs("plex.tv is limiting requests")
@pytest.mark.parametrize(
    "retry_after", ["0", "7", "Sat, 01 Jan 2000 00:00:00 GMT"], ids=str
)
async def test_too_many_requests_never_draw_more(
    instance: Instance, plex_tv: Simulator, link: Link, retry_after: str
) -> None:
    """A short or past Retry-After does not shorten the polling interval."""
    await link("casey", options=NO_STREAMS)
    plex_tv.requests.clear()
    fault = Fault.rate_limited(retry_after)
    plex_tv.misbehave("GET", RESOURCES, fault, times=None)
    for _ in range(60):
        await instance.pass_time(30)
    assert 3 <= len(plex_tv.seen("GET", RESOURCES)) <= 7


@pytest.mark.allowed_logs("Error fetching Plex account")
@pytest.mark.parametrize(
    "fault",
    [
        *OUTAGES,
        Fault.status(410),
        Fault.rate_limited(),
        Fault.body("{}"),
    ],
    ids=str,
)
async def test_an_outage_is_no_lost_sign_in(
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    """An outage logs one line when it begins and one when it ends."""
    caplog.set_level(logging.INFO)
    plex_pass = "binary_sensor.alice_attic_plex_pass"
    signed_in = "binary_sensor.alice_attic_signed_in"
    caplog.clear()
    plex_tv.misbehave("*", "*", fault, times=None)
    await instance.pass_hours(0.5)
    assert instance.shows(plex_pass, "unavailable")
    assert instance.shows(signed_in, "on")
    assert not instance.flows
    plex_tv.behave()
    await instance.pass_hours(0.2)
    assert instance.shows(plex_pass, "on")
    assert logged(caplog) == ["ERROR", "INFO"]
    # An exception would keep the whole response and the old data in memory.
    assert alice.runtime_data.account.last_exception is None


@pytest.mark.usefixtures("alice")
@pytest.mark.allowed_logs("plex.tv does not answer for the list of servers")
async def test_the_list_of_servers_fails_alone(
    instance: Instance, plex_tv: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """A failed list of servers keeps the last list and the account available."""
    caplog.set_level(logging.INFO)
    caplog.clear()
    plex_tv.misbehave("GET", RESOURCES, Fault.status(404), times=None)
    await instance.pass_hours(1)
    assert instance.shows("binary_sensor.alice_attic_plex_pass", "on")
    assert instance.shows("binary_sensor.attic_reachable", "on")
    assert instance.shows("sensor.alice_attic_servers_reachable", "3")
    plex_tv.behave()
    await instance.pass_hours(0.2)
    assert logged(caplog) == ["WARNING", "INFO"]


@pytest.mark.usefixtures("alice")
@pytest.mark.allowed_logs("plex.tv does not answer for name and Plex Pass")
async def test_the_account_fails_alone(
    instance: Instance, plex_tv: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """A failed account request keeps the last account, and servers are listed."""
    caplog.set_level(logging.INFO)
    caplog.clear()
    plex_tv.misbehave("GET", USER, Fault.status(404), times=None)
    plex_tv.remove_server("Cabin")
    await instance.pass_hours(4)
    assert instance.shows("binary_sensor.alice_attic_plex_pass", "on")
    assert instance.shows("sensor.alice_attic_servers_reachable", "2")
    plex_tv.behave()
    await instance.pass_hours(0.2)
    assert logged(caplog) == ["WARNING", "INFO"]


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(
    "fault",
    [Fault.status(404), Fault.status(401), Fault.rate_limited("900"), Fault.reset()],
    ids=str,
)
async def test_the_keep_alive_fails_alone(
    instance: Instance, plex_tv: Simulator, fault: Fault
) -> None:
    """A keep-alive that always fails changes no state and starts no flow."""
    plex_tv.misbehave("GET", PING, fault, times=None)
    # One jump for most of the day, because other polls do not matter here.
    await instance.pass_time(23.8 * 3600)
    await instance.pass_hours(1.2)
    # aiohttp repeats a request once when its connection was reset.
    assert len(plex_tv.seen("GET", PING)) in {1, 2}
    assert instance.shows("binary_sensor.alice_attic_plex_pass", "on")
    assert instance.shows("binary_sensor.alice_attic_signed_in", "on")
    assert not instance.flows


def renamed(plex_tv: Simulator, username: str) -> Fault:
    """Respond with another username of alice."""
    account = {"uuid": plex_tv.people["alice"].uuid, "username": username}
    return Fault.body(json.dumps(account))


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_username_is_followed(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    *,
    restarted: bool,
) -> None:
    """Entry and device take over a new username, also at the start."""
    plex_tv.misbehave("GET", USER, renamed(plex_tv, "alice_cellar"), times=None)
    if restarted:
        await instance.pass_time(2)
        await instance.reload(alice)
        await instance.pass_time(1)
    else:
        await instance.pass_hours(3.5)
    assert alice.title == "alice_cellar"
    [device] = [
        device
        for device in dr.async_entries_for_config_entry(
            dr.async_get(hass), alice.entry_id
        )
        if device.entry_type is dr.DeviceEntryType.SERVICE
    ]
    assert device.name == "alice_cellar"


async def test_a_name_of_the_person_is_kept(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """An entry that the user renamed keeps that name."""
    hass.config_entries.async_update_entry(alice, title="My Plex")
    plex_tv.misbehave("GET", USER, renamed(plex_tv, "alice_cellar"), times=None)
    await instance.pass_hours(3.5)
    assert alice.title == "My Plex"


@pytest.mark.usefixtures("alice")
async def test_an_empty_list_once(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator
) -> None:
    """An empty list must be received twice before servers are removed."""
    count = "sensor.alice_attic_servers_reachable"
    plex_tv.misbehave("GET", RESOURCES, Fault.body("[]"))
    lowest = 3
    asked = len(plex_tv.seen("GET", RESOURCES))
    for _ in range(70):
        await instance.pass_time(5)
        state = hass.states.get(count)
        assert state
        lowest = min(lowest, int(state.state))
    assert lowest == 3
    assert len(plex_tv.seen("GET", RESOURCES)) > asked + 1

    plex_tv.misbehave("GET", RESOURCES, Fault.body("[]"), times=None)
    await instance.pass_hours(0.3)
    assert instance.shows(count, "0")
    assert not hass.states.get("binary_sensor.attic_reachable")


async def test_an_account_of_a_numeric_uuid(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A numeric uuid is read as text."""
    fault = Fault.body(json.dumps({"uuid": 3977, "username": "alice_attic"}))
    plex_tv.misbehave("GET", USER, fault, times=None)
    entry = await link("alice", options=NO_STREAMS)
    assert instance.shows(f"binary_sensor.{entry.title}_plex_pass", "off")
    assert entry.runtime_data.account.data.account
    assert entry.runtime_data.account.data.account.uuid == "3977"


async def test_a_plex_pass_that_is_bought(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """An account without Plex Pass has no plan and no date, until it has one."""
    await link("bob", options=NO_STREAMS)
    plan, since = (
        f"sensor.bob_basement_plex_pass_{what}" for what in ("plan", "since")
    )
    assert hass.states.get(plan) is None
    assert hass.states.get(since) is None
    subscription = {
        "active": True,
        "plan": "lifetime",
        "subscribedAt": "2026-11-01T12:00:00Z",
    }
    account = {
        "uuid": plex_tv.people["bob"].uuid,
        "username": "bob_basement",
        "subscription": subscription,
    }
    bought = Fault.body(json.dumps(account))
    plex_tv.misbehave("GET", USER, bought, times=None)
    await instance.pass_hours(4)
    assert instance.shows(plan, "Lifetime")
    assert instance.shows(since, "2026-11-01T12:00:00+00:00")
