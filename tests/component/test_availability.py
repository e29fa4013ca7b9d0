"""Availability of watchlist titles on servers, and events for new ones."""

from collections import Counter
import itertools
from typing import TYPE_CHECKING, Any, Final

import pytest

from custom_components.plex_account.availability import MAX_PARALLEL_SERVERS
from custom_components.plex_account.const import WATCHLIST_INTERVAL
from custom_components.plex_account.plextv.library_news import CALM
from simulator import Fault
from tests.helpers.routes import SECTIONS, SERVER_TITLES
from tests.helpers.servers import NEXT_LIST, NO_STREAMS
from tests.helpers.watchlist import NEXT_READING, ShownWatchlist

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import SeenRequest, ServerControl, Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

EVENT: Final = "event.alice_attic_watchlist_availability"
# Seconds until the next check of the libraries, whose interval has no jitter.
NEXT_LOOK: Final = WATCHLIST_INTERVAL.total_seconds() + 1


@pytest.fixture
async def located(shown: ShownWatchlist) -> ShownWatchlist:
    """Provide the watchlist of alice after her servers were searched for its titles."""
    await shown.servers_answered()
    return shown


def questions(server: ServerControl, route: str = SERVER_TITLES) -> list[SeenRequest]:
    """Return the requests that a server received on a route."""
    return [seen for seen in server.requests if seen.path == route]


async def descriptions(shown: ShownWatchlist) -> dict[str, str]:
    """Return the descriptions of all titles by their names."""
    return {item["summary"]: item["description"] for item in await shown.items()}


def last_event(hass: HomeAssistant) -> dict[str, Any]:
    """Return attributes of the last event, none if there was no event."""
    state = hass.states.get(EVENT)
    assert state
    if state.state == "unknown":
        return {}
    wanted = ("event_type", "title", "year", "kind", "server")
    return {key: state.attributes.get(key) for key in wanted}


async def test_where_titles_are(
    hass: HomeAssistant, plex_tv: Simulator, located: ShownWatchlist
) -> None:
    """The description names the servers; the first search fires no event."""
    told = await descriptions(located)
    on_servers = r"On your servers: Attic, Bob\'s Basement, Cabin"
    assert told["Basement"].startswith(f"Movie · 2011 · {on_servers} · [")
    assert "servers" not in told["Fargo"]
    assert last_event(hass) == {}


async def test_what_is_asked(plex_tv: Simulator, located: ShownWatchlist) -> None:
    """Each server gets its own token, and one request for each title."""
    for name, server in plex_tv.servers.items():
        asked = questions(server)
        assert [seen.query["guid"] for seen in asked] == [
            title.guid for title in plex_tv.discover.watchlist("alice")
        ], name
        assert [seen.query["type"] for seen in asked] == ["1", "2", "1", "2"]
        gaps = [
            (later.at - earlier.at).total_seconds()
            for earlier, later in itertools.pairwise(asked)
        ]
        assert min(gaps) >= 0.5
    guest = plex_tv.servers["Bob's Basement"]
    tokens = {seen.headers["X-Plex-Token"] for seen in questions(guest)}
    assert tokens == {guest.data.guests["alice"]}


async def test_many_servers(
    plex_tv: Simulator, link: Link, watchlist: ShownWatchlist
) -> None:
    """The number of concurrent requests is limited, however many servers are shared."""
    for number in range(3 * MAX_PARALLEL_SERVERS):
        shared = plex_tv.add_server("alice", name=f"Shared {number}", owned=False)
        await shared.start()
    await link("alice", options=NO_STREAMS)
    await watchlist.read()
    for _ in range(2):
        await watchlist.servers_answered()
    at_once = Counter(
        seen.at
        for server in plex_tv.servers.values()
        for route in (SECTIONS, SERVER_TITLES)
        for seen in questions(server, route)
    )
    assert max(at_once.values()) == MAX_PARALLEL_SERVERS
    assert {len(questions(server)) for server in plex_tv.servers.values()} == {4}


async def test_a_title_arrives(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, located: ShownWatchlist
) -> None:
    """Only missing titles are requested again, and only from a server that changed."""
    attic, cabin = plex_tv.servers["Attic"], plex_tv.servers["Cabin"]
    attic.data.arrivals.append(plex_tv.discover.title("Fargo", "show"))
    for server in (attic, cabin):
        server.requests.clear()
    await instance.pass_time(NEXT_LOOK)
    await located.servers_answered()
    assert last_event(hass) == {
        "event_type": "available",
        "title": "Fargo",
        "year": 2014,
        "kind": "show",
        "server": "Attic",
    }
    assert "On your servers: Attic ·" in (await descriptions(located))["Fargo"]
    assert len(questions(attic)) == 2
    assert len(questions(cabin)) == 0
    assert len(questions(cabin, SECTIONS)) == 1


async def test_a_server_tells_that_something_is_new(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, located: ShownWatchlist
) -> None:
    """A server with an open stream is searched as soon as its import is over."""
    attic = plex_tv.servers["Attic"]
    attic.data.arrivals.append(plex_tv.discover.title("Fargo", "show"))
    attic.playback.add_title("Pilot", kind="episode", series="Fargo")
    await instance.pass_time(CALM + 1)
    await located.servers_answered()
    assert last_event(hass)["title"] == "Fargo"


