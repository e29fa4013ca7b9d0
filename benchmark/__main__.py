"""Measure everything and print the document: `python -m benchmark`."""

from argparse import ArgumentParser, Namespace
import asyncio
from multiprocessing import get_context
from pathlib import Path
import sys
from typing import TYPE_CHECKING, Any

from tests.hostile.flooding_server import FLOODS

from .document import Results, document
from .hostile_answers import hostile_answers
from .hostile_servers import run_kind
from .live import run_live
from .measure import run_case
from .plex_tv import plex_tv
from .sign_in import Plan, abandoned, sign_ins
from .streams import WAYS, run_streams
from .watchlist import run_watchlist

if TYPE_CHECKING:
    from collections.abc import Callable

    from .hostile_servers import Harm
    from .measure import Cost

DOCUMENT = Path("docs/benchmark.md")
# Accounts, and servers of each.
CASES = ((1, 1), (1, 3), (1, 10), (1, 100), (1, 1000), (10, 3), (100, 3), (100, 10))
QUICK_CASES = ((1, 3),)
QUICK_KINDS = ("interim responses",)
TITLES = 2500
QUICK_TITLES = 250


def main() -> None:
    """Measure everything."""
    arguments = _arguments()
    text = document(_measured(quick=arguments.quick, seed=arguments.seed))
    print(text, end="")
    if arguments.write:
        DOCUMENT.write_text(text, encoding="utf-8")
        _progress(f"written to {DOCUMENT}")


def _measured(*, quick: bool, seed: int) -> Results:
    """Measure everything, one thing after another."""
    if quick:
        plan = Plan(seed=seed, rounds=1, logins=6, longest=6)
    else:
        plan = Plan(seed=seed, rounds=2, logins=60, longest=120)
    _progress("accounts and servers")
    cases = QUICK_CASES if quick else CASES
    costs: list[Cost] = [_in_a_process(run_case, *case) for case in cases]
    _progress("what servers push")
    films, idle = (3, 5) if quick else (12, 130)
    live = _in_a_process(run_live, films)
    servers = 3 if quick else 100
    streams = [_in_a_process(run_streams, way, servers, idle) for way in WAYS]
    _progress("hostile servers")
    rounds = 1 if quick else 5
    kinds = (None, *(QUICK_KINDS if quick else FLOODS))
    harms: list[Harm] = [_in_a_process(run_kind, kind, rounds) for kind in kinds]
    _progress("hostile answers")
    answers = hostile_answers(quick=quick)
    _progress("the watchlist")
    titles = QUICK_TITLES if quick else TITLES
    watchlist = _in_a_process(run_watchlist, titles)
    with plex_tv() as service:
        _progress("codes that nobody approves")
        counts = asyncio.run(abandoned(service))
        _progress(f"codes that somebody approves (seed {seed})")
        logins = asyncio.run(sign_ins(service, plan))
    return Results(
        plan=plan,
        sign_ins=logins,
        abandoned=counts,
        costs=costs,
        films=films,
        live=live,
        idle=idle,
        streams=streams,
        harms=harms,
        rounds=rounds,
        hostile=answers,
        titles=titles,
        watchlist=watchlist,
    )


def _arguments() -> Namespace:
    """Parse the command line; scripts/benchmark handles --help itself."""
    parser = ArgumentParser("scripts/benchmark", add_help=False)
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--quick", action="store_true")
    way.add_argument("--write", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _in_a_process(measure: Callable[..., None], *arguments: object) -> Any:  # noqa: ANN401
    """Measure in a process of its own, so that memory starts afresh."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=measure, args=(theirs, *arguments))
    process.start()
    # Otherwise `recv` would wait forever for a process that has failed.
    theirs.close()
    result = ours.recv()
    process.join()
    return result


def _progress(what: str) -> None:
    """Print progress to stderr, beside the document."""
    print(f"benchmark: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
