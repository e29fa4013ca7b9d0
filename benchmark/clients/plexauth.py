"""The client that Home Assistant's own Plex integration signs in with."""

from contextlib import asynccontextmanager
import time
from typing import TYPE_CHECKING
from unittest.mock import patch

from aiohttp import ClientSession
import plexauth
from yarl import URL

from .jumping_clock import JumpingClock
from .worker import Login, run_either

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# Seconds. It only uses strong codes, which live longer; this is for the comparison.
LIFETIME = 900


class PlexAuth:
    """The sign-in with plexauth."""

    def __init__(self, session: ClientSession) -> None:
        """Sign in through one session."""
        self._session = session

    async def log_in(self) -> Login:
        """Get a code."""
        client, code = await self._initiated()

        async def wait() -> float:
            """Wait for the token, for as long as it takes."""
            await client.token(timeout=LIFETIME)
            return time.monotonic()

        return Login(code, wait)

    async def abandon(self, *, whole: bool) -> str:
        """Wait for a code that nobody approves."""
        client, code = await self._initiated()
        clock = JumpingClock()
        with (
            patch.object(plexauth, "sleep", clock.async_sleep),
            patch.object(plexauth, "datetime", clock),
        ):
            await (client.token(timeout=LIFETIME) if whole else client.token())
        return code

    async def _initiated(self) -> tuple[plexauth.PlexAuth, str]:
        """Return a login that has a code, and the code."""
        client = plexauth.PlexAuth({"X-Plex-Product": "Benchmark"}, self._session)
        await client.initiate_auth()
        page = URL(client.auth_url().replace("#!?", "?"))
        return client, page.query["code"]


@asynccontextmanager
async def opened(plex_tv: URL) -> AsyncIterator[PlexAuth]:
    """Open a session, and point the client at plex.tv."""
    for name in ("CODES_URL", "TOKEN_URL"):
        address = getattr(plexauth, name)
        setattr(plexauth, name, address.replace("https://plex.tv", str(plex_tv)))
    async with ClientSession() as session:
        yield PlexAuth(session)


if __name__ == "__main__":
    run_either(opened)