async def test_a_title_is_added(
    hass: HomeAssistant, plex_tv: Simulator, located: ShownWatchlist
) -> None:
    """A new title is searched at once; if it was available before, no event fires."""
    attic = plex_tv.servers["Attic"]
    attic.requests.clear()
    await located.do("add_item", item="The Attic Window")
    await located.servers_answered()
    told = await descriptions(located)
    assert "On your servers: Attic" in told["The Attic Window"]
    assert len(questions(attic)) == 1
    assert last_event(hass) == {}


async def test_once_a_day(
    instance: Instance, plex_tv: Simulator, link: Link, watchlist: ShownWatchlist
) -> None:
    """Without a change, each title is requested once a day."""
    await link("alice", options=NO_STREAMS)
    await watchlist.read()
    await watchlist.servers_answered()
    attic = plex_tv.servers["Attic"]
    attic.requests.clear()
    for hours in (20, 0.5, 0.5):
        await instance.pass_time(hours * 60 * 60)
        await watchlist.servers_answered()
    assert len(questions(attic, SECTIONS)) == 3
    assert questions(attic) == []
    for hours in (6, 0.5, 0.5):
        await instance.pass_time(hours * 60 * 60)
        await watchlist.servers_answered()
    assert len(questions(attic)) == 4


async def test_a_server_that_fails(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    watchlist: ShownWatchlist,
) -> None:
    """A server that fails is retried later; until then it has no titles."""
    attic = plex_tv.servers["Attic"]
    for route in (SECTIONS, SERVER_TITLES):
        attic.misbehave("GET", route, Fault.status(401), times=None)
    await link("alice")
    await watchlist.read()
    await watchlist.servers_answered()
    assert len(questions(attic, SECTIONS)) == 1
    assert not questions(attic)
    assert not instance.flows
    told = (await descriptions(watchlist))["Basement"]
    assert r"On your servers: Bob\'s Basement, Cabin ·" in told
    attic.behave()
    for _ in range(2):
        await instance.pass_time(NEXT_LOOK)
        await watchlist.servers_answered()
    told = (await descriptions(watchlist))["Basement"]
    assert r"On your servers: Attic, Bob\'s Basement, Cabin ·" in told
    assert last_event(hass) == {}


async def test_a_server_that_fails_is_listed_anew(
    instance: Instance, plex_tv: Simulator, link: Link, watchlist: ShownWatchlist
) -> None:
    """A failed server that is listed again gets requests at once, like a new one."""
    cabin, listed = plex_tv.servers["Cabin"], plex_tv.people["alice"].servers
    cabin.misbehave("GET", SECTIONS, Fault.status(401))
    entry = await link("alice", options=NO_STREAMS)
    await watchlist.read()
    await watchlist.servers_answered()
    assert not questions(cabin)
    listed.remove("Cabin")
    await instance.in_time(entry.runtime_data.account.async_refresh())
    listed.append("Cabin")
    await instance.in_time(entry.runtime_data.account.async_refresh())
    await watchlist.servers_answered()
    told = (await descriptions(watchlist))["Basement"]
    assert r"On your servers: Attic, Bob\'s Basement, Cabin ·" in told


async def test_a_server_comes_back(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, located: ShownWatchlist
) -> None:
    """A title that arrived while the server was unreachable fires an event."""
    cabin = plex_tv.servers["Cabin"]
    await cabin.stop()
    await instance.pass_time(NEXT_LOOK)
    await located.servers_answered()
    cabin.data.arrivals.append(plex_tv.discover.title("Fargo", "show"))
    await cabin.start()
    for _ in range(3):
        await instance.pass_time(NEXT_LOOK)
        await located.servers_answered()
    assert last_event(hass)["server"] == "Cabin"


@pytest.mark.parametrize(
    "body",
    [
        '{"MediaContainer": {"size": 1, "Metadata": [{"guid": "plex://movie/5d9"}]}}',
        '{"MediaContainer": {"Metadata": {}, "Directory": [null, 7]}}',
        "[]",
        "<MediaContainer size='0'/>",
    ],
)
async def test_odd_answers(
    plex_tv: Simulator, link: Link, body: str, watchlist: ShownWatchlist
) -> None:
    """A row without the title's guid does not count as the title."""
    for server in plex_tv.servers.values():
        server.misbehave("GET", SERVER_TITLES, Fault.body(body), times=None)
    await link("alice")
    await watchlist.read()
    await watchlist.servers_answered()
    assert "servers" not in (await descriptions(watchlist))["Basement"]


async def test_old_libraries_and_removed_titles(
    instance: Instance, plex_tv: Simulator, located: ShownWatchlist
) -> None:
    """No title is found in a library without guids or on a server that is gone."""
    plex_tv.remove_server("Cabin")
    plex_tv.servers["Attic"].data.old_agents = True
    plex_tv.discover.remove("alice", plex_tv.discover.title("Letters from Wallop"))
    for _ in range(115):
        await instance.pass_time(NEXT_READING)
    await located.servers_answered()
    told = await descriptions(located)
    assert r"On your servers: Bob\'s Basement ·" in told["Basement"]
    assert "Letters from Wallop" not in told


async def test_servers_that_are_renamed_or_gone(
    instance: Instance, plex_tv: Simulator, located: ShownWatchlist
) -> None:
    """The descriptions follow the list of servers, although no title has changed."""
    plex_tv.servers["Attic"].data.name = "Loft"
    await instance.pass_time(NEXT_LIST)
    told = (await descriptions(located))["Basement"]
    assert r"On your servers: Bob\'s Basement, Cabin, Loft ·" in told
    plex_tv.remove_server("Cabin")
    await instance.pass_time(NEXT_LIST)
    told = (await descriptions(located))["Basement"]
    assert r"On your servers: Bob\'s Basement, Loft ·" in told
