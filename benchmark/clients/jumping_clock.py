"""A clock on which waiting takes no real time."""

from datetime import UTC, datetime


class JumpingClock:
    """A clock that jumps instead of waiting, in the forms that the clients use."""

    def __init__(self) -> None:
        """Start at zero."""
        self.moment = 0.0

    def time(self) -> float:
        """Return the time."""
        return self.moment

    def now(self) -> datetime:
        """Return the time as a date."""
        return datetime.fromtimestamp(self.moment, UTC)

    def sleep(self, seconds: float) -> None:
        """Advance the clock."""
        self.moment += seconds

    async def async_sleep(self, seconds: float) -> None:
        """Advance the clock."""
        self.sleep(seconds)
