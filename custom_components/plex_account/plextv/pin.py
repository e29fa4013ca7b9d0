"""Life of a PIN: waiting until a person approves it or its time is over."""

import asyncio
import random
from typing import TYPE_CHECKING, Final

from .exceptions import PlexTvError, PlexTvPinGoneError, PlexTvRateLimitError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .client import PlexTvClient
    from .models import Pin

# Seconds since the code was shown, and from then on the seconds between two questions.
# Nobody approves a code within seconds and most people do within two minutes. plex.tv
# allows one question a second.
PACE: Final = ((0.0, 2.0), (5.0, 1.0), (120.0, 2.0), (300.0, 5.0))
QUICKEST_PACE: Final = 1.0
SLOWEST_PACE: Final = PACE[-1][1]
# plex.tv counts a code's life from before its answer arrived here. The last question
# has to reach it while it still knows the code, or an approval just before is lost.
MARGIN: Final = 2.0
# Long enough to leave a struggling plex.tv alone, short enough for somebody who waits.
LONGEST_PAUSE_AFTER_FAULT: Final = 10.0
LONGEST_PAUSE_AFTER_REFUSAL: Final = 30.0


def pace(elapsed: float) -> float:
    """Return the seconds until the next question, so far into a code's life."""
    return next(pause for start, pause in reversed(PACE) if elapsed >= start)


class PinLogin:
    """Asks plex.tv for the token of one PIN until a person approved it.

    Only a PIN that plex.tv no longer knows or the end of its lifetime ends the asking.
    A network fault, an error or an unreadable answer slows it down, for the person may
    be typing the code just then.
    """

    def __init__(
        self,
        client: PlexTvClient,
        pin: Pin,
        *,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Start the clock of a PIN that was made just now.

        Without another `clock` it is the event loop's, which a change of the system's
        time does not move.
        """
        self._client = client
        self._pin = pin
        self._clock = clock or asyncio.get_running_loop().time
        self._sleep = sleep
        self._chance = chance
        self._shown = self._clock()
        self._not_before = self._shown
        self._extra_pause = 0.0
        self._refused = False

    async def token(self) -> str:
        """Return the token once a person approved the PIN.

        Raises PlexTvPinGoneError when plex.tv no longer knows the PIN or its lifetime
        is over by our own clock: some sources say that plex.tv goes on answering then.
        """
        deadline = self._shown + max(self._pin.lifetime - MARGIN, 0.0)
        question = self._shown + pace(0.0)
        while True:
            # The last question comes at the deadline, sooner than its turn would be.
            await self._sleep(max(min(question, deadline) - self._clock(), 0.0))
            asked = self._clock()
            if asked >= self._not_before and (token := await self._ask()):
                return token
            answered = self._clock()
            if answered >= deadline:
                raise PlexTvPinGoneError("The PIN expired before anybody approved it")
            question = max(asked + self._usual_pause(), answered + self._extra_pause)

    async def _ask(self) -> str | None:
        """Ask once, and remember how the answer changes the pace."""
        self._not_before = self._clock() + QUICKEST_PACE
        try:
            token = await self._client.get_pin_token(self._pin)
        except PlexTvPinGoneError:
            raise
        except PlexTvRateLimitError as err:
            self._refused = True
            self._extra_pause = err.retry_after or self._longer_pause(
                LONGEST_PAUSE_AFTER_REFUSAL
            )
            self._not_before = max(self._not_before, self._clock() + self._extra_pause)
        except PlexTvError:
            self._extra_pause = self._longer_pause(LONGEST_PAUSE_AFTER_FAULT)
        else:
            self._extra_pause = 0.0
            return token
        return None

    def _usual_pause(self) -> float:
        """Return the seconds between two questions when plex.tv is well.

        A PIN that drew "too many requests" once stays at the slowest pace: polling on
        has kept plex.tv refusing (github.com/Ombi-app/Ombi/issues/5233).
        """
        return SLOWEST_PACE if self._refused else pace(self._clock() - self._shown)

    def _longer_pause(self, longest: float) -> float:
        """Double the pause, less a bit of chance.

        Several dialogues that were refused together must not come back together.
        """
        doubled = 2 * max(self._extra_pause, self._usual_pause())
        return min(doubled, longest) * (1 - 0.25 * self._chance())
