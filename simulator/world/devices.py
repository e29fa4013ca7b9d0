"""Who is signed in where: the rows under Authorized Devices and their tokens."""

from dataclasses import dataclass, field
import secrets
import string
from typing import TYPE_CHECKING, Final

from .errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

_TOKEN_ALPHABET: Final = string.ascii_letters + string.digits
_TOKEN_LENGTH: Final = 20

DEVICE_HEADERS: Final = {
    "name": "X-Plex-Device-Name",
    "product": "X-Plex-Product",
    "product_version": "X-Plex-Version",
    "platform": "X-Plex-Platform",
    "platform_version": "X-Plex-Platform-Version",
    "device": "X-Plex-Device",
    "model": "X-Plex-Model",
    "vendor": "X-Plex-Device-Vendor",
    "provides": "X-Plex-Provides",
}
"""Which header fills which part of a row."""


def new_token() -> str:
    """Make a token as long and as plain as plex.tv's own."""
    return "".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(_TOKEN_LENGTH))


@dataclass(kw_only=True)
class Device:
    """One row under a person's Authorized Devices."""

    id: int
    person: str
    client_identifier: str
    token: str
    created_at: datetime
    last_seen_at: datetime
    facts: dict[str, str] = field(default_factory=dict)

    def learn(self, parameters: Mapping[str, str], now: datetime) -> None:
        """Take over what a request says of the device that sent it."""
        self.last_seen_at = now
        for name, header in DEVICE_HEADERS.items():
            if header in parameters:
                self.facts[name] = parameters[header]


class DeviceBook:
    """Every device of every person; a token is valid as long as its row is here."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Start with no device."""
        self._now = now
        self._rows: dict[str, Device] = {}
        self._next_id = 700_000_001
        self.all_tokens: set[str] = set()
        """Every token that was ever handed out, the dead ones included."""

    def sign_in(
        self, person: str, client_identifier: str, parameters: Mapping[str, str]
    ) -> Device:
        """Make the row of a client identifier, or replace it: its old token dies."""
        before = self._row_of(person, client_identifier)
        now = self._now()
        row = Device(
            id=before.id if before else self._next_id,
            person=person,
            client_identifier=client_identifier,
            token=new_token(),
            created_at=before.created_at if before else now,
            last_seen_at=now,
        )
        if before:
            self.remove(before)
        else:
            self._next_id += 1
        row.learn(parameters, now)
        self._rows[row.token] = row
        self.all_tokens.add(row.token)
        return row

    def by_token(self, token: str) -> Device | None:
        """Find the device that a valid token belongs to."""
        return self._rows.get(token)

    def known(self, token: str) -> Device:
        """Find the device of a token that a test names."""
        if token not in self._rows:
            message = "No device has this token"
            raise SimulatorError(message)
        return self._rows[token]

    def of(self, person: str) -> Iterator[Device]:
        """List a person's devices, oldest first."""
        return (row for row in list(self._rows.values()) if row.person == person)

    def remove(self, row: Device) -> None:
        """Remove a device; its token is dead from now on."""
        del self._rows[row.token]

    def _row_of(self, person: str, client_identifier: str) -> Device | None:
        """Find the one row of a client identifier, if there is one."""
        return next(
            (r for r in self.of(person) if r.client_identifier == client_identifier),
            None,
        )
