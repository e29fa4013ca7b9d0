"""The cost of hostile servers in the list: stalls, memory, delays of the others."""

import asyncio
from dataclasses import dataclass
import logging
import resource
import time
from typing import TYPE_CHECKING

# isort: off
# Before the test package, which it patches for newer versions of Home Assistant.
import tests.helpers.early_plugin  # noqa: F401 - for its side effect

# isort: on
from custom_components.plex_account.const import CONF_FOLLOW

from .home import home_assistant
from .measure import linked_entry, set_up
from .plex_tv import plex_tv

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from .plex_tv import PlexTv

GOOD_SERVERS = 3
HOSTILE_SERVERS = 10
# Seconds between two samples of the clock.
LOOK = 0.002


@dataclass(frozen=True, kw_only=True, slots=True)
class Harm:
    """The cost of hostile servers of one kind."""

    kind: str
    requests: int
    """The number of connections to them."""
    stall: float
    """The most milliseconds of processor time between two samples of the clock."""
    memory: int
    """KiB by which the peak of memory grew."""
    others: float
    """The most milliseconds until all other servers were measured."""


def run_kind(pipe: Connection, kind: str | None, rounds: int) -> None:
    """Measure one kind of server, or none of them, and send the result."""
    # Home Assistant logs a warning for every custom integration.
    logging.getLogger("homeassistant.loader").setLevel(logging.ERROR)
    with plex_tv() as service:
        pipe.send(asyncio.run(measure(service, kind, rounds)))


async def measure(service: PlexTv, kind: str | None, rounds: int) -> Harm:
    """Measure all servers several times; no hostile one has a working connection."""
    service.add_servers(GOOD_SERVERS)
    async with home_assistant(service.url) as hass:
        entry = linked_entry(hass, service, 0, {CONF_FOLLOW: "none"})
        await set_up(hass, [entry])
        if kind:
            service.add_hostile(kind, HOSTILE_SERVERS)
            await entry.runtime_data.account.async_refresh()
        reach = entry.runtime_data.reach
        await reach.async_refresh()
        peak, stall, others = _peak(), 0.0, 0.0
        for _ in range(rounds):
            reach.data = {}
            began = time.perf_counter()
            round_ = asyncio.create_task(reach.async_refresh())
            known = None
            while not round_.done():
                looked = time.thread_time()
                await asyncio.sleep(LOOK)
                stall = max(stall, time.thread_time() - looked)
                answered = sum(found is not None for found in reach.data.values())
                if known is None and answered == GOOD_SERVERS:
                    known = time.perf_counter() - began
            others = max(others, known or time.perf_counter() - began)
        return Harm(
            kind=kind or "none",
            requests=service.floods(),
            stall=stall * 1000,
            memory=_peak() - peak,
            others=others * 1000,
        )


def _peak() -> int:
    """Return the peak of this process's memory so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
