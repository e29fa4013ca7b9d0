"""Tests of Plex Account: behaviour through the wire, in a real Home Assistant."""

import asyncio
import time
from typing import TYPE_CHECKING

from pytest_homeassistant_custom_component.common import async_fire_time_changed

if TYPE_CHECKING:
    from collections.abc import Callable

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant


# Seconds; far longer than loopback takes, for a machine that is busy otherwise.
PATIENCE = 15
# Turns of the event loop that a question and its answer take, several times over.
ROUNDS_TO_SETTLE = 40


async def until(condition: Callable[[], object]) -> None:
    """Wait until something came over the wire, while the clock stands still.

    The event loop's clock stands still as well, so the limit goes by one that does not.
    """
    deadline = time.clock_gettime(time.CLOCK_MONOTONIC) + PATIENCE
    while not condition():
        assert time.clock_gettime(time.CLOCK_MONOTONIC) < deadline, "it never happened"
        await asyncio.sleep(0)


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
    deadline = time.clock_gettime(time.CLOCK_MONOTONIC) + PATIENCE
    while not condition():
        assert time.clock_gettime(time.CLOCK_MONOTONIC) < deadline, "it never happened"
        await pass_time(hass, freezer, 0.5)


async def settle(hass: HomeAssistant) -> None:
    """Give the wire the moment that it needs for what is under way."""
    for _ in range(ROUNDS_TO_SETTLE):
        await asyncio.sleep(0)
    await hass.async_block_till_done()
