"""What Plex Account is meant to reach, and whether it does."""

from dataclasses import dataclass
from statistics import mean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .results import Results

SOON = 0.6
"""Seconds from the approval, on average."""
ABANDONED = 350
A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Target:
    """One of them."""

    aim: str
    measured: str
    met: bool


def targets(results: Results) -> Iterator[Target]:
    """Hold the results to every target."""
    ours, dialogue = results.sign_ins["ours"], results.sign_ins["dialogue"]
    for what, waits in (("token", ours.waits), ("entry", dialogue.waits)):
        late = mean(wait.late for wait in waits)
        yield Target(
            f"From the approval to the {what} in under {SOON} s on average",
            f"{late:.2f} s",
            late < SOON,
        )
    most = max(wait.each_minute for wait in (*ours.waits, *dialogue.waits))
    yield Target(
        "No login asks more often than once a second",
        f"{most:.1f} a minute at most",
        most <= A_MINUTE,
    )
    asked = results.abandoned["ours"].whole
    yield Target(
        f"Fewer than {ABANDONED} questions about a code that nobody approves",
        str(asked),
        asked < ABANDONED,
    )
    for peer in ("plexapi", "plexauth"):
        yield _less(
            f"Less processor time while waiting than {peer}",
            median(ours.busy),
            median(results.sign_ins[peer].busy),
        )
    for module in ("plexapi.myplex", "plexauth"):
        yield _less(
            f"Less import time than `{module}`",
            results.imports["plextv"].milliseconds,
            results.imports[module].milliseconds,
        )


def _less(aim: str, ours: float, theirs: float) -> Target:
    """Compare two figures."""
    return Target(aim, f"{ours / theirs:.2f} times as much", ours < theirs)
