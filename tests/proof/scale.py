"""The scale of the test with many servers: a few hours, or a day if thorough."""

from dataclasses import dataclass
from typing import Final

from tests.helpers.thorough import THOROUGH


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The size of the test, and the expected numbers of requests."""

    people: int
    servers: int
    hours: int
    outage: int
    """The hour in which plex.tv is down."""
    lists: range
    """Requests for the servers of each account, without the outage."""
    accounts: range
    """Requests for the account itself."""
    pings: int
    measurements: range
    """Requests to each server that responds all the time."""


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
