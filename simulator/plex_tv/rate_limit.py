"""The limit that plex.tv puts on asking for PINs, as strict as it was ever seen."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_BURST: Final = 5
_FULL: Final = 10


class RateLimit:
    """Allow each client address one question a second on average.

    Refused questions count as well: a client that keeps asking is refused for as
    long as it does, which is what two PINs polled once a second each have met.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Start with nobody having asked anything."""
        self._now = now
        self._levels: dict[str, tuple[datetime, float]] = {}

    def exceeded_by(self, address: str) -> bool:
        """Count one question from an address and tell whether it is one too many."""
        now = self._now()
        before, level = self._levels.get(address, (now, 0.0))
        drained = max(0.0, level - (now - before).total_seconds())
        level = min(drained + 1, _FULL)
        self._levels[address] = (now, level)
        return level > _BURST
