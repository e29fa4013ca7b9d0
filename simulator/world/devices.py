"""Authorized devices and their tokens."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .errors import SimulatorError
from .tokens import new_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from random import Random

_PARAMETERS: Final = {
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
"""The parameter of a request that sets each field of a device."""


@dataclass(kw_only=True)
class Device:
    """One authorized device of a person."""

    id: int
    person: str
    client_identifier: str
    token: str
    created_at: datetime
    last_seen_at: datetime
    facts: dict[str, str] = field(default_factory=dict)

    def update(self, parameters: Mapping[str, str], now: datetime) -> None:
        """Update the device with the parameters of one of its requests."""
        self.last_seen_at = now
        for name, parameter in _PARAMETERS.items():
            if parameter in parameters:
                self.facts[name] = parameters[parameter]


class DeviceBook:
    """The devices of all people. A token is valid as long as its device is listed."""

    def __init__(self, now: Callable[[], datetime], chance: Random) -> None:
        """Start without devices."""
        self._now = now
        self._chance = chance
        self._by_token: dict[str, Device] = {}
        self._next_id = 700_000_001
        self.all_tokens: set[str] = set()
        """Every token that was ever issued, including revoked ones."""

    def sign_in(
        self, person: str, client_identifier: str, parameters: Mapping[str, str]
    ) -> Device:
        """Add a device, or replace the one with this client identifier.

        Replacing a device revokes its token.
        """
        before = self._with_identifier(person, client_identifier)
        now = self._now()
        device = Device(
            id=before.id if before else self._next_id,
            person=person,
            client_identifier=client_identifier,
            token=new_token(self._chance),
            created_at=before.created_at if before else now,
            last_seen_at=now,
        )
        if before:
            self.remove(before)
        else:
            self._next_id += 1
        device.update(parameters, now)
        self._by_token[device.token] = device
        self.all_tokens.add(device.token)
        return device

    def by_token(self, token: str) -> Device | None:
        """Find the device of a valid token."""
        return self._by_token.get(token)

    def known(self, token: str) -> Device:
        """Return the device of a token; raise an error if the token is invalid."""
        if token not in self._by_token:
            message = "No device has this token"
            raise SimulatorError(message)
        return self._by_token[token]

    def of(self, person: str) -> Iterator[Device]:
        """List a person's devices, oldest first."""
        return (
            device
            for device in list(self._by_token.values())
            if device.person == person
        )

    def restore(self, devices: Iterable[Device]) -> None:
        """Replace all devices with these."""
        self._by_token = {device.token: device for device in devices}
        self.all_tokens |= self._by_token.keys()
        ids = (device.id for device in self._by_token.values())
        self._next_id = max(self._next_id - 1, *ids, 0) + 1

    def remove(self, device: Device) -> None:
        """Remove a device, which revokes its token."""
        del self._by_token[device.token]

    def _with_identifier(self, person: str, client_identifier: str) -> Device | None:
        """Find a person's device by its client identifier."""
        return next(
            (
                device
                for device in self.of(person)
                if device.client_identifier == client_identifier
            ),
            None,
        )
