"""The calendar of release dates of watchlist titles."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from simulator.world.catalogue import CatalogueTitle

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance
    from tests.helpers.watchlist import ShownWatchlist

CALENDAR: Final = "calendar.alice_attic_releases"
TODAY: Final = date(2026, 11, 27)


def film(number: int, days: int) -> CatalogueTitle:
    """Make a film with a release date this many days from now."""
    day = TODAY + timedelta(days=days)
    return CatalogueTitle(
        key=f"5dcccccc{number:016x}",
        kind="movie",
        title=f"Film {number}",
        year=day.year,
        released=day,
    )


@pytest.fixture
async def shown(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    plex_tv: Simulator,
    link: Link,
    watchlist: ShownWatchlist,
) -> ShownWatchlist:
    """Provide the watchlist of alice with past, current and future release dates."""
    await hass.config.async_set_time_zone("Pacific/Auckland")
    # Noon in Auckland.
    freezer.move_to(datetime(2026, 11, 26, 23, tzinfo=UTC))
    films = [film(number, days) for number, days in enumerate([-366, -365, 0, 5, 900])]
    series = CatalogueTitle(
        key="5d9c0bbb00000000000000ff",
        kind="show",
        title="A series",
        year=2020,
        released=date(2020, 1, 1),
        next_episode=TODAY + timedelta(days=2),
    )
    plex_tv.discover.catalogue(*films, series)
    plex_tv.discover.fill("alice", 1)
    for title in (*films, series):
        plex_tv.discover.add("alice", title)
    await link("alice")
    await watchlist.read()
    return watchlist


async def events(hass: HomeAssistant, start: str, end: str) -> list[dict[str, Any]]:
    """Return the events between two moments."""
    answer = await hass.services.async_call(
        "calendar",
        "get_events",
        {"entity_id": CALENDAR, "start_date_time": start, "end_date_time": end},
        blocking=True,
        return_response=True,
    )
    assert answer
    found: Any = answer[CALENDAR]
    listed: list[dict[str, Any]] = found["events"]
    return listed


async def test_events(hass: HomeAssistant, shown: ShownWatchlist) -> None:
    """An event is a whole day; releases older than a year are left out."""
    found = await events(hass, "2020-01-01 00:00:00", "2030-01-01 00:00:00")
    assert [(one["summary"], one["start"]) for one in found] == [
        ("Film 1", "2025-11-27"),
        ("Film 2", "2026-11-27"),
        ("A series", "2026-11-29"),
        ("Film 3", "2026-12-02"),
        ("Film 4", "2029-05-15"),
    ]
    assert found[1]["end"] == "2026-11-28"
    assert found[1]["description"] == "Movie · Release"
    assert found[2]["description"] == "TV show · New episode"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-29 00:00:00", "2026-12-02 00:00:00", ["A series"]),
        ("2026-11-29 23:00:00", "2026-12-02 00:00:01", ["A series", "Film 3"]),
        ("2026-11-30 00:00:00", "2026-12-01 00:00:00", []),
    ],
)
async def test_limits(
    hass: HomeAssistant,
    shown: ShownWatchlist,
    *,
    start: str,
    end: str,
    expected: list[str],
) -> None:
    """An event is listed if any part of its day, in local time, is in the period."""
    assert [one["summary"] for one in await events(hass, start, end)] == expected


async def test_state(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, shown: ShownWatchlist
) -> None:
    """The state is the current or next release, and is updated at midnight."""
    state = hass.states.get(CALENDAR)
    assert state
    assert (state.state, state.attributes["message"]) == ("on", "Film 2")
    await instance.pass_time(12 * 60 * 60 + 1)
    await hass.async_block_till_done()
    state = hass.states.get(CALENDAR)
    assert state
    assert (state.state, state.attributes["message"]) == ("off", "A series")


async def test_the_list_changes(
    hass: HomeAssistant, plex_tv: Simulator, shown: ShownWatchlist
) -> None:
    """The calendar follows the list, and may be empty."""
    plex_tv.discover.fill("alice", 3)
    await shown.next_reading()
    assert await events(hass, "2020-01-01 00:00:00", "2030-01-01 00:00:00") == []
    state = hass.states.get(CALENDAR)
    assert state
    assert state.state == "off"
    assert "message" not in state.attributes


async def test_no_day_follows(
    hass: HomeAssistant, plex_tv: Simulator, shown: ShownWatchlist
) -> None:
    """A release on the last possible date has no event; earlier ones have."""
    plex_tv.discover.fill("alice", 0)
    last = replace(film(7, 0), released=date.max)
    day_before = replace(film(8, 0), released=date.max - timedelta(days=1))
    plex_tv.discover.catalogue(last, day_before)
    for title in (last, day_before):
        plex_tv.discover.add("alice", title)
    await shown.next_reading()
    assert hass.states.is_state(CALENDAR, "off")
    [found] = await events(hass, "2020-01-01 00:00:00", "9999-12-31 23:00:00")
    assert (found["start"], found["end"]) == ("9999-12-30", "9999-12-31")
