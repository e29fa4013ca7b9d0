"""What a report holds, to compare it with what was changed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contract.report import Report

type Found = set[tuple[str, str, str, str]]


def found(report: Report) -> Found:
    """Return every difference: where, how bad, what, and at which path."""
    return {
        (one.name, each.verdict, each.what, ".".join(each.path))
        for one in report.compared
        for each in one.differences
    }
