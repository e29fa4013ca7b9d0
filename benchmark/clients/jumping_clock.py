"""A clock on which waiting takes no time."""

from datetime import UTC, datetime


class JumpingClock:
    """Jumps on instead of waiting; where a client looks for a clock, it is one."""

    def __init__(self) -> None:
        """Start at some moment."""
        self.moment = 0.0

    def time(self) -> float:
        """Tell the time."""
        return self.moment

    def now(self) -> datetime:
        """Tell the time as a date."""
        return datetime.fromtimestamp(self.moment, UTC)

    def sleep(self, seconds: float) -> None:
        """Jump on."""
        self.moment += seconds

    async def async_sleep(self, seconds: float) -> None:
        """Jump on."""
        self.sleep(seconds)
