"""The rate limit for polling PINs, in the strictest form that was ever observed."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_BURST: Final = 5
_FULL: Final = 10


class RateLimit:
    """A limit of one request a second on average for each client address.

    Refused requests count as well, so a client that does not slow down stays refused.
    That was observed with two PINs, each polled once a second.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Start without requests."""
        self._now = now
        self._levels: dict[str, tuple[datetime, float]] = {}

    def exceeded_by(self, address: str) -> bool:
        """Count a request from an address and return whether it exceeds the limit."""
        now = self._now()
        before, level = self._levels.get(address, (now, 0.0))
        drained = max(0.0, level - (now - before).total_seconds())
        level = min(drained + 1, _FULL)
        self._levels[address] = (now, level)
        return level > _BURST
