"""Life of the PINs: made, approved, expired."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
import secrets
import string
from typing import TYPE_CHECKING, Final

from .errors import Problem, Refused, SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.http.wire import Json

    from .quirks import Quirks

_SHORT_LIFETIME: Final = timedelta(seconds=900)
_STRONG_LIFETIME: Final = timedelta(seconds=1800)
_STRONG_ALPHABET: Final = string.ascii_lowercase + string.digits
_FIRST_ID: Final = 2**31
"""Identifiers that no 32-bit integer holds."""

LOCATION: Final[Mapping[str, Json]] = {
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
LOCATION_SECRETS: Final = frozenset(
    str(LOCATION[key]) for key in ("city", "postal_code", "subdivisions", "coordinates")
)
"""The parts of the location that say where somebody lives."""


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
    """The `X-Plex-*` parameters it was asked for with."""
    token: str | None = None


class PinBook:
    """Every PIN that was asked for, newest last."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Start with no PIN."""
        self._now = now
        self._by_id: dict[int, SimulatedPin] = {}

    @property
    def all(self) -> list[SimulatedPin]:
        """List every PIN, the expired ones included."""
        return list(self._by_id.values())

    def waiting(self, *, strong: bool) -> list[SimulatedPin]:
        """List the PINs that can still be approved, newest first."""
        return [
            pin
            for pin in reversed(self.all)
            if pin.strong is strong and pin.token is None and not self.is_over(pin)
        ]

    def is_over(self, pin: SimulatedPin) -> bool:
        """Tell whether a PIN's time has passed."""
        return self._now() >= pin.expires_at

    def create(
        self, client_identifier: str, parameters: Mapping[str, str], *, strong: bool
    ) -> SimulatedPin:
        """Make a PIN for a client."""
        now = self._now().replace(microsecond=0)
        pin = SimulatedPin(
            id=_FIRST_ID + secrets.randbelow(2**31),
            code=self._new_code(strong=strong),
            strong=strong,
            client_identifier=client_identifier,
            created_at=now,
            expires_at=now + (_STRONG_LIFETIME if strong else _SHORT_LIFETIME),
            parameters=parameters,
        )
        self._by_id[pin.id] = pin
        return pin

    def find(self, pin_id: str, client_identifier: str) -> SimulatedPin:
        """Find a client's own PIN; a stranger's is as good as none."""
        pin = self._by_id.get(int(pin_id)) if pin_id.isdecimal() else None
        if pin is None or pin.client_identifier != client_identifier:
            raise Refused(Problem.CODE_NOT_FOUND)
        return pin

    def by_code(self, code: str) -> SimulatedPin:
        """Find the newest PIN with a code, expired or not."""
        for pin in reversed(self.all):
            if pin.code == code:
                return pin
        message = f"No PIN has the code {code}"
        raise SimulatorError(message)

    def approvable(self, code: str) -> SimulatedPin:
        """Find the PIN that a code can approve now."""
        try:
            pin = self.by_code(code)
        except SimulatorError as err:
            raise Refused(Problem.CODE_NOT_FOUND) from err
        if self.is_over(pin) or pin.token is not None:
            raise Refused(Problem.CODE_NOT_FOUND)
        return pin

    def expire(self, code: str) -> None:
        """End a code's time now."""
        self.by_code(code).expires_at = self._now()

    def body(self, pin: SimulatedPin, base_url: str, quirks: Quirks) -> dict[str, Json]:
        """Describe a PIN as POST and GET do."""
        lifetime = pin.expires_at - pin.created_at
        left = lifetime if quirks.expires_in_constant else pin.expires_at - self._now()
        body: dict[str, Json] = {
            "id": str(pin.id) if quirks.string_id else pin.id,
            "code": pin.code,
            "product": pin.parameters.get("X-Plex-Product", "0"),
            "trusted": False,
            "qr": f"{quirks.qr_base or base_url}/api/v2/pins/qr/{pin.code}",
            "clientIdentifier": pin.client_identifier,
            "location": _location(quirks),
            "expiresIn": max(0, ceil(left.total_seconds())),
            "createdAt": _moment(pin.created_at, quirks),
            "expiresAt": _moment(pin.expires_at, quirks),
            "authToken": pin.token or ("null" if quirks.null_text_token else None),
            "newRegistration": False if pin.token else None,
        }
        for key, absent in (
            ("qr", quirks.qr_absent),
            ("location", quirks.location == "absent"),
            ("expiresIn", quirks.expires_in_absent),
        ):
            if absent:
                del body[key]
        return body

    def _new_code(self, *, strong: bool) -> str:
        """Make a code that no PIN has.

        A short code has a digit, so that it is no word that a log might hold anyway.
        """
        taken = {pin.code for pin in self._by_id.values()}
        while True:
            if strong:
                code = "".join(secrets.choice(_STRONG_ALPHABET) for _ in range(25))
            else:
                alphabet = string.ascii_uppercase + string.digits
                code = "".join(secrets.choice(alphabet) for _ in range(4))
            mixed = not code.isalpha() and not code.isdecimal()
            if mixed and code not in taken:
                return code


def _location(quirks: Quirks) -> Json:
    """Tell where the machine stands that asked for the PIN."""
    if quirks.location == "null":
        return None
    location = dict(LOCATION)
    if quirks.numeric_postal_code:
        location["postal_code"] = 78732
    if quirks.unknown_location_flags:
        location["european_union_member"] = "Unknown"
        location["in_privacy_restricted_country"] = "Unknown"
    return location


def _moment(moment: datetime, quirks: Quirks) -> str:
    """Write a moment as plex.tv does."""
    fraction = ".000" if quirks.fractional_seconds else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"
