"""Streams of servers: each reachable server has one, and is not measured."""

from itertools import pairwise
from typing import TYPE_CHECKING
from unittest.mock import Mock

from homeassistant.config_entries import SOURCE_REAUTH
import pytest

from custom_components.plex_account.const import (
    AWAY_CHECKS,
    FULL_SEARCH,
    STREAM_RETRY_MOST,
    STREAM_STEADY,
)
from simulator import Fault
from tests.helpers.routes import EVENTS, IDENTITY, RESOURCES, SESSIONS
from tests.helpers.servers import NEXT_LIST, NEXT_MEASUREMENT, Servers, lose_plex_tv

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Person, ServerControl, Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

OPEN = {"follow_playback": "shared"}
NONE = {"follow_playback": "none"}


async def test_an_open_stream_is_proof(
    instance: Instance, attic: ServerControl, servers: Servers
) -> None:
    """A server with an open stream is not measured."""
    assert attic.push.listening == 1
    asked = len(attic.seen("GET", IDENTITY))
    for _ in range(2 * FULL_SEARCH):
        await instance.pass_time(NEXT_MEASUREMENT)
    assert len(attic.seen("GET", IDENTITY)) == asked
    assert len(attic.seen("GET", EVENTS)) == 1
    assert servers.state("Attic", "reachable") == "on"


async def test_an_hour_of_nothing(
    instance: Instance, plex_tv: Simulator, attic: ServerControl, link: Link
) -> None:
    """An idle stream takes less than half of the requests that polling takes.

    The watchlist is empty, because its titles cause requests to servers as well.
    """
    plex_tv.discover.fill("alice", 0)
    await link("alice")
    await instance.pass_time(1)
    asked = len(attic.requests)
    for _ in range(360):
        await instance.pass_time(10)
    assert len(attic.requests) - asked <= 13
    assert {seen.path for seen in attic.requests[asked:]} == {SESSIONS}


async def test_away_and_back(
    instance: Instance, attic: ServerControl, servers: Servers
) -> None:
    """A stop and a restart of a server are shown within seconds."""
    await attic.stop()
    for _ in range(12):
        await instance.pass_time(0.5)
    assert servers.state("Attic", "reachable") == "off"
    asked = len(attic.requests)
    await attic.start()
    for _ in range(AWAY_CHECKS[0] * 2):
        await instance.pass_time(0.5)
    assert servers.state("Attic", "reachable") == "on"
    assert attic.push.listening == 1
    assert attic.requests[asked].path == IDENTITY


async def test_away_for_long(
    instance: Instance, attic: ServerControl, servers: Servers
) -> None:
    """A server that stays unreachable is measured at the normal interval later."""
    await attic.stop()
    for _ in range(sum(AWAY_CHECKS) + 10):
        await instance.pass_time(1)
    await instance.pass_time(NEXT_MEASUREMENT)
    await attic.start()
    await instance.pass_time(5)
    assert servers.state("Attic", "reachable") == "off"
    await instance.pass_time(NEXT_MEASUREMENT)
    await instance.pass_time_until(lambda: servers.state("Attic", "reachable") == "on")


async def test_a_silent_stream(
    instance: Instance, attic: ServerControl, servers: Servers
) -> None:
    """A stream that misses two pings is closed, and the server is measured."""
    attic.push.silent = True
    asked = len(attic.seen("GET", IDENTITY))
    await instance.pass_time(18)
    await instance.pass_time(18)
    assert len(attic.seen("GET", IDENTITY)) == asked + 1
    attic.push.silent = False
    await instance.pass_time(5)
    assert len(attic.seen("GET", EVENTS)) == 2
    assert servers.state("Attic", "reachable") == "on"


async def test_the_stream_moves(
    instance: Instance, attic: ServerControl, servers: Servers
) -> None:
    """A stream moves to a route that responds, and back to a better one later."""
    await attic.stop("local")
    await instance.pass_time_until(
        lambda: servers.state("Attic", "route", "sensor") == "remote"
    )
    await instance.pass_time(1)
    assert attic.push.listening == 1
    await attic.start("local")
    for _ in range(FULL_SEARCH):
        await instance.pass_time(NEXT_MEASUREMENT)
        await instance.pass_time(5)
    assert servers.state("Attic", "route", "sensor") == "local"
    assert attic.push.listening == 1
    assert len(attic.seen("GET", EVENTS)) == 3


async def test_what_a_stream_shows_is_not_taken_back(
    instance: Instance, plex_tv: Simulator, servers: Servers
) -> None:
    """A search for a better route that finds none does not change the state."""
    cabin = plex_tv.servers["Cabin"]
    cabin.misbehave("GET", IDENTITY, Fault.status(500), times=None)
    for _ in range(FULL_SEARCH):
        await instance.pass_time(NEXT_MEASUREMENT)
        for _ in range(30):
            await instance.pass_time(0.5)
            assert servers.state("Cabin", "reachable") == "on"
    assert cabin.push.listening == 1


@pytest.mark.allowed_logs("Unexpected error while listening to a server")
async def test_a_defect(
    instance: Instance, attic: ServerControl, casey: Person, listening: MockConfigEntry
) -> None:
    """An exception of a listener ends the stream, which is opened again."""
    feed = listening.runtime_data.live.feed(attic.machine_identifier)
    happened = Mock(side_effect=[RuntimeError("a defect"), None])
    feed.async_add_event_listener(happened)
    film = attic.playback.start(casey)
    await instance.pass_time(1)
    assert happened.call_count == 1
    assert attic.push.listening == 0
    await instance.pass_time(5)
    assert attic.push.listening == 1
    attic.playback.stop(film)
    await instance.pass_time(1)
    assert happened.call_count == 2


