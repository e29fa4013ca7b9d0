"""The document with the results of one run."""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
import os
import platform
from typing import TYPE_CHECKING

from . import tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .hostile_answers import HostileAnswer
    from .hostile_servers import Harm
    from .live import Times
    from .measure import Cost
    from .sign_in import Abandoned, Plan, SignIns
    from .streams import StreamCost
    from .watchlist import WatchlistCost

PACKAGES = ("homeassistant", "aiohttp", "PlexAPI", "plexauth")

TEXT = """\
# Benchmark

How much signing in to plex.tv costs, compared with other Python clients that sign in
with a code, and how much linked accounts cost. `scripts/benchmark --write` measures
everything in one run and writes this page.

{machine}

All clients use the same simulated plex.tv on the same machine. It responds within
milliseconds. The real plex.tv takes longer, for all clients alike. Times depend on the
machine, so only compare them with each other.

## From the approval to the token

{logins} logins with each client, {together} at a time. Each client runs in its own
process, and all of them run at the same time. Each code is approved at a random moment
within {longest:g} s after it was shown, at the same moments for all
clients (seed {seed}).
By default, PlexAPI gives up after 120 s and plexauth after 60 s. Here they wait longer.

{late}

The dialog is part of a real Home Assistant, with a page that reacts to each
notification. It ends with an account that is linked and set up.

## Requests to plex.tv

Requests per minute while a login is waiting:

{each_minute}

Requests about a code that nobody approves, counted by the simulator. The clients'
clocks skip the pauses and responses take no time, so these are the highest possible
numbers.
By default, Plex Account's client waits for as long as a code is valid, PlexAPI for
120 s, and plexauth for 60 s. In the last column, all of them wait for the full 15
minutes that a code is valid.

{abandoned}

## Processor time

Milliseconds of processor time per request, including the creation of the code. plexauth
sends a request every three seconds, PlexAPI and Plex Account's client about every
second: a client that learns about the approval sooner sends more requests.

{busy}

## Accounts and servers

Times in milliseconds, memory in KiB. All accounts are set up at the same time, as they
are when Home Assistant starts. A refresh consists of the requests that are sent every
few minutes. The requests go to plex.tv, those in parentheses to servers. The 100
accounts share the same ten servers.

{costs}

## From what a server pushes to the state

Plex Account and Home Assistant's own integration follow one server at the same time, on
which {films} movies are started, paused, resumed, and stopped, one after another.
For a stop, Plex Account requests the server's list of sessions once more, because
players also report a stop when they only move to the background. Home Assistant's own
integration believes the notification, and is sooner by that request.

{live}

## Idle servers

For one hour, projected from {idle} s. Servers that are followed send a keep-alive
message every ten seconds, and are asked every five minutes who is playing what.

{streams}

## Hostile servers

Ten servers that somebody shares with the account, each with twenty addresses, send an
endless response to every request. Three other servers behave well. All of them are
checked {rounds} times, as they are in {minutes} minutes. The longest stall is the
processor time during which the event loop did nothing else. Memory is the growth of its
peak. The others are the three servers, and the time until all of them were known.

{harms}

## Hostile answers

The most expensive responses that a server can give to an action: 5 MiB of the content
that takes longest to search for secrets, or that needs the most memory for its size.
The table shows the seconds of processor time to read the response and to remove the
secrets in a thread, the longest time during which nothing else ran in Home Assistant,
and the peak memory in MiB.

{hostile}

## The watchlist

A list of {titles} titles in one account, times in milliseconds. Plex returns 100
titles at a time, and the real plex.tv takes more than half a second for each request.
Adding a title consists of a search and a change. The result is checked ten seconds
later.

{watchlist}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """What one run measured."""

    plan: Plan
    sign_ins: Mapping[str, SignIns]
    abandoned: Mapping[str, Abandoned]
    costs: Sequence[Cost]
    harms: Sequence[Harm]
    rounds: int
    """How often hostile servers were measured."""
    hostile: Sequence[HostileAnswer]
    films: int
    live: Times
    idle: int
    streams: Sequence[StreamCost]
    titles: int
    watchlist: Sequence[WatchlistCost]


def document(results: Results) -> str:
    """Return the document."""
    plan = results.plan
    return TEXT.format(
        machine=_machine(),
        logins=plan.rounds * plan.logins,
        together=plan.logins,
        longest=plan.longest,
        seed=plan.seed,
        late=tables.late(results.sign_ins),
        each_minute=tables.each_minute(results.sign_ins),
        abandoned=tables.abandoned(results.abandoned),
        busy=tables.busy(results.sign_ins),
        costs=tables.costs(results.costs),
        films=results.films,
        live=tables.live(results.live),
        idle=results.idle,
        streams=tables.streams(results.streams),
        harms=tables.harms(results.harms),
        rounds=results.rounds,
        minutes=2 * results.rounds,
        hostile=tables.hostile(results.hostile),
        titles=f"{results.titles:,}",
        watchlist=tables.watchlist(results.watchlist),
    )


def _machine() -> str:
    """Return where and when this was measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y} on {os.cpu_count()} cores "
        f"({platform.machine()}, {platform.system()}),\n"
        f"with Python {platform.python_version()}, {versions}."
    )
