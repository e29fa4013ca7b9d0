"""A virtual clock that advances when every task sleeps."""

import asyncio
from datetime import UTC, datetime, timedelta
import heapq
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

START: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class VirtualTime:
    """A clock for tasks that sleep by it, while sockets use real time."""

    def __init__(self) -> None:
        """Start at zero."""
        self._elapsed = 0.0
        self._sleeping = 0
        self._order = count()
        self._coming: list[tuple[float, int, Callable[[], None]]] = []

    def clock(self) -> float:
        """Return the seconds since the start."""
        return self._elapsed

    def now(self) -> datetime:
        """Return the date and time."""
        return START + timedelta(seconds=self._elapsed)

    def at(self, moment: float, action: Callable[[], None]) -> None:
        """Call a function at a later moment."""
        heapq.heappush(self._coming, (moment, next(self._order), action))

    def pass_by(self, seconds: float) -> None:
        """Advance the clock without waking any task, as a slow response does."""
        self._elapsed += seconds

    async def sleep(self, seconds: float) -> None:
        """Sleep until this many seconds have passed."""
        assert seconds >= 0
        awake = asyncio.Event()
        self.at(self._elapsed + seconds, awake.set)
        self._sleeping += 1
        try:
            await awake.wait()
        finally:
            self._sleeping -= 1

    async def run[T](self, *coroutines: Coroutine[None, None, T]) -> list[T]:
        """Advance the clock until all coroutines have ended.

        asyncio's debug mode is off, because it records a stack for every step.
        """
        asyncio.get_running_loop().set_debug(enabled=False)
        tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
        while awake := sum(not task.done() for task in tasks):
            if self._sleeping == awake:
                moment, _, action = heapq.heappop(self._coming)
                self._elapsed = max(self._elapsed, moment)
                action()
            await asyncio.sleep(0)
        return await asyncio.gather(*tasks)
