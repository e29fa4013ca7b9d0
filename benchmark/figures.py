"""Figures, as a document shows them."""

from statistics import mean, median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def percentile(values: Sequence[float], percent: int) -> float:
    """Return what so many of a hundred values stay below."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def spread(values: Sequence[float]) -> tuple[str, str, str]:
    """Return the mean, the median and the 95th percentile, in hundredths."""
    if not values:
        return "-", "-", "-"
    middle = (mean(values), median(values), percentile(values, 95))
    return f"{middle[0]:.2f}", f"{middle[1]:.2f}", f"{middle[2]:.2f}"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table whose first column names the row."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
