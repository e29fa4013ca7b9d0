"""The document that tells what one run measured."""

from importlib.metadata import version
import os
import platform
from typing import TYPE_CHECKING

from . import tables

if TYPE_CHECKING:
    from .results import Results

PACKAGES = ("homeassistant", "aiohttp", "PlexAPI", "plexauth")
# Seconds in which nobody has typed a code yet.
TYPING = 5

TEXT = """\
# Benchmark

What it costs to sign in to plex.tv, side by side with other Python clients that sign in
by a code, and what linked accounts cost. `scripts/benchmark --write` measures all of it
in one run and writes this page.

{machine}

Every client asks the same simulated plex.tv, on the same machine. It answers within
milliseconds; the real one takes longer, for every client alike. Times depend on the
machine: compare them with each other.

## Targets

{targets}

## From the approval to the token

{logins} logins of each client, {together} at a time, each client in a process of its
own and all of them at the same time. Every code is approved at a random moment within
{longest:g} s after it was shown, the same moments for every client (seed {seed}).
PlexAPI and plexauth give up by themselves after 120 s and 60 s; here they wait longer.

{late}

Of these, the logins whose code was approved after {typing} s or more, for nobody
types one sooner:

{late_typed}

The dialogue is that of a real Home Assistant, with a page that looks whenever it is
called; it ends with an account that is linked and set up.

## Questions to plex.tv

A minute, while a login waits:

{each_minute}

About a code that nobody approves, counted by the simulator. The clients' clocks jump
over the pauses and an answer takes no time, so there can be no more than these. Left to
itself, Plex Account's client waits as long as a code lives, PlexAPI 120 s and plexauth
60 s; told to, they wait for the 15 minutes that a code lives.

{abandoned}

## Processor and memory

For every minute in which one login waits, the making of its code included, and for
every login that waits; the modules, which are there once, are not counted. Logins first
fill the memory that a process holds free, so that a few KiB mean next to nothing.

{busy}

plexauth asks every three seconds, PlexAPI and Plex Account's client about every second:
whoever hears of the approval sooner asks more often. plexauth is also a single short
module on top of aiohttp, than which no client that stands on aiohttp loads sooner.

The import of each client in a fresh process, compiled before; medians of {repetitions}.
Plex Account's client stands alone here, without Home Assistant. The last column is what
an import takes in a process that has aiohttp already, as Home Assistant does.

{imports}

## Accounts and servers

Times in milliseconds, memory in KiB. Accounts are set up together, as when Home
Assistant starts; a refresh is all that is asked every few minutes. Requests go to
plex.tv, those in brackets to servers.

{costs}
"""


def document(results: Results) -> str:
    """Write it."""
    plan = results.plan
    return TEXT.format(
        machine=_machine(),
        targets=tables.aims(results),
        logins=plan.rounds * plan.logins,
        together=plan.logins,
        typing=TYPING,
        longest=plan.longest,
        seed=plan.seed,
        late=tables.late(results),
        late_typed=tables.late(results, TYPING),
        each_minute=tables.each_minute(results),
        abandoned=tables.abandoned(results),
        busy=tables.busy(results),
        repetitions=results.repetitions,
        imports=tables.imports(results),
        costs=tables.costs(results),
    )


def _machine() -> str:
    """Tell where this was measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Measured on {os.cpu_count()} cores ({platform.machine()}, "
        f"{platform.system()}), with Python {platform.python_version()},\n{versions}."
    )
