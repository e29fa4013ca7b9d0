"""The most used client of plex.tv, in which every login waits in its own thread."""

import asyncio
from contextlib import asynccontextmanager
import time
from typing import TYPE_CHECKING
from unittest.mock import patch
import uuid

from plexapi import myplex

from .jumping_clock import JumpingClock
from .worker import Login, run_either

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yarl import URL

# Seconds that a short code is valid.
LIFETIME = 900


class PlexApi:
    """The sign-in with PlexAPI."""

    async def log_in(self) -> Login:
        """Get a code."""
        login, code = await _with_code()

        async def wait() -> float:
            """Wait for the token, for as long as it takes."""
            loop = asyncio.get_running_loop()
            moment: asyncio.Future[float] = loop.create_future()

            def called(_: str) -> None:
                """Record the moment in the thread that waits."""
                now = time.monotonic()
                loop.call_soon_threadsafe(moment.set_result, now)

            login.run(called, timeout=LIFETIME)
            return await moment

        return Login(code, wait)

    async def abandon(self, *, whole: bool) -> str:
        """Wait for a code that nobody approves."""
        login, code = await _with_code()
        with patch.object(myplex, "time", JumpingClock()):
            if whole:
                login.run(timeout=LIFETIME)
            else:
                login.run()
            await asyncio.to_thread(login.waitForLogin)
        return code


async def _with_code() -> tuple[myplex.MyPlexPinLogin, str]:
    """Return a login that has a code, and the code."""
    headers = {"X-Plex-Client-Identifier": str(uuid.uuid4())}
    login = myplex.MyPlexPinLogin(headers=headers)
    return login, await asyncio.to_thread(lambda: login.pin)


@asynccontextmanager
async def opened(plex_tv: URL) -> AsyncIterator[PlexApi]:
    """Point the client at plex.tv."""
    address = myplex.MyPlexPinLogin.PINS
    myplex.MyPlexPinLogin.PINS = address.replace("https://plex.tv", str(plex_tv))
    yield PlexApi()


if __name__ == "__main__":
    run_either(opened)
