"""The clock of a test, which moves only when the test moves it.

Before it moves, all work completes that does not wait for it: jobs in threads, pending
requests and responses. So the duration of an operation depends neither on the machine
nor on earlier work, such as the first import of a module.
"""

import asyncio
from contextlib import contextmanager
import errno
from selectors import EVENT_WRITE
import socket
import time
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor
    from selectors import BaseSelector

    from simulator import Simulator


# Seconds of real time; far longer than anything takes on a busy machine.
PATIENCE = 50
# How many checks in a row must find no work. Only the first iteration of the event loop
# after the clock moved finds the timers that are due.
IDLE_CHECKS = 2
# Seconds of real time in which even a busy kernel delivers data on loopback.
DELIVERY = 0.001

_jobs: WeakKeyDictionary[asyncio.AbstractEventLoop, int] = WeakKeyDictionary()


@contextmanager
def counted_jobs() -> Iterator[None]:
    """Count the jobs that each event loop has in threads, for `until_idle`."""
    original = asyncio.BaseEventLoop.run_in_executor

    def run_in_executor[*Ts, T](
        loop: asyncio.BaseEventLoop,
        executor: Executor | None,
        func: Callable[[*Ts], T],
        *args: *Ts,
    ) -> asyncio.Future[T]:
        """Count a job until it has ended."""
        job = original(loop, executor, func, *args)
        _jobs[loop] = _jobs.get(loop, 0) + 1
        job.add_done_callback(lambda _: _jobs.update({loop: _jobs[loop] - 1}))
        return job

    with patch.object(asyncio.BaseEventLoop, "run_in_executor", run_in_executor):
        yield


def real_time() -> float:
    """Return the time of a clock that a frozen test does not stop."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


async def until(condition: Callable[[], object]) -> None:
    """Wait until a condition is true, without moving the clock.

    The clock of the event loop is frozen as well, so the time limit uses real time.
    """
    deadline = real_time() + PATIENCE
    while not condition():
        assert real_time() < deadline, "it never happened"
        await asyncio.sleep(0)


async def until_asked(plex_tv: Simulator, times: int) -> None:
    """Wait until plex.tv has received this many requests."""
    await until(lambda: len(plex_tv.requests) >= times)


async def until_idle() -> None:
    """Wait until only work that waits for the clock is left.

    Then no callback is due, no job runs in a thread, and no socket is ready.
    """
    # Callbacks and sockets have no public interface.
    loop: Any = asyncio.get_running_loop()
    ready, select = loop._ready, loop._selector.select  # noqa: SLF001
    deadline = real_time() + PATIENCE
    checks = 0
    while checks < IDLE_CHECKS:
        assert real_time() < deadline, "there is always something left to do"
        await asyncio.sleep(0)
        is_last = checks == IDLE_CHECKS - 1
        # Before `select`, which reports a socket that connects in between.
        connecting = is_last and _is_connecting(loop._selector)  # noqa: SLF001
        # A job that ends makes a socket ready as well: it wakes up the event loop.
        wait = DELIVERY if is_last or _jobs.get(loop) else 0
        if ready or select(wait) or connecting:
            checks = 0
        elif not _jobs.get(loop):
            checks += 1


def _is_connecting(selector: BaseSelector) -> bool:
    """Return whether a socket is still connecting.

    The kernel accepts or refuses at once, with one exception: if a client port is used
    again within a minute for a server that has stopped since, the refusal takes a
    second of real time.
    """
    return any(
        key.events & EVENT_WRITE and not _has_peer(key.fd)
        for key in selector.get_map().values()
    )


def _has_peer(descriptor: int) -> bool:
    """Return whether a socket is connected; other descriptors count as connected."""
    try:
        sock = socket.socket(fileno=descriptor)
    except OSError:
        return True
    try:
        sock.getpeername()
    except OSError as err:
        return err.errno != errno.ENOTCONN
    finally:
        # It belongs to the event loop, which closes it.
        sock.detach()
    return True
