"""PINs, from their creation to their approval or expiry."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
import string
from typing import TYPE_CHECKING, Final

from .errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

_SHORT_LIFETIME: Final = timedelta(seconds=900)
_STRONG_LIFETIME: Final = timedelta(seconds=1800)
_STRONG_ALPHABET: Final = string.ascii_lowercase + string.digits
_FIRST_ID: Final = 2**31
"""Ids from here on do not fit into a signed 32-bit integer."""

LOCATION: Final[Mapping[str, str | bool]] = {
    "code": "GB",
    "european_union_member": False,
    "continent_code": "EU",
    "country": "United Kingdom",
    "city": "Nether Wallop",
    "time_zone": "Europe/London",
    "postal_code": "SO20 8EZ",
    "in_privacy_restricted_country": True,
    "in_privacy_restricted_region": False,
    "subdivisions": "England, Hampshire",
    "coordinates": "51.1462, -1.5704",
}
"""The location of the client that creates a PIN."""
LOCATION_SECRETS: Final = frozenset(
    str(LOCATION[key]) for key in ("city", "postal_code", "subdivisions", "coordinates")
)
"""The parts of the location that must never be logged or stored."""


@dataclass(kw_only=True)
class SimulatedPin:
    """One PIN."""

    id: int
    code: str
    strong: bool
    client_identifier: str
    created_at: datetime
    expires_at: datetime
    parameters: Mapping[str, str] = field(repr=False)
    """The `X-Plex-*` parameters of the request that created it."""
    token: str | None = None


class PinBook:
    """Every PIN that was ever created."""

    def __init__(self, now: Callable[[], datetime], chance: Random) -> None:
        """Start without PINs."""
        self._now = now
        self._chance = chance
        self._by_id: dict[int, SimulatedPin] = {}
        self.next_code = ""
        """The next short code; it is random if this is empty."""

    @property
    def all(self) -> list[SimulatedPin]:
        """Every PIN, including expired ones, newest last."""
        return list(self._by_id.values())

    def waiting(self, *, strong: bool) -> list[SimulatedPin]:
        """List the PINs that can be approved now, newest first."""
        return [
            pin
            for pin in reversed(self.all)
            if pin.strong is strong and self._can_be_approved(pin)
        ]

    def is_expired(self, pin: SimulatedPin) -> bool:
        """Return whether a PIN's lifetime is over."""
        return self._now() >= pin.expires_at

    def create(
        self, client_identifier: str, parameters: Mapping[str, str], *, strong: bool
    ) -> SimulatedPin:
        """Create a PIN for a client."""
        now = self._now().replace(microsecond=0)
        pin = SimulatedPin(
            id=_FIRST_ID + self._chance.randrange(2**31),
            code=self._next_code(strong=strong),
            strong=strong,
            client_identifier=client_identifier,
            created_at=now,
            expires_at=now + (_STRONG_LIFETIME if strong else _SHORT_LIFETIME),
            parameters=parameters,
        )
        self._by_id[pin.id] = pin
        return pin

    def find(self, pin_id: str, client_identifier: str) -> SimulatedPin | None:
        """Find a PIN by its id, if it belongs to this client."""
        pin = self._by_id.get(int(pin_id)) if pin_id.isdecimal() else None
        if pin is None or pin.client_identifier != client_identifier:
            return None
        return pin

    def approvable(self, code: str) -> SimulatedPin | None:
        """Find the PIN that can be approved now with a code."""
        pin = self._newest_with(code)
        return pin if pin and self._can_be_approved(pin) else None

    def expire(self, code: str) -> None:
        """End the lifetime of a code now."""
        pin = self._newest_with(code)
        if pin is None:
            message = f"No PIN has the code {code}"
            raise SimulatorError(message)
        pin.expires_at = self._now()

    def remaining(self, pin: SimulatedPin) -> timedelta:
        """Return how much of a PIN's lifetime remains."""
        return pin.expires_at - self._now()

    def _newest_with(self, code: str) -> SimulatedPin | None:
        """Find the newest PIN with a code, expired or not."""
        return next((pin for pin in reversed(self.all) if pin.code == code), None)

    def _can_be_approved(self, pin: SimulatedPin) -> bool:
        """Return whether a PIN is neither approved nor expired."""
        return pin.token is None and not self.is_expired(pin)

    def _next_code(self, *, strong: bool) -> str:
        """Return the code that was chosen, or a new one."""
        code = "" if strong else self.next_code
        if code:
            self.next_code = ""
        return code or self._new_code(strong=strong)

    def _new_code(self, *, strong: bool) -> str:
        """Make a code that no PIN has.

        It has both letters and digits, so that no word or number in a log is mistaken
        for it.
        """
        taken = {pin.code for pin in self._by_id.values()}
        while True:
            if strong:
                code = "".join(self._chance.choices(_STRONG_ALPHABET, k=25))
            else:
                alphabet = string.ascii_uppercase + string.digits
                code = "".join(self._chance.choices(alphabet, k=4))
            mixed = not code.isalpha() and not code.isdecimal()
            if mixed and code not in taken:
                return code
