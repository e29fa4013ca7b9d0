"""A PIN, and polling until a person approves it or it expires."""

import asyncio
from dataclasses import dataclass, field
import logging
import random
from typing import TYPE_CHECKING, Final, Protocol, Self

from . import readers
from .errors import PlexTvError, PlexTvPinGoneError, PlexTvRateLimitError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

_LOGGER: Final = logging.getLogger(__name__)

# Seconds. plex.tv gives 900 to a short code and 1800 to a strong one; this limits a
# wrong response.
MAX_PIN_LIFETIME: Final = 3600.0
# Age of the code in seconds, and the polling interval in seconds from then on. No
# person approves a code within the first seconds, and most do within two minutes.
# plex.tv allows one request a second.
PACE: Final = ((0.0, 2.0), (5.0, 1.0), (120.0, 2.0), (300.0, 5.0))
QUICKEST_PACE: Final = 1.0
SLOWEST_PACE: Final = PACE[-1][1]
# Seconds relative to the code's expiry. At these times, it is polled at any interval,
# in case a person approves it in its last seconds. By plex.tv's clock, it may expire
# slightly earlier or later, and plex.tv may respond for some time after that.
FINAL_POLLS: Final = (-2.2, -1.2, -0.2, 2.0)
# Seconds. Long enough to relieve an overloaded plex.tv, and short enough for a person
# who is waiting.
LONGEST_PAUSE_AFTER_FAULT: Final = 10.0
LONGEST_PAUSE_AFTER_RATE_LIMIT: Final = 30.0


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class PinLocation:
    """The place where plex.tv locates the client that created the PIN.

    Plex names this place when it warns of a sign-in from another device. Postal code
    and coordinates are not read, because the place is enough.
    """

    code: str | None
    continent_code: str | None
    country: str | None
    city: str | None
    time_zone: str | None
    subdivisions: str | None
    european_union_member: bool | None
    in_privacy_restricted_country: bool | None
    in_privacy_restricted_region: bool | None

    @property
    def place(self) -> str | None:
        """City and country, as far as they are known."""
        return ", ".join(filter(None, (self.city, self.country))) or None

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Parse a location, of which every part may be missing."""
        if not (location := readers.fields(value)):
            return None
        return cls(
            code=readers.text(location.get("code")),
            continent_code=readers.text(location.get("continent_code")),
            country=readers.text(location.get("country")),
            city=readers.text(location.get("city")),
            time_zone=readers.text(location.get("time_zone")),
            subdivisions=readers.text(location.get("subdivisions")),
            european_union_member=readers.flag(location.get("european_union_member")),
            in_privacy_restricted_country=readers.flag(
                location.get("in_privacy_restricted_country")
            ),
            in_privacy_restricted_region=readers.flag(
                location.get("in_privacy_restricted_region")
            ),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """A code that a person approves at plex.tv.

    Its id and the client identifier redeem the token, so repr() shows neither of them,
    and neither code, location nor token.
    """

    id: int = field(repr=False)
    code: str = field(repr=False)
    lifetime: float
    """Seconds until the code expires, counted from the response."""
    product: str | None = None
    trusted: bool | None = None
    qr: str | None = field(default=None, repr=False)
    """URL of the QR code that plex.tv draws, as plex.tv sent it."""
    client_identifier: str | None = field(default=None, repr=False)
    location: PinLocation | None = field(default=None, repr=False)
    created_at: datetime | None = None
    expires_at: datetime | None = None
    token: str | None = field(default=None, repr=False)
    """The account's token, once a person approved the code."""
    new_registration: bool | None = None

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Parse a PIN; raise ValueError if it has no id, no code or no lifetime."""
        pin = readers.fields(value)
        pin_id = readers.whole(pin.get("id"))
        code = readers.code(pin.get("code"))
        created_at = readers.moment(pin.get("createdAt"))
        expires_at = readers.moment(pin.get("expiresAt"))
        lifetime = readers.number(pin.get("expiresIn"))
        if lifetime is None and created_at and expires_at:
            lifetime = (expires_at - created_at).total_seconds()
        if pin_id is None or code is None or lifetime is None:
            raise ValueError("a PIN without id, code or lifetime")
        return cls(
            id=pin_id,
            code=code,
            lifetime=min(max(lifetime, 0.0), MAX_PIN_LIFETIME),
            product=readers.text(pin.get("product")),
            trusted=readers.flag(pin.get("trusted")),
            qr=readers.text(pin.get("qr")),
            client_identifier=readers.text(pin.get("clientIdentifier")),
            location=PinLocation.from_json(pin.get("location")),
            created_at=created_at,
            expires_at=expires_at,
            token=readers.token(pin.get("authToken")),
            new_registration=readers.flag(pin.get("newRegistration")),
        )


def pace(age: float) -> float:
    """Return the polling interval at this age of the code, both in seconds."""
    return next(interval for start, interval in reversed(PACE) if age >= start)


class PinTokenSource(Protocol):
    """The part of the client that polling uses."""

    async def get_pin_token(self, pin: Pin) -> str | None:
        """Return the token of the PIN, None until a person approves it."""


class PinLogin:
    """Polls plex.tv for the token of one PIN until a person approves it.

    Network faults, errors and unreadable responses only slow the polling down, because
    the person may be typing the code at that time. It ends when plex.tv no longer has
    the PIN, when the PIN expires, or when a Retry-After is later than that.
    """

    def __init__(
        self,
        client: PinTokenSource,
        pin: Pin,
        *,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Prepare the polling of a PIN, whose lifetime starts now.

        The default `clock` is the event loop's, which is monotonic.
        """
        self._client = client
        self._pin = pin
        self._clock = clock or asyncio.get_running_loop().time
        self._sleep = sleep
        self._chance = chance
        self._shown = self._clock()
        self._not_before = self._shown
        self._extra_pause = 0.0
        self._rate_limited = False

    async def token(self) -> str:
        """Return the token as soon as a person approves the PIN.

        Raises PlexTvPinGoneError when plex.tv no longer has the PIN, or when it expires
        by our own clock, because according to some sources plex.tv still responds then.
        Raises PlexTvRateLimitError when a Retry-After is later than that.
        """
        final_polls = [self._shown + self._pin.lifetime + at for at in FINAL_POLLS]
        end = final_polls[-1]
        next_poll = self._shown + pace(0.0)
        while True:
            now = self._clock()
            final_poll = next((moment for moment in final_polls if moment > now), end)
            await self._sleep(max(min(next_poll, final_poll) - now, 0.0))
            asked = self._clock()
            if asked >= self._not_before and (token := await self._ask(end)):
                return token
            answered = self._clock()
            if answered >= end:
                raise PlexTvPinGoneError("The PIN expired before anybody approved it")
            next_poll = max(asked + self._interval(), answered + self._extra_pause)

    async def _ask(self, end: float) -> str | None:
        """Poll once, and adapt the interval to the outcome."""
        self._not_before = self._clock() + QUICKEST_PACE
        try:
            token = await self._client.get_pin_token(self._pin)
        except PlexTvPinGoneError:
            raise
        except PlexTvRateLimitError as err:
            _LOGGER.debug("plex.tv is limiting requests about a code")
            self._rate_limited = True
            self._extra_pause = err.retry_after or self._longer_pause(
                LONGEST_PAUSE_AFTER_RATE_LIMIT
            )
            now = self._clock()
            self._not_before = max(self._not_before, now + self._extra_pause)
            if self._extra_pause > max(end - now, LONGEST_PAUSE_AFTER_RATE_LIMIT):
                raise
        except PlexTvError as err:
            _LOGGER.debug("Asking about a code failed: %s", type(err).__name__)
            self._extra_pause = self._longer_pause(LONGEST_PAUSE_AFTER_FAULT)
        else:
            self._extra_pause = 0.0
            return token
        return None

    def _interval(self) -> float:
        """Return the polling interval in seconds while plex.tv responds.

        After a rate limit, the polling of a PIN keeps the longest interval: with faster
        polling, plex.tv stayed rate limited (github.com/Ombi-app/Ombi/issues/5233).
        """
        if self._rate_limited:
            return SLOWEST_PACE
        return pace(self._clock() - self._shown)

    def _longer_pause(self, longest: float) -> float:
        """Double the pause, with jitter.

        Several flows that failed at the same time must not retry at the same time.
        """
        doubled = 2 * max(self._extra_pause, self._interval())
        return min(doubled, longest) * (1 - 0.25 * self._chance())
