"""What every client's process does: sign in, and say what it took."""

import asyncio
from dataclasses import dataclass
import json
import random
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol

from yarl import URL

from benchmark.memory import memory

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

# Seconds over which the logins begin, so that they do not all ask at once: the longest
# pause between two questions of any client.
SPREAD = 3.0
# Seconds after which every login has asked, and few have been approved.
SETTLED = 5.0


@dataclass(frozen=True, slots=True)
class Login:
    """A login that shows its code and waits."""

    code: str
    wait: Callable[[], Awaitable[float]]
    """Wait for the token; return the moment in which it was there."""


class Client(Protocol):
    """One way to sign in."""

    async def log_in(self) -> Login:
        """Get a code."""


class AbandonedClient(Client, Protocol):
    """One that can also be left alone with a code."""

    async def abandon(self, *, whole: bool) -> str:
        """Let nobody approve a code, on a clock that jumps; return the code.

        The client gives up by itself, or waits for the whole life of the code.
        """


def run(open_client: Callable[[URL], AbstractAsyncContextManager[Client]]) -> None:
    """Wait for approvals, as the command line says: `URL SEED NUMBER`."""
    plex_tv, seed, number = sys.argv[1:]

    async def wait() -> None:
        """Have so many logins wait together."""
        async with open_client(URL(plex_tv)) as client:
            await _wait(client, random.Random(seed), int(number))  # noqa: S311 - no secret

    asyncio.run(wait())


def run_either(
    open_client: Callable[[URL], AbstractAsyncContextManager[AbandonedClient]],
) -> None:
    """Wait for approvals, or, with `URL` alone, be left alone with two codes."""

    async def abandon(plex_tv: URL) -> None:
        """Be left alone."""
        async with open_client(plex_tv) as client:
            _say(
                itself=await client.abandon(whole=False),
                whole=await client.abandon(whole=True),
            )

    if len(sys.argv) > len(("", "URL")):
        run(open_client)
    else:
        asyncio.run(abandon(URL(sys.argv[1])))


async def _wait(client: Client, chance: random.Random, number: int) -> None:
    """Have some logins wait together."""
    # What only the first one pays is not counted.
    await client.log_in()
    held, busy = memory(), time.process_time()
    starts = [chance.uniform(0, SPREAD) for _ in range(number)]
    tasks = [asyncio.create_task(_log_in(client, start)) for start in starts]
    await asyncio.sleep(SETTLED)
    held = memory() - held
    waited = sum(await asyncio.gather(*tasks))
    _say(memory=held, busy=time.process_time() - busy, waited=waited)


async def _log_in(client: Client, start: float) -> float:
    """Have one login wait, and return for how long it did."""
    await asyncio.sleep(start)
    login = await client.log_in()
    shown = time.monotonic()
    _say(code=login.code, shown=shown)
    token = await login.wait()
    _say(code=login.code, token=token)
    return token - shown


def _say(**facts: Any) -> None:  # noqa: ANN401 - any JSON
    """Tell the process that compares."""
    print(json.dumps(facts), flush=True)
