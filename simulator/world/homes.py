"""Plex Homes: PINs of their users, and the oddities of signing one in."""

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
    """What belongs to no single account of a Home."""

    pins: dict[str, str] = field(default_factory=dict)
    """The PINs, by the keys of people."""
    unannounced: set[str] = field(default_factory=set)
    """Keys of people who need their PIN although they are not listed as protected."""
    without_token: bool = False
    """Whoever is signed in gets no token."""
    tokens_of_servers_late: bool = False
    """The first list of servers after a sign-in has no tokens."""
    late: set[str] = field(default_factory=set)
    """Tokens of users whose first list of servers is still to come."""

    def accepts(self, person: Person, pin: str | None) -> bool:
        """Return whether a person may be signed in with this PIN, or without one."""
        return self.pins.get(person.key) in {None, pin}

    def is_protected(self, person: Person) -> bool:
        """Return whether a person is listed as protected."""
        return (
            person.key in self.pins and person.key not in self.unannounced
        ) or person.home_pin_hash is not None

    def switched(self, device: Device) -> None:
        """Note that a user was signed in just now."""
        if self.tokens_of_servers_late:
            self.late.add(device.token)

    def gives_tokens(self, device: Device) -> bool:
        """Return whether a list of servers holds their tokens, and count it."""
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
