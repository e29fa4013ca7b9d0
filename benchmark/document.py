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

What signing in to plex.tv costs, side by side with other Python clients that sign in by
a code, and what linked accounts cost. `scripts/benchmark --write` measures all of it in
one run and writes this page.

{machine}

Every client asks the same simulated plex.tv on the same machine. It answers within
milliseconds; the real one takes longer, for every client alike. Times depend on the
machine: compare them with each other.

## From the approval to the token

{logins} logins of each client, {together} at a time, each client in a process of its
own and all of them at the same time. Every code is approved at a random moment within
{longest:g} s after it was shown, at the same moments for every client (seed {seed}).
PlexAPI and plexauth give up after 120 s and 60 s by default; here they wait longer.

{late}

The dialogue is that of a real Home Assistant, with a page that looks whenever it is
notified; it ends with an account that is linked and set up.

## Questions to plex.tv

Questions a minute, while a login waits:

{each_minute}

Questions about a code that nobody approves, counted by the simulator. The clocks of the
clients jump over the pauses and an answer takes no time, so there can be no more than
these. By default, Plex Account's client waits as long as a code lives, PlexAPI 120 s,
and plexauth 60 s; in the last column, all wait for the 15 minutes that a code lives.

{abandoned}

## Processor time

Milliseconds of processor time for each question, the creation of the code included.
plexauth asks every three seconds, PlexAPI and Plex Account's client about every second:
a client that learns of the approval sooner asks more often.

{busy}

## Accounts and servers

Times in milliseconds, memory in KiB. All accounts are set up at the same time, as when
Home Assistant starts; a refresh is what is asked every few minutes. Requests go to
plex.tv, those in brackets to servers. Ten servers of 100 accounts are the same ten.

{costs}

## From what a server pushes to the state

Plex Account and Home Assistant's own integration listen to one server at the same time,
on which {films} films are started, paused, resumed and stopped, one after another.

{live}

## Servers at which nothing happens

For an hour, projected from {idle} s. Servers that are listened to send a sign of life
every ten seconds, and are asked who plays what every five minutes.

{streams}

## Hostile servers

Ten servers that somebody shares with the account, each at twenty addresses, answer
every request without an end, beside three servers that answer well. All are measured
{rounds} times, as in {minutes} minutes. The longest stall is the processor time for
which the event loop did nothing else; memory is by how much its peak grew; the others
are the three servers, and how long it took until all of them were known.

{harms}

## Hostile answers

The costliest answers that a server can give to an action: 5 MiB of what the rules for
secrets look at longest, or of what takes most memory for its size. Seconds of processor
time to read the answer and to take the secrets out, in a thread; for how long at most
nothing else of Home Assistant ran meanwhile; and the memory at its height, in MiB.

{hostile}

## The watchlist

A list of {titles} titles of a single account, times in milliseconds. Plex hands out a
hundred titles at once; the real one takes more than half a second for each request.
Adding a title is a search and a change, and what comes of it is looked at ten seconds
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
