"""Which servers and players there are, and who may use them."""

from itertools import cycle
from typing import TYPE_CHECKING, Final

from .devices import new_token
from .errors import SimulatorError
from .servers import PUBLIC_ADDRESS, Place, Route, SimulatedPlayer, SimulatedServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    """Every server and player."""

    def __init__(self, people: Mapping[str, Person]) -> None:
        """Give the three people what they have at first."""
        self._people = people
        self.by_name: dict[str, SimulatedServer] = {}
        self.ever: list[SimulatedServer] = []
        """Every server there ever was, the removed ones included."""
        alice, bob, casey = people["alice"], people["bob"], people["casey"]
        for server in (_attic(alice), _cabin(alice), _basement(bob)):
            self._register(server)
        self._share(self.by_name["Attic"], casey)
        self._share(self.by_name["Bob's Basement"], alice)
        self.players = [SimulatedPlayer(name="Living Room TV", owner=alice)]

    def add(
        self, person: Person, *, name: str, owned: bool, connections: int
    ) -> SimulatedServer:
        """Give a person one more server, their own or somebody's."""
        if name in self.by_name:
            message = f"There is a server {name} already"
            raise SimulatorError(message)
        stranger = next(p for p in self._people.values() if p is not person)
        server = SimulatedServer(
            name=name,
            owner=person if owned else stranger,
            places=tuple(_places(connections)),
        )
        self._register(server)
        if not owned:
            self._share(server, person)
        return server

    def remove(self, name: str) -> None:
        """Take a server away from everybody; what answers for it goes on doing so."""
        if name not in self.by_name:
            message = f"There is no server {name}"
            raise SimulatorError(message)
        server = self.by_name.pop(name)
        for person in self._people.values():
            if server in person.servers:
                person.servers.remove(server)

    def _register(self, server: SimulatedServer) -> None:
        """Take a server up."""
        self.by_name[server.name] = server
        self.ever.append(server)
        server.owner.servers.append(server)

    def _share(self, server: SimulatedServer, person: Person) -> None:
        """Let somebody else use a server, with a token of its own."""
        server.guests[person.key] = new_token()
        person.servers.append(server)


def _attic(owner: Person) -> SimulatedServer:
    """Make the server that everything is right with, dead addresses and all."""
    return SimulatedServer(
        name="Attic",
        owner=owner,
        places=(
            Place(route="local", address="172.17.0.1", answers=False),
            Place(route="local", address="192.168.240.50"),
            Place(route="local", address="fd00:f1ec:5:7::50", answers=False),
            Place(route="remote", address=PUBLIC_ADDRESS),
            Place(route="relay", address="198.51.100.7", port=_RELAY_PORT),
        ),
    )


def _cabin(owner: Person) -> SimulatedServer:
    """Make the server that plex.tv wrongly remembers as absent."""
    return SimulatedServer(
        name="Cabin",
        owner=owner,
        presence=False,
        platform="Windows",
        places=(
            Place(route="local", address="192.168.77.9", answers=False),
            Place(route="remote", address="203.0.113.77", port=14021),
        ),
    )


def _basement(owner: Person) -> SimulatedServer:
    """Make the server that only a relay leads to."""
    return SimulatedServer(
        name="Bob's Basement",
        owner=owner,
        places=(
            Place(route="local", address="10.20.30.40", answers=False),
            Place(route="remote", address="203.0.113.200", answers=False),
            Place(route="relay", address="198.51.100.8", port=_RELAY_PORT),
        ),
    )


def _places(count: int) -> Iterable[Place]:
    """Make addresses as a server with many network cards reports them.

    The first of each kind answers.
    """
    met: set[Route] = set()
    for number, route in zip(range(count), cycle(_REPORTED_ROUTES), strict=False):
        network = "192.168.250" if route == "local" else "198.51.100"
        yield Place(
            route=route,
            address=f"{network}.{10 + number}",
            answers=route not in met,
        )
        met.add(route)
