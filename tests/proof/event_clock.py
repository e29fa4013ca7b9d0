"""A clock that stops at each moment at which something is due."""

import asyncio
from typing import TYPE_CHECKING

from homeassistant.util.async_ import get_scheduled_timer_handles

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

# Turns of the event loop without a task that begins or ends: longer than a question
# and its answer are under way, whatever else the machine does.
QUIET_TURNS = 40
# Seconds; a clock of whole microseconds may come to a stop just before a moment.
INSTANT = 0.001


async def pass_time_stepwise(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    seconds: float,
    *,
    grain: float = INSTANT,
) -> None:
    """Let time pass from each moment at which something is due to the next.

    What is due happens at its moment, or as many seconds later as the grain is coarse.
    """
    end = hass.loop.time() + seconds
    while (left := end - hass.loop.time()) >= INSTANT:
        freezer.tick(min(max(_until_due(hass), grain), left))
        await until_quiet()


async def until_quiet() -> None:
    """Wait for the wire, while the clock stands still."""
    tasks, turns = 0, 0
    while turns < QUIET_TURNS:
        await asyncio.sleep(0)
        before, tasks = tasks, len(asyncio.all_tasks())
        turns = turns + 1 if tasks == before else 0


def _until_due(hass: HomeAssistant) -> float:
    """Return the seconds until something is due."""
    due = [timer.when() for timer in get_scheduled_timer_handles(hass.loop)]
    return min(due, default=0.0) - hass.loop.time()