@pytest.mark.allowed_logs("Unexpected error while listening to a server")
async def test_a_defect_in_each_stream(
    instance: Instance, attic: ServerControl, casey: Person, listening: MockConfigEntry
) -> None:
    """If each stream ends with an exception, retries become rare."""
    feed = listening.runtime_data.live.feed(attic.machine_identifier)
    feed.async_add_event_listener(Mock(side_effect=RuntimeError("a defect")))
    for _ in range(30):
        for _ in range(8):
            await instance.pass_time(STREAM_STEADY / 6)
        attic.playback.start(casey, facts={"live": "1"})
    assert 2 <= len(attic.seen("GET", EVENTS)) < 15


async def test_attempts(instance: Instance, attic: ServerControl, link: Link) -> None:
    """A stream that fails to open is retried with backoff, up to five minutes."""
    attic.misbehave("GET", EVENTS, Fault.status(500), times=None)
    await link("alice")
    for _ in range(400):
        await instance.pass_time(5)
    attempts = [seen.at for seen in attic.seen("GET", EVENTS)]
    waits = [(later - sooner).total_seconds() for sooner, later in pairwise(attempts)]
    assert waits[0] <= 10
    assert all(wait <= STREAM_RETRY_MOST + 10 for wait in waits)
    assert max(waits) > STREAM_RETRY_MOST / 2 - 10
    assert len(attempts) < 20
    attic.behave()
    for _ in range(70):
        await instance.pass_time(5)
    assert attic.push.listening == 1


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refusal(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    attic: ServerControl,
    link: Link,
    status: int,
) -> None:
    """A refused stream requests the list once, then waits for it; no flow starts."""
    attic.misbehave("GET", EVENTS, Fault.html(status), times=None)
    entry = await link("alice")
    for _ in range(100):
        await instance.pass_time(1)
    assert len(plex_tv.seen("GET", RESOURCES)) == 2
    assert len(attic.seen("GET", EVENTS)) == 2
    await instance.pass_time(NEXT_LIST)
    assert len(attic.seen("GET", EVENTS)) == 3
    assert Servers(hass, entry).state("Attic", "reachable") == "on"
    attic.behave()
    await instance.pass_time(NEXT_LIST)
    assert attic.push.listening == 1
    assert not [
        flow for flow in instance.flows if flow["context"]["source"] == SOURCE_REAUTH
    ]


async def test_the_end(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    attic: ServerControl,
    listening: MockConfigEntry,
) -> None:
    """A stream ends with its server, and all of them with the account."""
    cabin = plex_tv.servers["Cabin"]
    assert cabin.push.listening == 1
    plex_tv.remove_server("Cabin")
    await instance.pass_time(NEXT_LIST)
    await instance.pass_time(1)
    assert cabin.push.listening == 0
    assert attic.push.listening == 1
    assert await hass.config_entries.async_unload(listening.entry_id)
    await instance.pass_time(1)
    assert attic.push.listening == 0


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_plex_tv_does_not_answer(
    instance: Instance, plex_tv: Simulator, attic: ServerControl, link: Link
) -> None:
    """An outage of plex.tv does not affect streams."""
    entry = await link("alice")
    await lose_plex_tv(instance, plex_tv, entry)
    assert attic.push.listening == 1
    attic.push.end()
    await instance.pass_time(5)
    assert attic.push.listening == 1


@pytest.mark.parametrize(
    ("person", "options", "expected"),
    [
        ("alice", {}, {"Attic": 1, "Cabin": 1, "Bob's Basement": 0}),
        ("alice", NONE, {"Attic": 0, "Cabin": 0, "Bob's Basement": 0}),
        # The relay of a shared server is not used for streams.
        ("alice", OPEN, {"Attic": 1, "Cabin": 1, "Bob's Basement": 0}),
        ("bob", {}, {"Attic": 0, "Cabin": 0, "Bob's Basement": 1}),
        ("casey", {}, {"Attic": 0, "Cabin": 0, "Bob's Basement": 0}),
        ("casey", OPEN, {"Attic": 1, "Cabin": 0, "Bob's Basement": 0}),
    ],
)
async def test_which_servers(
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    person: str,
    options: dict[str, str],
    expected: dict[str, int],
) -> None:
    """Owned servers have a stream; shared ones have it if the options allow it."""
    await link(person, options=options)
    await instance.pass_time(1)
    servers = plex_tv.servers
    assert {name: servers[name].push.listening for name in servers} == expected
    if person == "casey":
        assert not servers["Attic"].seen("GET", SESSIONS)


async def test_where_tokens_go(
    instance: Instance, plex_tv: Simulator, attic: ServerControl, link: Link
) -> None:
    """A token is sent only to a verified address of its server, after no redirect."""
    attic.lie("0" * 40)
    await link("alice")
    await instance.pass_time(NEXT_MEASUREMENT)
    assert {seen.path for seen in attic.requests} == {IDENTITY}
    attic.lie(None)
    cabin = plex_tv.servers["Cabin"]
    [place] = [each for each in cabin.data.listed_places if each.answers]
    elsewhere = f"http://127.0.0.1:{place.port}/elsewhere"
    attic.misbehave("GET", EVENTS, Fault.redirect(elsewhere), times=None)
    await instance.pass_time_until(lambda: attic.seen("GET", EVENTS))
    await instance.pass_time(1)
    assert not [seen for seen in cabin.requests if seen.path == "/elsewhere"]
    token = attic.seen("GET", EVENTS)[0].headers["X-Plex-Token"]
    assert token not in str(attic.seen("GET", EVENTS)[0].query)
