"""The work of every client's process: sign in, and report how long it took."""

import asyncio
from dataclasses import dataclass
import json
import random
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol

from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

# Seconds over which the logins begin, so that their requests are spread: the longest
# polling interval of any client.
SPREAD = 3.0


@dataclass(frozen=True, slots=True)
class Login:
    """A login that shows its code and waits."""

    code: str
    wait: Callable[[], Awaitable[float]]
    """Wait for the token; return the moment at which it arrived."""


class Client(Protocol):
    """One way to sign in."""

    async def log_in(self) -> Login:
        """Get a code."""


class AbandonedClient(Client, Protocol):
    """A client that can also wait for a code that nobody approves."""

    async def abandon(self, *, whole: bool) -> str:
        """Wait for a code that nobody approves, on a clock that jumps; return the code.

        The client waits for its default time, or for as long as the code is valid.
        """


def run(open_client: Callable[[URL], AbstractAsyncContextManager[Client]]) -> None:
    """Wait for approvals, as the command line says: `URL SEED NUMBER`."""
    plex_tv, seed, number = sys.argv[1:]

    async def wait() -> None:
        """Run this many logins at the same time."""
        async with open_client(URL(plex_tv)) as client:
            await _wait(client, random.Random(seed), int(number))  # noqa: S311 - no secret

    asyncio.run(wait())


def run_either(
    open_client: Callable[[URL], AbstractAsyncContextManager[AbandonedClient]],
) -> None:
    """Wait for approvals, or, with `URL` alone, for two codes that nobody approves."""

    async def abandon(plex_tv: URL) -> None:
        """Wait for codes that nobody approves."""
        async with open_client(plex_tv) as client:
            _report(
                default=await client.abandon(whole=False),
                whole=await client.abandon(whole=True),
            )

    if len(sys.argv) > len(("", "URL")):
        run(open_client)
    else:
        asyncio.run(abandon(URL(sys.argv[1])))


async def _wait(client: Client, chance: random.Random, number: int) -> None:
    """Run some logins at the same time."""
    # The first login is not measured, because it includes what is created once.
    await client.log_in()
    busy = time.process_time()
    starts = [chance.uniform(0, SPREAD) for _ in range(number)]
    await asyncio.gather(*(_log_in(client, start) for start in starts))
    _report(busy=time.process_time() - busy)


async def _log_in(client: Client, start: float) -> None:
    """Sign in once, and report the times."""
    await asyncio.sleep(start)
    login = await client.log_in()
    _report(code=login.code, shown=time.monotonic())
    _report(code=login.code, token=await login.wait())


def _report(**facts: Any) -> None:  # noqa: ANN401 - any JSON
    """Report facts to the process that compares."""
    print(json.dumps(facts), flush=True)
