"""All servers and players, and who may use them."""

from itertools import cycle
from typing import TYPE_CHECKING, Final

from .errors import SimulatorError
from .players import SimulatedPlayer
from .servers import PUBLIC_ADDRESS, Place, Route, SimulatedServer
from .tokens import hex_digits, new_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random

    from .people import Person

_RELAY_PORT: Final = 8443
_REPORTED_ROUTES: Final[tuple[Route, ...]] = (
    "local",
    "remote",
    "local",
    "local",
    "relay",
    "local",
)


class ServerBook:
    """The servers by name, and the players."""

    def __init__(self, people: Mapping[str, Person], chance: Random) -> None:
        """Start with three servers and a player of the first three people."""
        self._people = people
        self._chance = chance
        self.by_name: dict[str, SimulatedServer] = {}
        self.ever: list[SimulatedServer] = []
        """Every server that ever existed, including removed ones."""
        alice, bob, casey = people["alice"], people["bob"], people["casey"]
        for server in (
            _attic(alice, chance),
            _cabin(alice, chance),
            _basement(bob, chance),
        ):
            self._register(server)
        self.share("Attic", casey)
        self.share("Bob's Basement", alice)
        self.players: list[SimulatedPlayer] = []
        self.add_player(alice, "Living Room TV")

    def listed_for(self, person: Person) -> list[SimulatedServer]:
        """Return the servers that plex.tv lists for a person, own and shared ones."""
        return [self.by_name[name] for name in person.servers]

    def owned_by(self, person: Person) -> list[SimulatedServer]:
        """Return a person's own servers."""
        return [server for server in self.listed_for(person) if server.owner is person]

    def add(
        self, person: Person, *, name: str, owned: bool, places: tuple[Place, ...]
    ) -> SimulatedServer:
        """Add a server that belongs to a person or is shared with them."""
        if name in self.by_name:
            message = f"There is a server {name} already"
            raise SimulatorError(message)
        somebody_else = next(p for p in self._people.values() if p is not person)
        server = SimulatedServer(
            name=name,
            owner=person if owned else somebody_else,
            places=places,
            chance=self._chance,
        )
        self._register(server)
        if not owned:
            self.share(name, person)
        return server

    def remove(self, name: str) -> None:
        """Remove a server from everybody's list."""
        if name not in self.by_name:
            message = f"There is no server {name}"
            raise SimulatorError(message)
        del self.by_name[name]
        for person in self._people.values():
            if name in person.servers:
                person.servers.remove(name)

    def _register(self, server: SimulatedServer) -> None:
        """Add a server to the book and to its owner's list."""
        self.by_name[server.name] = server
        self.ever.append(server)
        server.owner.servers.append(server.name)

    def share(self, name: str, person: Person) -> None:
        """Share a server with a person, who gets a token of their own for it."""
        server = self.by_name[name]
        server.guests[person.key] = new_token(self._chance)
        person.servers.append(server.name)

    def add_player(self, person: Person, name: str) -> None:
        """Add a player that a person has signed in."""
        self.players.append(
            SimulatedPlayer(
                name=name,
                owner=person,
                client_identifier=hex_digits(self._chance, 24),
            )
        )


def reported_places(count: int) -> Iterable[Place]:
    """Make this many addresses, as for a server with many network interfaces.

    A server listens at the first of each route.
    """
    seen: set[Route] = set()
    for number, route in zip(range(count), cycle(_REPORTED_ROUTES), strict=False):
        network = "192.168.250" if route == "local" else "198.51.100"
        yield Place(
            route=route,
            address=f"{network}.{10 + number}",
            answers=route not in seen,
        )
        seen.add(route)


def _attic(owner: Person, chance: Random) -> SimulatedServer:
    """Make a server with every route, and with local addresses that do not respond."""
    return SimulatedServer(
        name="Attic",
        owner=owner,
        chance=chance,
        places=(
            Place(route="local", address="172.17.0.1", answers=False),
            Place(route="local", address="192.168.240.50"),
            Place(route="local", address="fd00:f1ec:5:7::50", answers=False),
            Place(route="remote", address=PUBLIC_ADDRESS),
            Place(route="relay", address="198.51.100.7", port=_RELAY_PORT),
        ),
    )


def _cabin(owner: Person, chance: Random) -> SimulatedServer:
    """Make a server that responds although plex.tv lists it as not present."""
    return SimulatedServer(
        name="Cabin",
        owner=owner,
        chance=chance,
        presence=False,
        platform="Windows",
        places=(
            Place(route="local", address="192.168.77.9", answers=False),
            Place(route="remote", address="203.0.113.77", port=14021),
        ),
    )


def _basement(owner: Person, chance: Random) -> SimulatedServer:
    """Make a server that can only be reached through the relay."""
    return SimulatedServer(
        name="Bob's Basement",
        owner=owner,
        chance=chance,
        places=(
            Place(route="local", address="10.20.30.40", answers=False),
            Place(route="remote", address="203.0.113.200", answers=False),
            Place(route="relay", address="198.51.100.8", port=_RELAY_PORT),
        ),
    )
