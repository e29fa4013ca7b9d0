"""When the watchlist is polled, and that its failures affect nothing else."""

from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
import pytest

from custom_components.plex_account.const import DOMAIN, WHOLE_WATCHLIST_INTERVAL
from simulator import Fault
from tests.helpers.clock import until_idle
from tests.helpers.routes import WATCHLIST
from tests.helpers.servers import lose_plex_tv
from tests.helpers.watchlist import NEXT_READING, ShownWatchlist

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

PLEX_PASS: Final = "binary_sensor.alice_attic_plex_pass"
SIGNED_IN: Final = "binary_sensor.alice_attic_signed_in"
REFUSALS: Final = [401, 403, 404]


async def test_an_unchanged_list(
    plex_tv: Simulator, link: Link, watchlist: ShownWatchlist
) -> None:
    """An unchanged list takes one request every 15 minutes, whatever its length."""
    plex_tv.discover.fill("alice", 250)
    await link("alice")
    await watchlist.read()
    assert watchlist.state == "250"
    assert len(plex_tv.discover.requests) == 3
    plex_tv.discover.requests.clear()
    for _ in range(4):
        await watchlist.next_reading()
    assert len(plex_tv.discover.requests) == 4
    assert all("If-None-Match" in seen.headers for seen in plex_tv.discover.requests)


async def test_a_whole_day(
    plex_tv: Simulator, link: Link, watchlist: ShownWatchlist
) -> None:
    """The list is read in full once a day, because an ETag may miss a change."""
    plex_tv.discover.fill("alice", 250)
    await link("alice")
    await watchlist.read()
    plex_tv.discover.requests.clear()
    for _ in range(110):
        await watchlist.next_reading()
    full = [s for s in plex_tv.discover.requests if "If-None-Match" not in s.headers]
    assert len(full) == 3
    assert len(plex_tv.discover.requests) == 110 + 2


async def test_other_apps(plex_tv: Simulator, shown: ShownWatchlist) -> None:
    """Changes by other apps and by Plex are shown, in the order of Plex."""
    discover = plex_tv.discover
    discover.add("alice", discover.title("Dune", year=1984))
    discover.remove("alice", discover.title("Basement"))
    await shown.next_reading()
    assert await shown.names() == [one.title for one in discover.watchlist("alice")]
    discover.fill("alice", 0)
    await shown.next_reading()
    assert shown.state == "0"


@pytest.mark.parametrize("status", REFUSALS)
async def test_no_watchlist(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    watchlist: ShownWatchlist,
    status: int,
) -> None:
    """An account without access to Discover has no list, no error and rare polls."""
    fault = Fault.status(status)
    plex_tv.discover.misbehave("GET", WATCHLIST, fault, times=None)
    entry = await link("alice")
    await until_idle()
    for _ in range(8):
        await instance.pass_time(NEXT_READING)
    assert watchlist.state is None
    assert len(plex_tv.discover.requests) == 1
    assert entry.state is ConfigEntryState.LOADED
    assert instance.shows(SIGNED_IN, "on")
    assert not instance.flows
    plex_tv.discover.behave()
    await instance.pass_time(WHOLE_WATCHLIST_INTERVAL.total_seconds() * 1.11)
    await hass.async_block_till_done()
    assert watchlist.state == "4"


async def test_a_managed_user(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """A managed user without access to Discover has no to-do list."""
    await link("casey")
    await until_idle()
    assert plex_tv.discover.seen("GET", WATCHLIST)
    assert not hass.states.async_all("todo")


@pytest.mark.parametrize("status", REFUSALS)
async def test_no_watchlist_any_more(
    instance: Instance, plex_tv: Simulator, shown: ShownWatchlist, status: int
) -> None:
    """After a refusal the list is unavailable, not empty, until access is back."""
    plex_tv.discover.misbehave("GET", WATCHLIST, Fault.status(status), times=None)
    await shown.next_reading()
    assert shown.state == "unavailable"
    assert instance.shows(SIGNED_IN, "on")
    assert not instance.flows
    plex_tv.discover.behave()
    await shown.next_reading()
    assert shown.state == "4"


@pytest.mark.allowed_logs("Error fetching Plex account alice_attic: watchlist")
@pytest.mark.parametrize(
    "fault",
    [
        Fault.html(502),
        Fault.reset(),
        Fault.rate_limited("60"),
        Fault.body('{"MediaContainer": {"size": 0}}'),
        Fault.body('{"MediaContainer": {"totalSize": 4, "Metadata": []}}'),
    ],
    ids=["502", "reset", "429", "no length", "no rows"],
)
async def test_an_outage(
    plex_tv: Simulator,
    shown: ShownWatchlist,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    """During an outage the list is unavailable; start and end are logged once."""
    plex_tv.discover.misbehave("GET", WATCHLIST, fault, times=None)
    caplog.clear()
    for _ in range(3):
        await shown.next_reading()
        assert shown.state == "unavailable"
    plex_tv.discover.behave()
    for _ in range(2):
        await shown.next_reading()
    assert shown.state == "4"
    told = [r.levelname for r in caplog.records if r.name.endswith(DOMAIN)]
    assert [level for level in told if level != "DEBUG"] == ["ERROR", "INFO"]


@pytest.mark.allowed_logs("Error fetching Plex account alice_attic: watchlist")
async def test_an_outage_from_the_start(
    instance: Instance, plex_tv: Simulator, link: Link, watchlist: ShownWatchlist
) -> None:
    """The account is set up without its list, which is added after the outage."""
    plex_tv.discover.misbehave("GET", WATCHLIST, Fault.html(502), times=None)
    entry = await link("alice")
    await until_idle()
    assert entry.state is ConfigEntryState.LOADED
    assert instance.shows(SIGNED_IN, "on")
    assert watchlist.state is None
    plex_tv.discover.behave()
    await watchlist.next_reading()
    assert watchlist.state == "4"


async def test_a_silent_discover_does_not_delay_the_start(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The account is set up before Discover responds."""
    plex_tv.discover.misbehave("GET", WATCHLIST, Fault.hang(), times=None)
    entry = await link("alice")
    assert entry.state is ConfigEntryState.LOADED
    assert await instance.unload(entry)


@pytest.mark.allowed_logs("Error fetching Plex account alice_attic")
async def test_plex_tv_is_away(
    instance: Instance, plex_tv: Simulator, link: Link, watchlist: ShownWatchlist
) -> None:
    """An outage of plex.tv does not affect the list: Discover is another host."""
    entry = await link("alice")
    await watchlist.read()
    await lose_plex_tv(instance, plex_tv, entry)
    plex_tv.discover.requests.clear()
    plex_tv.discover.add("alice", plex_tv.discover.title("Dune", year=1984))
    await watchlist.next_reading()
    assert plex_tv.discover.seen("GET", WATCHLIST)
    assert watchlist.state == "5"
    assert instance.shows(PLEX_PASS, "unavailable")


async def test_an_unloaded_account(
    instance: Instance, plex_tv: Simulator, link: Link, watchlist: ShownWatchlist
) -> None:
    """An unloaded account is not polled; after a set-up it uses its own token."""
    entry = await link("alice")
    await watchlist.read()
    assert await instance.unload(entry)
    plex_tv.discover.requests.clear()
    await instance.pass_time(NEXT_READING)
    assert not plex_tv.discover.requests
    assert await instance.set_up(entry)
    await watchlist.read()
    await watchlist.next_reading()
    assert watchlist.state == "4"
    assert {seen.headers["X-Plex-Token"] for seen in plex_tv.discover.requests} == {
        entry.data[CONF_TOKEN]
    }
