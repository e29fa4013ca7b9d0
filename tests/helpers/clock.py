"""The clock of a test: time passes when the test says so."""

import asyncio
import time
from typing import TYPE_CHECKING, Any

from pytest_homeassistant_custom_component.common import async_fire_time_changed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator


# Seconds; far longer than loopback takes, for a machine that is busy otherwise.
PATIENCE = 50
# Seconds; long enough for an import or a file, while the test's own clock stands still.
MOMENT = 0.03
# Turns of the event loop that a question and its answer take, several times over.
ROUNDS_TO_SETTLE = 40


def real_time() -> float:
    """Tell the time by a clock that a frozen test does not stop."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


async def until(condition: Callable[[], object]) -> None:
    """Wait until something came over the wire, while the clock stands still.

    The event loop's clock stands still as well, so the limit goes by one that does not.
    """
    deadline = real_time() + PATIENCE
    while not condition():
        assert real_time() < deadline, "it never happened"
        await asyncio.sleep(0)


async def until_asked(plex_tv: Simulator, times: int) -> None:
    """Wait until plex.tv has seen so many requests."""
    await until(lambda: len(plex_tv.requests) >= times)


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass at once, and everything that was due by then happen."""
    freezer.tick(seconds)
    async_fire_time_changed(hass)
    await settle(hass)


async def pass_time_until(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    condition: Callable[[], object],
) -> None:
    """Let time pass bit by bit until something happened."""
    deadline = real_time() + PATIENCE
    while not condition():
        assert real_time() < deadline, "it never happened"
        await pass_time(hass, freezer, 0.5)


async def in_time[T](
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, work: Coroutine[Any, Any, T]
) -> T:
    """Do something that takes its time, and let the time pass that it takes."""
    task = hass.async_create_background_task(work, "a test's own")
    await pass_time_until(hass, freezer, task.done)
    return await task


async def settle(hass: HomeAssistant) -> None:
    """Give the wire the moment that it needs for what is under way.

    What waits for the clock itself cannot end now, so there is a limit.
    """
    for _ in range(ROUNDS_TO_SETTLE):
        await asyncio.sleep(0)
    work = asyncio.ensure_future(hass.async_block_till_done())
    deadline = real_time() + MOMENT
    await until(lambda: work.done() or real_time() > deadline)
    work.cancel()
