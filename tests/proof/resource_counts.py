"""Counts of objects, tasks, timers and listeners at one moment."""

import asyncio
from collections import Counter
from dataclasses import dataclass
import gc
import sys
from typing import TYPE_CHECKING, Self

from homeassistant.util.async_ import get_scheduled_timer_handles

from custom_components import plex_account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant


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
