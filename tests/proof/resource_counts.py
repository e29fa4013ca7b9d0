"""Counts of objects, tasks, timers and listeners at one moment."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
import gc
import sys
from typing import TYPE_CHECKING, Final, Self

from homeassistant.util.async_ import get_scheduled_timer_handles

from custom_components import plex_account

from .event_clock import pass_time_stepwise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant

    from tests.helpers.instance import Instance

SAMPLES: Final = 4
# Seconds. Together they are shorter than the pause between two measurements.
SAMPLE_PAUSE: Final = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceCounts:
    """Counts of everything that a leak would let grow."""

    ours: Counter[str]
    """Objects of the integration, by their class."""
    objects: int
    """All objects that the garbage collector tracks."""
    blocks: int
    """All allocated memory blocks."""
    tasks: int
    timers: int
    listeners: Mapping[str, int]
    """Listeners by event."""

    @classmethod
    def of(cls, hass: HomeAssistant) -> Self:
        """Count everything now."""
        gc.collect()
        return cls(
            ours=Counter(
                type(thing).__qualname__
                for thing in gc.get_objects()
                if type(thing).__module__.startswith(plex_account.__name__)
            ),
            objects=len(gc.get_objects()),
            blocks=sys.getallocatedblocks(),
            tasks=len(asyncio.all_tasks()),
            timers=sum(
                not timer.cancelled()
                for timer in get_scheduled_timer_handles(hass.loop)
            ),
            listeners={
                str(event): number
                for event, number in hass.bus.async_listeners().items()
            },
        )


async def count_what_stays(instance: Instance) -> ResourceCounts:
    """Count at several moments, to leave out objects of requests in progress."""
    counts = ResourceCounts.of(instance.hass)
    ours = counts.ours
    for _ in range(SAMPLES):
        await pass_time_stepwise(instance, SAMPLE_PAUSE)
        ours &= ResourceCounts.of(instance.hass).ours
    return replace(counts, ours=ours)


def nothing_of_ours_has_grown(
    before: ResourceCounts, after: ResourceCounts, connections: int
) -> None:
    """Compare two moments with the same number of servers."""
    # Connections belong to three lists at most: the last one, the one that was last
    # measured, and the one with the connection that responded first.
    for count in (before, after):
        assert count.ours.pop("Connection") <= 3 * connections
    assert not after.ours - before.ours
    assert after.listeners == before.listeners
    # The numbers of Home Assistant's and the simulator's own vary.
    assert after.tasks < before.tasks + 6
    assert after.timers < before.timers + 6


def nothing_has_grown(
    before: ResourceCounts, after: ResourceCounts, connections: int
) -> None:
    """Compare all objects as well."""
    nothing_of_ours_has_grown(before, after, connections)
    # The storage of the tests records every write. An object that leaks with every
    # request would exceed these limits.
    assert after.objects < 1.05 * before.objects
    assert after.blocks < 1.01 * before.blocks
