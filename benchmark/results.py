"""All that one run measured."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .imports import Import
    from .measure import Cost
    from .sign_in import Abandoned, Plan, SignIns


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """What clients, and what accounts cost."""

    plan: Plan
    repetitions: int
    """How often each module was imported."""
    sign_ins: Mapping[str, SignIns]
    abandoned: Mapping[str, Abandoned]
    imports: Mapping[str, Import]
    costs: Sequence[Cost]
