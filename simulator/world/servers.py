"""Media servers and their addresses, as plex.tv lists them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from .tokens import hex_digits, new_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from .catalogue import CatalogueTitle
    from .library import AddedItem
    from .notifications import Notification
    from .people import Person
    from .streams import Stream

type Route = Literal["local", "remote", "relay"]

HOST: Final = "127.0.0.1"
"""The address of this machine."""
PUBLIC_ADDRESS: Final = "203.0.113.10"
_PORT: Final = 32400


@dataclass(frozen=True, kw_only=True)
class Place:
    """One address of a server."""

    route: Route
    address: str
    port: int = _PORT
    answers: bool = True
    """False for an address that is listed although nothing responds there."""

    @property
    def ipv6(self) -> bool:
        """Whether this is an IPv6 address."""
        return ":" in self.address

    @property
    def host(self) -> str:
        """The address in the form for a URL."""
        return f"[{self.address}]" if self.ipv6 else self.address


@dataclass(eq=False, kw_only=True)
class SimulatedServer:
    """One media server."""

    name: str
    owner: Person
    places: tuple[Place, ...]
    """Its addresses in its own network, on the internet and at the relay."""
    chance: Random = field(repr=False)
    """The source of its random data."""
    published: tuple[Place, ...] | None = None
    """The addresses on this machine that replace them once the server runs."""
    machine_identifier: str = field(init=False)
    certificate: str = field(init=False)
    presence: bool = True
    https_required: bool = False
    rebind_protected: bool = False
    """Whether DNS does not resolve the names of its local addresses.

    Then the local addresses are listed as they are, with the ports of this machine.
    """
    platform: str = "Linux"
    version: str = "1.43.0.10492-121068a07"
    device_id: int = field(init=False)
    """The id of its row under Authorized Devices."""
    token: str = field(init=False, repr=False)
    """The token with which the server itself is signed in."""
    guests: dict[str, str] = field(default_factory=dict)
    """Keys of the people it is shared with, and each one's token for this server."""
    streams: list[Stream] = field(default_factory=list, repr=False)
    """The streams that are being played."""
    arrivals: list[CatalogueTitle] = field(default_factory=list, repr=False)
    """Titles in its libraries besides those that every server has."""
    old_agents: bool = False
    """Whether its libraries lack Plex's own guids."""
    last_session_key: int = 0
    """The number of the newest session; a restart of the server resets it."""
    added: list[AddedItem] = field(default_factory=list, repr=False)
    """Titles that were added to its libraries after these were made."""
    listeners: list[Callable[[Notification], None]] = field(
        default_factory=list, repr=False
    )
    """Called with every notification of the server."""
    created_at: datetime = datetime(2021, 1, 1, 12, 12, 24, tzinfo=UTC)
    last_seen_at: datetime = datetime(2026, 11, 20, 6, 43, 34, tzinfo=UTC)

    def __post_init__(self) -> None:
        """Create random identifiers."""
        self.machine_identifier = hex_digits(self.chance, 40)
        self.certificate = hex_digits(self.chance, 32)
        self.device_id = 500_000_000 + self.chance.randrange(10**8)
        self.token = new_token(self.chance)

    @property
    def listed_places(self) -> tuple[Place, ...]:
        """The addresses that plex.tv lists."""
        return self.places if self.published is None else self.published

    def tell(self, notification: Notification) -> None:
        """Send a notification to all listeners."""
        for listener in self.listeners:
            listener(notification)

    @property
    def secrets(self) -> frozenset[str]:
        """Its tokens and addresses.

        This machine's address alone is not secret, so it only counts with a port.
        """
        found = {self.token, PUBLIC_ADDRESS, *self.guests.values()}
        for place in self.listed_places:
            found.add(f"{place.host}:{place.port}")
            if place.address != HOST:
                found |= {place.address, self.name_of(place)}
        return frozenset(found)

    def name_of(self, place: Place) -> str:
        """Return the domain name of an address that fits the server's certificate.

        The reserved top-level domain `.invalid` guarantees that it is never resolved.
        """
        label = place.address.replace(".", "-").replace(":", "-")
        return f"{label}.{self.certificate}.plex.direct.invalid"
