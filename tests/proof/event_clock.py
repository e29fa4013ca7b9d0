"""A clock that stops at each moment at which a timer is due."""

from typing import TYPE_CHECKING

from homeassistant.util.async_ import get_scheduled_timer_handles

from tests.helpers.clock import until_idle

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from tests.helpers.instance import Instance

# Seconds; a clock of whole microseconds may stop just before a timer is due.
INSTANT = 0.001


async def pass_time_stepwise(
    instance: Instance, seconds: float, *, grain: float = INSTANT
) -> None:
    """Let time pass from one due timer to the next.

    Each timer runs when it is due, or up to `grain` seconds later.
    """
    loop = instance.hass.loop
    end = loop.time() + seconds
    while (left := end - loop.time()) >= INSTANT:
        instance.freezer.tick(min(max(_until_due(loop), grain), left))
        await until_idle()


def _until_due(loop: AbstractEventLoop) -> float:
    """Return the seconds until a timer is due."""
    due = [timer.when() for timer in get_scheduled_timer_handles(loop)]
    return min(due, default=0.0) - loop.time()
