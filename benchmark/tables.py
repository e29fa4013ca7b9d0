"""The tables of the document."""

from statistics import median
from typing import TYPE_CHECKING

from .figures import percentile, spread, table
from .targets import targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .results import Results
    from .sign_in import SignIns, Wait

NAMES = {
    "ours": "Plex Account's client",
    "plexapi": "PlexAPI",
    "plexauth": "plexauth",
    "dialogue": "Plex Account's dialogue, to the entry",
}
MODULES = {
    "plextv": "Plex Account's client",
    "plexapi.myplex": "PlexAPI",
    "plexauth": "plexauth",
    "aiohttp": "what two of them stand on",
}


def aims(results: Results) -> str:
    """Tell which targets were met."""
    return table(
        ("Target", "Measured", "Result"),
        (
            (one.aim, one.measured, "met" if one.met else "**missed**")
            for one in targets(results)
        ),
    )


def abandoned(results: Results) -> str:
    """Tell how often clients ask about a code that nobody approves."""
    return table(
        ("Client", "Left to itself", "Told to wait 15 minutes"),
        (
            (NAMES[name], counts.itself, counts.whole)
            for name, counts in results.abandoned.items()
        ),
    )


def late(results: Results, shortest: float = 0.0) -> str:
    """Tell how long after the approval there is a token."""

    def counted(waits: Sequence[Wait]) -> list[float]:
        """Leave those out that were approved at once."""
        return [wait.late for wait in waits if wait.approved_after >= shortest]

    return table(
        ("Client", "Mean s", "Median s", "95 % below s", "Logins"),
        (
            (NAMES[name], *spread(counted(result.waits)), len(counted(result.waits)))
            for name, result in results.sign_ins.items()
        ),
    )


def each_minute(results: Results) -> str:
    """Tell how often clients ask while they wait."""

    def row(name: str, result: SignIns) -> tuple[str, ...]:
        """Tell it of one client."""
        rates = [wait.each_minute for wait in result.waits]
        return (
            NAMES[name],
            f"{median(rates):.1f}",
            f"{percentile(rates, 95):.1f}",
            f"{max(rates):.1f}",
        )

    return table(
        ("Client", "Median", "95 % below", "Most"),
        (row(name, result) for name, result in results.sign_ins.items()),
    )


def busy(results: Results) -> str:
    """Tell what waiting costs the machine."""
    ours = median(results.sign_ins["ours"].busy)

    def row(name: str) -> tuple[str, ...]:
        """Tell it of one client."""
        result = results.sign_ins[name]
        busy = median(result.busy)
        minutes = sum(wait.approved_after + wait.late for wait in result.waits) / 60
        asked = sum(wait.questions for wait in result.waits) / minutes
        return (
            NAMES[name],
            f"{busy:.0f}",
            f"{busy / ours:.2f}",
            f"{busy / asked:.2f}",
            f"{median(result.memory):.0f}",
        )

    return table(
        ("Client", "ms a minute", "ratio", "ms a question", "KiB a login"),
        (row(name) for name in results.abandoned),
    )


def imports(results: Results) -> str:
    """Tell what imports cost."""
    ours = results.imports["plextv"].milliseconds
    return table(
        ("Module", "Of", "ms", "ratio", "KiB", "ms where aiohttp is"),
        (
            (
                f"`{module}`",
                MODULES[module],
                f"{cost.milliseconds:.0f}",
                f"{cost.milliseconds / ours:.2f}",
                f"{cost.memory:.0f}",
                f"{cost.further:.1f}",
            )
            for module, cost in results.imports.items()
        ),
    )


def costs(results: Results) -> str:
    """Tell what linked accounts cost."""
    return table(
        (
            "Accounts",
            "Servers of each",
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
            for cost in results.costs
        ),
    )
