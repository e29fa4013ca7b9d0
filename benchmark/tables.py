"""The tables of the document."""

from statistics import mean, median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .hostile_answers import HostileAnswer
    from .hostile_servers import Harm
    from .live import Times
    from .measure import Cost
    from .sign_in import Abandoned, SignIns
    from .streams import StreamCost
    from .watchlist import WatchlistCost

LISTENERS = ("Plex Account", "Home Assistant's own")
# Without at least two, there is no percentile.
MEASUREMENTS = 2
LIVE_STEPS = ("start", "pause", "resume", "stop")
NAMES = {
    "ours": "Plex Account's client",
    "plexapi": "PlexAPI",
    "plexauth": "plexauth",
    "dialogue": "Plex Account's dialog, up to the entry",
}


def late(sign_ins: Mapping[str, SignIns]) -> str:
    """Tabulate the time from the approval to the token."""
    rows = {name: [wait.late for wait in one.waits] for name, one in sign_ins.items()}
    return _table(
        ("Client", "Mean s", "Median s", "95 % below s", "Logins"),
        (
            (
                NAMES[name],
                f"{mean(seconds):.2f}",
                f"{median(seconds):.2f}",
                f"{_percentile(seconds, 95):.2f}",
                len(seconds),
            )
            for name, seconds in rows.items()
        ),
    )


def each_minute(sign_ins: Mapping[str, SignIns]) -> str:
    """Tabulate the rate of requests while clients wait."""
    rows = {
        name: [wait.each_minute for wait in one.waits] for name, one in sign_ins.items()
    }
    return _table(
        ("Client", "Median", "95 % below", "Most"),
        (
            (
                NAMES[name],
                f"{median(rates):.1f}",
                f"{_percentile(rates, 95):.1f}",
                f"{max(rates):.1f}",
            )
            for name, rates in rows.items()
        ),
    )


def abandoned(counts: Mapping[str, Abandoned]) -> str:
    """Tabulate the number of requests about a code that nobody approves."""
    return _table(
        ("Client", "By default", "In 15 minutes"),
        ((NAMES[name], count.default, count.whole) for name, count in counts.items()),
    )


def busy(sign_ins: Mapping[str, SignIns]) -> str:
    """Tabulate the processor time of a request.

    The dialogue is left out, because its time includes Home Assistant's own.
    """
    ours = sign_ins["ours"].for_a_question
    return _table(
        ("Client", "ms per request", "ratio"),
        (
            (
                NAMES[name],
                f"{one.for_a_question:.2f}",
                f"{one.for_a_question / ours:.2f}",
            )
            for name, one in sign_ins.items()
            if name != "dialogue"
        ),
    )


def costs(measured: Iterable[Cost]) -> str:
    """Tabulate the cost of linked accounts."""
    return _table(
        (
            "Accounts",
            "Servers each",
            "Entities",
            "Set-up",
            "Processor",
            "Requests",
            "Refresh",
            "Processor",
            "Requests",
            "Memory",
        ),
        (
            (
                cost.accounts,
                cost.servers,
                cost.entities,
                f"{cost.set_up:.0f}",
                f"{cost.set_up_cpu:.0f}",
                "{} ({})".format(*cost.set_up_requests),
                f"{cost.refresh:.1f}",
                f"{cost.refresh_cpu:.1f}",
                "{} ({})".format(*cost.refresh_requests),
                cost.memory,
            )
            for cost in measured
        ),
    )


def live(times: Times) -> str:
    """Tabulate the time from a server's notification to the state."""
    return _table(
        ("Median / 95 % below, ms", *LIVE_STEPS),
        (
            (who, *(_spread(times.get((step, who), ())) for step in LIVE_STEPS))
            for who in LISTENERS
        ),
    )


def _spread(milliseconds: Sequence[float]) -> str:
    """Format the median and the 95th percentile, if there are enough values."""
    if len(milliseconds) < MEASUREMENTS:
        return "not reached"
    return f"{median(milliseconds):.0f} / {_percentile(milliseconds, 95):.0f}"


def streams(measured: Iterable[StreamCost]) -> str:
    """Tabulate the cost of idle servers."""
    return _table(
        ("Servers", "Number", "Processor s", "Requests", "Memory KiB"),
        (
            (
                cost.way,
                cost.servers,
                f"{cost.processor:.1f}",
                f"{cost.requests:.0f}",
                cost.memory,
            )
            for cost in measured
        ),
    )


def harms(measured: Iterable[Harm]) -> str:
    """Tabulate the cost of hostile servers."""
    return _table(
        ("Responses", "Connections", "Longest stall ms", "Memory KiB", "Others ms"),
        (
            (
                harm.kind,
                harm.requests,
                f"{harm.stall:.0f}",
                harm.memory,
                f"{harm.others:.0f}",
            )
            for harm in measured
        ),
    )


def hostile(measured: Iterable[HostileAnswer]) -> str:
    """Tabulate the cost of hostile responses."""
    return _table(
        ("Response", "Processor s", "Longest stall s", "Memory MiB", "Read"),
        (
            (
                answer.name,
                f"{answer.processor:.2f}",
                f"{answer.stall:.3f}",
                f"{answer.memory:.0f}",
                "no" if answer.refused else "yes",
            )
            for answer in measured
        ),
    )


def watchlist(measured: Iterable[WatchlistCost]) -> str:
    """Tabulate the cost of a long watchlist."""
    return _table(
        ("What", "Requests", "Time", "Processor"),
        (
            (cost.doing, cost.requests, f"{cost.wall:.0f}", f"{cost.cpu:.0f}")
            for cost in measured
        ),
    )


def _percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Format a table whose first column names the row."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
