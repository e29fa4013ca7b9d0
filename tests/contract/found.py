"""The differences in a report, to compare them with the changes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contract.report import Report

type Found = set[tuple[str, str, str, str]]


def found(report: Report) -> Found:
    """Return every difference: the request, the verdict, the kind, and the path."""
    return {
        (one.name, each.verdict, each.what, ".".join(each.path))
        for one in report.compared
        for each in one.differences
    }
