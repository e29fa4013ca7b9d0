"""The cost of a long watchlist, in a Home Assistant of its own."""

import asyncio
from dataclasses import dataclass
import logging
from statistics import median
from typing import TYPE_CHECKING

from .home import home_assistant
from .measure import linked_entry, set_up, timed
from .plex_tv import plex_tv

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from multiprocessing.connection import Connection

    from homeassistant.core import HomeAssistant

    from .plex_tv import PlexTv

READINGS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchlistCost:
    """The cost of one operation; times in milliseconds."""

    doing: str
    requests: int
    wall: float
    cpu: float


def run_watchlist(pipe: Connection, titles: int) -> None:
    """Measure a list of this many titles and send the results."""
    # Home Assistant logs a warning for every custom integration.
    logging.getLogger("homeassistant.loader").setLevel(logging.ERROR)
    with plex_tv() as service:
        pipe.send(asyncio.run(_measure(service, titles)))


async def _measure(service: PlexTv, titles: int) -> list[WatchlistCost]:
    """Read a list, read it again unchanged, add a title, and check the change."""
    service.fill_watchlist(1)
    async with home_assistant(service.url, service.discover_url) as hass:
        entry = linked_entry(hass, service, 0)
        # The first list is not measured, because it includes the imports.
        await set_up(hass, [entry])
        coordinator = entry.runtime_data.watchlist
        while coordinator.data.titles is None:  # noqa: ASYNC110 - nothing to wait for
            await asyncio.sleep(0.1)
        await hass.async_block_till_done()
        service.fill_watchlist(titles)
        service.discover_requests()
        refresh = coordinator.async_refresh
        return [
            await _cost(service, "First reading", refresh),
            await _cost(service, "Reading it unchanged", refresh, READINGS),
            await _cost(service, "Adding a title", lambda: _add(hass)),
            await _cost(service, "Looking at the change", refresh),
        ]


async def _cost(
    service: PlexTv, doing: str, work: Callable[[], Awaitable[None]], times: int = 1
) -> WatchlistCost:
    """Measure one operation, as the median of this many times."""
    measured = [await timed(work()) for _ in range(times)]
    return WatchlistCost(
        doing=doing,
        requests=service.discover_requests() // times,
        wall=median(wall for wall, _ in measured),
        cpu=median(cpu for _, cpu in measured),
    )


async def _add(hass: HomeAssistant) -> None:
    """Add a title as a person does."""
    [state] = hass.states.async_all("todo")
    await hass.services.async_call(
        "todo",
        "add_item",
        {"entity_id": state.entity_id, "item": "Dune (2021)"},
        blocking=True,
    )
