"""Plex Homes: the PINs of their users, and quirks of the sign-in."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .people import new_person
from .tokens import hex_digits

if TYPE_CHECKING:
    from random import Random

    from .devices import Device
    from .people import Person


@dataclass(kw_only=True)
class HomeBook:
    """The data of Plex Homes that belongs to no single account."""

    pins: dict[str, str] = field(default_factory=dict)
    """The PINs, by the keys of people."""
    unannounced: set[str] = field(default_factory=set)
    """Keys of people who need their PIN although they are not listed as protected."""
    without_token: bool = False
    """Whether a sign-in returns no token."""
    tokens_of_servers_late: bool = False
    """Whether the first list of servers after a sign-in lacks tokens."""
    late: set[str] = field(default_factory=set)
    """Tokens of users who have not requested their first list of servers yet."""

    def accepts(self, person: Person, pin: str | None) -> bool:
        """Return whether a person may be signed in with this PIN, or without one."""
        return self.pins.get(person.key) in {None, pin}

    def is_protected(self, person: Person) -> bool:
        """Return whether a person is listed as protected."""
        return (
            person.key in self.pins and person.key not in self.unannounced
        ) or person.home_pin_hash is not None

    def switched(self, device: Device) -> None:
        """Record that a user has just signed in."""
        if self.tokens_of_servers_late:
            self.late.add(device.token)

    def gives_tokens(self, device: Device) -> bool:
        """Return whether a list of servers has tokens; record that it was requested."""
        late = device.token in self.late
        self.late.discard(device.token)
        return not late


def new_member(key: str, home: list[str], chance: Random, *, managed: bool) -> Person:
    """Make another user of a Home, and add them to it."""
    home.append(key)
    return new_person(
        key,
        chance,
        title=key.title(),
        username="" if managed else f"{key}_{hex_digits(chance, 4)}",
        managed=managed,
        home=home,
    )
