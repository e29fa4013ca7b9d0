"""The client of plex.tv that Plex Account signs in with."""

from contextlib import asynccontextmanager, suppress
import time
from typing import TYPE_CHECKING
import uuid

from aiohttp import ClientSession

from custom_components.plex_account.plextv import (
    ClientIdentity,
    PinLogin,
    PlexTvClient,
    PlexTvHosts,
    PlexTvPinGoneError,
)

from .jumping_clock import JumpingClock
from .worker import Login, run_either

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yarl import URL


class Ours:
    """The sign-in of the component."""

    def __init__(self, session: ClientSession, plex_tv: URL) -> None:
        """Sign in to one plex.tv."""
        self._session = session
        self._hosts = PlexTvHosts(api=plex_tv)

    async def log_in(self) -> Login:
        """Get a code."""
        client = self._client()
        pin = await client.create_pin()

        async def wait() -> float:
            """Wait for the token."""
            await PinLogin(client, pin).token()
            return time.monotonic()

        return Login(pin.code, wait)

    async def abandon(self, *, whole: bool) -> str:  # noqa: ARG002 - it always waits so long
        """Wait for a code that nobody approves."""
        client = self._client()
        pin = await client.create_pin()
        clock = JumpingClock()
        with suppress(PlexTvPinGoneError):
            await PinLogin(
                client, pin, clock=clock.time, sleep=clock.async_sleep
            ).token()
        return pin.code

    def _client(self) -> PlexTvClient:
        """Return a client that is a device of its own."""
        return PlexTvClient(
            self._session,
            ClientIdentity(
                client_identifier=str(uuid.uuid4()),
                product="Benchmark",
                version="1",
                platform="Benchmark",
                platform_version="1",
                device="Benchmark",
                device_name="Benchmark",
                model="Benchmark",
            ),
            hosts=self._hosts,
        )


@asynccontextmanager
async def opened(plex_tv: URL) -> AsyncIterator[Ours]:
    """Open a session."""
    async with ClientSession() as session:
        yield Ours(session, plex_tv)


if __name__ == "__main__":
    run_either(opened)
