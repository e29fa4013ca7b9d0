"""Many accounts and servers with many changes, for hours, or a day if thorough."""

from collections import Counter, defaultdict
from contextlib import closing
from datetime import timedelta
import logging
from typing import TYPE_CHECKING, Final, override

import pytest

from custom_components.plex_account.const import JITTER, LOGGER, SERVERS_INTERVAL
from simulator import Fault
from tests.helpers.routes import PING, RESOURCES, USER
from tests.helpers.servers import NO_STREAMS, Servers

from .event_clock import pass_time_stepwise
from .many_servers import ManyServers
from .resource_counts import ResourceCounts, count_what_stays, nothing_has_grown
from .scale import SCALE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

HOUR: Final = 3600
# Each of them lasts for ten minutes.
FAULTS: Final = (
    Fault.html(502),
    Fault.reset(),
    Fault.hang(),
    Fault.rate_limited("600"),
    Fault.truncated(),
    Fault.body("<html>"),
)
# Seconds by which the test's clock may be late.
GRAIN: Final = 10
# Home Assistant aligns its intervals to full seconds.
EARLY: Final = timedelta(seconds=1)
LATE: Final = timedelta(seconds=GRAIN + 1)


class Questions:
    """The requests to plex.tv, by client and route."""

    def __init__(self, plex_tv: Simulator) -> None:
        """Start with no requests."""
        self.total: dict[str, Counter[str]] = defaultdict(Counter)
        """The number of requests to each route, by client identifier."""
        self._plex_tv = plex_tv
        self._last: dict[str, datetime] = {}
        plex_tv.requests.clear()

    def count(self, *, outage: bool) -> None:
        """Count the requests since the last call, and check the pauses."""
        for seen in self._plex_tv.requests:
            client = seen.headers["X-Plex-Client-Identifier"]
            assert seen.method == "GET"
            self.total[client]["outage" if outage else seen.path] += 1
            if seen.path == RESOURCES:
                if client in self._last and not outage:
                    pause = seen.at - self._last[client]
                    assert pause >= SERVERS_INTERVAL * (1 - JITTER) - EARLY
                    assert pause <= SERVERS_INTERVAL * (1 + JITTER) + LATE
                self._last[client] = seen.at
        if outage:
            self._last.clear()
        self._plex_tv.requests.clear()


class OurLog(logging.Handler):
    """The integration's log lines from level INFO on."""

    def __init__(self) -> None:
        """Begin without lines."""
        super().__init__(logging.INFO)
        self.lines: list[tuple[str, str]] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep the text, and remove the arguments, which keep errors alive."""
        record.msg, record.args = record.getMessage(), None
        self.lines.append((record.levelname, record.msg))


@pytest.fixture
def log() -> Iterator[OurLog]:
    """Provide the log."""
    log = OurLog()
    LOGGER.addHandler(log)
    yield log
    LOGGER.removeHandler(log)


@pytest.fixture
async def many_servers(plex_tv: Simulator) -> AsyncIterator[ManyServers]:
    """Provide a plex.tv with only the servers of these people."""
    for name in tuple(plex_tv.servers):
        plex_tv.remove_server(name)
    many_servers = ManyServers(plex_tv, people=SCALE.people, servers=SCALE.servers)
    with closing(many_servers):
        await many_servers.gather()
        yield many_servers


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_servers_come_and_go(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    instance: Instance,
    log: OurLog,
    many_servers: ManyServers,
) -> None:
    """The number of requests is as designed, states are right, and nothing leaks.

    Every hour, some servers disappear and appear, or stop and start. For one hour,
    plex.tv is down, with a different fault every ten minutes.
    """
    # Streams would replace the measurements that are counted here.
    entries = {
        person.key: await link(person.key, options=NO_STREAMS)
        for person in many_servers.people
    }
    log.lines.clear()
    questions = Questions(plex_tv)
    counts: dict[int, ResourceCounts] = {}
    for hour in range(1, SCALE.hours + 1):
        await many_servers.change()
        if hour == SCALE.outage:
            await live_through_an_outage(instance, plex_tv)
            look_during_the_outage(hass, entries, many_servers)
            plex_tv.behave()
        else:
            await pass_time_stepwise(instance, HOUR, grain=GRAIN)
        questions.count(outage=hour == SCALE.outage)
        if hour in {2, SCALE.hours}:
            counts[hour] = await count_what_stays(instance)
    # Pings are due after a day.
    await pass_time_stepwise(instance, 0.2 * HOUR, grain=GRAIN)
    questions.count(outage=False)

    nothing_has_grown(counts[2], counts[SCALE.hours], many_servers.connections)
    all_is_known(hass, entries, many_servers)
    for person in entries:
        of_it = [level for level, said in log.lines if f"account {person} data" in said]
        assert of_it == ["ERROR", "INFO"]
    assert len(log.lines) == 2 * SCALE.people
    assert len(questions.total) == SCALE.people
    for total in questions.total.values():
        assert total.pop(RESOURCES) in SCALE.lists
        assert total.pop(USER) in SCALE.accounts
        assert total.pop(PING, 0) == SCALE.pings
        # Each poll that fails requests the account as well.
        assert total.pop("outage") < 2 * 16
        assert not total
    for server in many_servers.servers:
        assert not server.odd
        assert not server.steady or server.asked in SCALE.measurements


def all_is_known(
    hass: HomeAssistant,
    entries: Mapping[str, MockConfigEntry],
    many_servers: ManyServers,
) -> None:
    """Check that devices and states match the servers that exist."""
    for person in many_servers.people:
        servers = Servers(hass, entries[person.key])
        known = {
            name: servers.state(str(name), "reachable") for name in servers.devices()
        }
        assert known == many_servers.states(person)
        assert hass.states.is_state(f"binary_sensor.{person.key}_plex_pass", "off")


async def live_through_an_outage(instance: Instance, plex_tv: Simulator) -> None:
    """Let an hour pass while plex.tv is down."""
    for fault in FAULTS:
        plex_tv.behave()
        plex_tv.misbehave("*", "*", fault, times=None)
        await pass_time_stepwise(instance, HOUR / len(FAULTS), grain=GRAIN)


def look_during_the_outage(
    hass: HomeAssistant,
    entries: Mapping[str, MockConfigEntry],
    many_servers: ManyServers,
) -> None:
    """Check the states while plex.tv is down."""
    for person in entries:
        assert hass.states.is_state(f"binary_sensor.{person}_plex_pass", "unavailable")
        assert hass.states.is_state(f"binary_sensor.{person}_signed_in", "on")
    for listed, state in ((many_servers.down, "off"), (many_servers.away, "on")):
        for server in listed:
            servers = Servers(hass, entries[server.listed.data.owner.key])
            assert servers.state(server.listed.name, "reachable") == state
