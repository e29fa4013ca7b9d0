"""Players that report their position during playback."""

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .simulator import Simulator

# Seconds. A player that does not report for longer counts as gone.
INTERVAL: Final = 10


@asynccontextmanager
async def reporting_players(
    plex_tv: Simulator, interval: float = INTERVAL
) -> AsyncIterator[None]:
    """Let films play on, with reports of their players, within this context."""
    reporting = asyncio.create_task(_report(plex_tv, interval))
    try:
        yield
    finally:
        reporting.cancel()
        with suppress(asyncio.CancelledError):
            await reporting


async def _report(plex_tv: Simulator, interval: float) -> None:
    """Report the position of each player."""
    while True:
        await asyncio.sleep(interval)
        for server in plex_tv.servers.values():
            for stream in server.data.streams:
                paused = stream.state == "paused"
                server.playback.proceed(stream, 0 if paused else interval)
