"""The media servers of an account, and the connections that plex.tv lists for them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
import re
from typing import TYPE_CHECKING, Final, Literal, Self

from yarl import URL

from . import readers
from .networks import is_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .networks import Network

type Route = Literal["local", "remote", "relay"]
type Whose = Literal["own", "shared", "shared nearby"]
"""The owner of a server: the account, or somebody else, maybe in the same home."""

# The most preferred first: local traffic stays in the home, and a relay is slow.
ROUTES: Final[tuple[Route, ...]] = ("local", "remote", "relay")
# Limit for one list. The longest known list has less than a tenth of that.
MAX_SERVERS: Final = 2500
# A server on a machine with dozens of containers lists an address for each of their
# networks. This limits the number of requests.
MAX_CONNECTIONS: Final = 100
# Limit for a shared server, whose owner must not choose the number of requests.
MAX_SHARED_CONNECTIONS: Final = 20
# Further rows of one server that are tried besides the first.
MAX_OTHER_ROWS: Final = 3
# Userinfo would be sent to the server; a server has neither query nor fragment; some
# parsers treat a backslash as a slash.
NOT_IN_ADDRESSES: Final = frozenset(" @?#\\")
# A host name or an IP address, and nothing that a resolver may interpret differently.
HOST: Final = re.compile(r"[0-9a-z._-]+|[0-9a-f:.]+")
NEVER: Final = datetime.min.replace(tzinfo=UTC)
MAX_PORT: Final = 65_535
IPV6: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """One address that a server reported to plex.tv."""

    uri: str = field(repr=False)
    """An http or https URL without a trailing slash."""
    local: bool
    """Whether the address is private; it may be in another network than ours."""
    relay: bool
    """Whether traffic goes through Plex's relay, with little bandwidth."""
    network: Network = "any"
    """The network in which its address must be; otherwise nothing is sent to it."""

    @property
    def route(self) -> Route:
        """The route of the connection to the server."""
        if self.relay:
            return "relay"
        return "local" if self.local else "remote"

    @property
    def secure(self) -> bool:
        """Whether the connection is encrypted."""
        return self.uri.startswith("https:")

    @classmethod
    def from_json(cls, value: object, whose: Whose) -> Self | None:
        """Parse a connection; None without a usable address."""
        connection = readers.fields(value)
        uri = _address(connection.get("uri"), path=whose == "own")
        if uri is None:
            return None
        local = readers.flag(connection.get("local")) or False
        secure = uri.startswith("https:")
        return cls(
            uri=uri,
            local=local,
            relay=readers.flag(connection.get("relay")) or False,
            network=_network(whose, local=local, secure=secure),
        )

    @classmethod
    def unencrypted_from_json(cls, value: object) -> Self | None:
        """Parse the unencrypted connection to the same port at its IP address.

        The host name in `uri` cannot be resolved behind a router with DNS rebind
        protection. None except for private addresses that plex.tv lists as local,
        because an unencrypted token must not leave the home.
        """
        connection = readers.fields(value)
        host = _home_host(connection.get("address"))
        port = readers.whole(connection.get("port"))
        if (
            host is None
            or not port
            or port > MAX_PORT
            or not readers.flag(connection.get("local"))
            or readers.flag(connection.get("relay"))
            or (uri := _address(f"http://{host}:{port}", path=False)) is None
        ):
            return None
        return cls(uri=uri, local=True, relay=False, network="home")


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A media server that the account owns or has access to."""

    client_identifier: str = field(repr=False)
    """The same value as the machine identifier of the server itself."""
    name: str
    owned: bool
    nearby: bool = False
    """Whether it has the same public address as this client."""
    owner_name: str | None = None
    """The owner, if the server is somebody else's."""
    version: str | None = None
    platform: str | None = None
    presence: bool | None = None
    """Whether plex.tv lists it as online, which is not reliable."""
    last_seen_at: datetime | None = None
    token: str | None = field(default=None, repr=False)
    """The token of this account for this server; each shared server has another one."""
    connections: tuple[Connection, ...] = ()
    """The most preferred one first."""
    other_rows: tuple[Self, ...] = field(default=(), repr=False)
    """Further rows of the same server in the list; one of the rows is outdated."""

    @property
    def rows(self) -> tuple[Self, ...]:
        """All rows of the server, the main one first."""
        return (self, *self.other_rows)

    @property
    def all_connections(self) -> tuple[Connection, ...]:
        """The connections of all rows, in the order in which they are tried."""
        return tuple(each for row in self.rows for each in row.connections)

    def row_of(self, connection: Connection | None) -> Self:
        """Return the row with a connection, the first row if none has it.

        A token must only be sent to a connection of its own row.
        """
        return next((row for row in self.rows if connection in row.connections), self)

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Parse a row; None for players and for rows without an identifier."""
        server = readers.fields(value)
        identifier = readers.identifier(server.get("clientIdentifier"))
        if identifier is None or not _is_server(server):
            return None
        owned = readers.flag(server.get("owned")) or False
        nearby = readers.flag(server.get("publicAddressMatches")) or False
        return cls(
            client_identifier=identifier,
            name=readers.text(server.get("name")) or "Plex Media Server",
            owned=owned,
            nearby=nearby,
            owner_name=readers.person(server.get("sourceTitle")),
            version=readers.text(server.get("productVersion")),
            platform=readers.text(server.get("platform")),
            presence=readers.flag(server.get("presence")),
            last_seen_at=readers.moment(server.get("lastSeenAt")),
            token=readers.token(server.get("accessToken")),
            connections=_connections(
                server.get("connections"),
                "own" if owned else "shared nearby" if nearby else "shared",
                unencrypted=owned and not readers.flag(server.get("httpsRequired")),
            ),
        )


def read_servers(rows: list[object]) -> tuple[Server, ...]:
    """Parse the servers of a list, the account's own first."""
    by_identifier: dict[str, list[Server]] = {}
    for server in filter(None, map(Server.from_json, rows)):
        by_identifier.setdefault(server.client_identifier, []).append(server)
    servers = map(_join, by_identifier.values())
    return tuple(
        _with_unique_names(sorted(servers, key=lambda server: not server.owned))
    )


