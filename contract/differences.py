"""A difference, and whether it breaks the integration."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from .shapes import Path

    type Verdict = Literal["breaks us", "unknown to the stand-in"]

BREAKS: Final[Verdict] = "breaks us"
UNKNOWN: Final[Verdict] = "unknown to the stand-in"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One difference, without values."""

    verdict: Verdict
    what: str
    """What is different: "status", "field"."""
    path: Path = ()
    """Where in the body."""
    known: frozenset[str] = frozenset()
    """What the simulator has there."""
    found: frozenset[str] = frozenset()
    """What plex.tv has there."""
