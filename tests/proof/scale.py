"""How long the many servers are watched: a few hours, or thoroughly a day."""

from dataclasses import dataclass
from typing import Final

from tests.helpers.thorough import THOROUGH


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How much happens, and how often something is asked for meanwhile."""

    people: int
    servers: int
    hours: int
    outage: int
    """The hour in which plex.tv is away."""
    lists: range
    """How often each account asks for its servers, without the outage."""
    accounts: range
    """How often it asks for the account itself."""
    pings: int
    measurements: range
    """How often each server is asked that answers all the time."""


A_DAY: Final = Scale(
    people=20,
    servers=200,
    hours=24,
    outage=10,
    lists=range(261, 280),
    accounts=range(7, 10),
    pings=1,
    measurements=range(641, 730),
)
SOME_HOURS: Final = Scale(
    people=5,
    servers=20,
    hours=4,
    outage=3,
    lists=range(36, 40),
    accounts=range(1, 3),
    pings=1,
    measurements=range(110, 125),
)
SCALE: Final = A_DAY if THOROUGH else SOME_HOURS
