"""All simulated data in one object."""

from typing import TYPE_CHECKING

from .devices import DeviceBook
from .errors import SimulatorError
from .homes import HomeBook, new_member
from .people import Person, first_people, new_person
from .pins import LOCATION_SECRETS, PinBook, SimulatedPin
from .quirks import Quirks
from .server_book import ServerBook
from .tokens import hex_digits
from .watchlists import WatchlistBook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from random import Random

    from .devices import Device


class World:
    """People, devices, PINs and servers, with a shared clock and random generator."""

    def __init__(self, now: Callable[[], datetime], chance: Random) -> None:
        """Start with three people. Alice and bob are each signed in with a browser."""
        self.now = now
        self.chance = chance
        self.quirks = Quirks()
        self.people: dict[str, Person] = first_people(chance)
        self.devices = DeviceBook(now, chance)
        self.pins = PinBook(now, chance)
        self.servers = ServerBook(self.people, chance)
        self.watchlists = WatchlistBook(now().date())
        self.homes = HomeBook()
        self.issued: set[str] = set()
        """Claim tokens and transient tokens, which belong to no device."""
        self.client_identifiers: set[str] = set()
        """Every client identifier that was ever used."""
        for person in self.people.values():
            if not person.managed:
                self._sign_in_browser(person)

    def person(self, key: str) -> Person:
        """Find a person."""
        try:
            return self.people[key]
        except KeyError:
            message = f"There is no person {key}"
            raise SimulatorError(message) from None

    def add_person(self, key: str) -> Person:
        """Add a person with a free account and no servers."""
        if key in self.people:
            message = f"There is a person {key} already"
            raise SimulatorError(message)
        person = self.people[key] = new_person(key, self.chance)
        self._sign_in_browser(person)
        return person

    def add_home_user(
        self, admin: Person, key: str, *, managed: bool, servers: tuple[str, ...]
    ) -> Person:
        """Add a user to a person's Home, with access to some of its servers."""
        if key in self.people:
            message = f"There is a person {key} already"
            raise SimulatorError(message)
        if not admin.home:
            admin.home.append(admin.key)
        person = self.people[key] = new_member(
            key, admin.home, self.chance, managed=managed
        )
        for name in servers:
            self.servers.share(name, person)
        return person

    def remove_home_user(self, person: Person, *, keeps_tokens: bool) -> None:
        """Remove a user from their Home; plex.tv may revoke or keep the tokens."""
        person.home.remove(person.key)
        if not keeps_tokens:
            for device in self.devices.of(person.key):
                self.devices.remove(device)

    def approve(self, pin: SimulatedPin, person: Person) -> None:
        """Sign the device that created a PIN in to a person's account."""
        device = self.devices.sign_in(person.key, pin.client_identifier, pin.parameters)
        pin.token = device.token

    def sign_in_device(self, person: Person, facts: Mapping[str, str]) -> Device:
        """Sign a new device in to a person's account."""
        client_identifier = hex_digits(self.chance, 24)
        self.client_identifiers.add(client_identifier)
        return self.devices.sign_in(person.key, client_identifier, facts)

    def secrets(self) -> frozenset[str]:
        """Return every secret that exists or was ever issued."""
        found = self.devices.all_tokens | self.issued | self.client_identifiers
        found |= set(self.homes.pins.values())
        found |= {str(pin.id) for pin in self.pins.all}
        found |= {pin.code for pin in self.pins.all}
        found |= LOCATION_SECRETS if self.pins.all else set()
        for person in self.people.values():
            found |= person.secrets
        for server in self.servers.ever:
            found |= server.secrets
        return frozenset(found)

    def names(self) -> frozenset[str]:
        """Return what identifies people, servers and players but is not secret."""
        found = {player.client_identifier for player in self.servers.players}
        for person in self.people.values():
            found |= person.names
        for server in self.servers.ever:
            found |= {server.name, server.machine_identifier}
        return frozenset(found)

    def _sign_in_browser(self, person: Person) -> None:
        """Add the browser that a person used before any other device."""
        facts = {
            "X-Plex-Device-Name": "Firefox",
            "X-Plex-Product": "Plex Web",
            "X-Plex-Version": "4.150.0",
            "X-Plex-Platform": "Firefox",
            "X-Plex-Platform-Version": "145.0",
            "X-Plex-Device": "Linux",
            "X-Plex-Model": "hosted",
        }
        self.devices.sign_in(person.key, f"web-{person.uuid}", facts)