def _with_unique_names(servers: Iterable[Server]) -> Iterator[Server]:
    """Add the owner to the name of a shared server that has the name of another."""
    names: set[str] = set()
    for server in servers:
        named = server
        if server.name.casefold() in names and server.owner_name:
            name = f"{server.name} ({server.owner_name})"
            rows = (replace(row, name=name) for row in server.other_rows)
            named = replace(server, name=name, other_rows=tuple(rows))
        names.add(named.name.casefold())
        yield named


def _join(rows: list[Server]) -> Server:
    """Merge the rows of one server, the most recently seen one first.

    A row of somebody else is never merged with the account's own, because otherwise a
    shared server could impersonate an own one.
    """
    rows = [row for row in rows if row.owned] or rows
    rows.sort(key=lambda row: row.last_seen_at or NEVER, reverse=True)
    return replace(rows[0], other_rows=tuple(rows[1 : MAX_OTHER_ROWS + 1]))


def without_player(fields: dict[str, object]) -> dict[str, object] | None:
    """Return an object of a list unchanged, None if it is a player.

    Most rows can be players, because plex.tv lists each that was ever signed in.
    """
    return None if "provides" in fields and not _is_server(fields) else fields


def _is_server(fields: dict[str, object]) -> bool:
    """Return whether a row is a server, whatever else it provides."""
    provides = readers.text(fields.get("provides")) or ""
    return "server" in map(str.strip, provides.split(","))


def _connections(
    value: object, whose: Whose, *, unencrypted: bool
) -> tuple[Connection, ...]:
    """Parse the connections, the most preferred first and each address once."""
    once: dict[str, Connection] = {}
    rows = readers.items(value)
    found = [Connection.from_json(row, whose) for row in rows]
    if unencrypted:
        found += map(Connection.unencrypted_from_json, rows)
    for connection in sorted(filter(None, found), key=_preference):
        once.setdefault(connection.uri, connection)
    most = MAX_CONNECTIONS if whose == "own" else MAX_SHARED_CONNECTIONS
    return tuple(once.values())[:most]


def _network(whose: Whose, *, local: bool, secure: bool) -> Network:
    """Return the network in which the address of a connection must be.

    Somebody else's server must not choose addresses in this home, and an unencrypted
    token must not leave the home.
    """
    match whose:
        case "own":
            return "any" if secure else "home"
        case _ if not secure:
            return "none"
        case "shared" if local:
            return "none"
        case _:
            return "home" if local else "internet"


def _preference(connection: Connection) -> tuple[bool, int]:
    """Return the sort key of a connection; equal ones keep plex.tv's order.

    Even the relay is preferred to an unencrypted local connection: it is slow, but fast
    enough for actions, and a token that was intercepted stays compromised.
    """
    return not connection.secure, ROUTES.index(connection.route)


def _home_host(value: object) -> str | None:
    """Return a private IP address in the format of a URL; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        address = ip_address(value)
    except ValueError:
        return None
    if not is_private(address):
        return None
    return f"[{address}]" if address.version == IPV6 else str(address)


def _address(value: object, *, path: bool) -> str | None:
    """Normalise a server's URL, with a `path` or without; None if not usable."""
    if (
        not isinstance(value, str)
        or len(value) > readers.MAX_TEXT_LENGTH
        or not value.isprintable()
        or NOT_IN_ADDRESSES.intersection(value)
    ):
        return None
    try:
        url = URL(value)
    except ValueError:
        return None
    usable = (
        url.scheme in {"http", "https"}
        and url.port
        and HOST.fullmatch(url.raw_host or "")
        and (path or url.raw_path in {"", "/"})
    )
    return str(url).rstrip("/") if usable else None
