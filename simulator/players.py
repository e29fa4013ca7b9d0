"""Players that report what they play, as long as they do."""

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .simulator import Simulator

# Seconds. A player of which nothing is heard for longer counts as gone.
INTERVAL: Final = 10


@asynccontextmanager
async def reporting_players(
    plex_tv: Simulator, interval: float = INTERVAL
) -> AsyncIterator[None]:
    """Let films go on by themselves, for whoever only starts and stops them."""
    reporting = asyncio.create_task(_report(plex_tv, interval))
    try:
        yield
    finally:
        reporting.cancel()
        with suppress(asyncio.CancelledError):
            await reporting


async def _report(plex_tv: Simulator, interval: float) -> None:
    """Report what each player does."""
    while True:
        await asyncio.sleep(interval)
        for server in plex_tv.servers.values():
            for stream in server.data.streams:
                paused = stream.state == "paused"
                server.playback.proceed(stream, 0 if paused else interval)
