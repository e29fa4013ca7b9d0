"""The media servers of an account, and where plex.tv says that they are."""

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
"""Whose a server is: the account's, or another's, who may be in the same home."""

# Most preferred first: local traffic stays in the home, and a relay is slow.
ROUTES: Final[tuple[Route, ...]] = ("local", "remote", "relay")
# Of one list. Nobody is known to have a tenth of them.
MAX_SERVERS: Final = 2500
# A server that runs beside dozens of containers lists an address for each of their
# networks; this bounds how many are asked.
MAX_CONNECTIONS: Final = 100
# Of a server of others, who must not choose how much is asked.
MAX_SHARED_CONNECTIONS: Final = 20
# Rows of one server that are tried beside the first.
MAX_OTHER_ROWS: Final = 3
# Userinfo would be sent along; a server has neither query nor fragment; some parsers
# take a backslash for a slash.
NOT_IN_ADDRESSES: Final = frozenset(" @?#\\")
# A host name or an IP address, and nothing that a resolver may interpret otherwise.
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
    """Whether the address is private; it may be of another network than ours."""
    relay: bool
    """Whether traffic goes through Plex's relay, with little bandwidth."""
    network: Network = "any"
    """Where its address must be, or nothing is sent there."""

    @property
    def route(self) -> Route:
        """How the connection reaches the server."""
        if self.relay:
            return "relay"
        return "local" if self.local else "remote"

    @property
    def secure(self) -> bool:
        """Whether the connection is encrypted."""
        return self.uri.startswith("https:")

    @classmethod
    def from_json(cls, value: object, whose: Whose) -> Self | None:
        """Read a connection; None without a usable address."""
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
        """Read how to reach the same port by its bare address, without encryption.

        The name in `uri` cannot be looked up behind a router with DNS rebind
        protection. None for all but private addresses that plex.tv calls local: a token
        in clear must not leave the home.
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
    """A media server that the account owns or may use."""

    client_identifier: str = field(repr=False)
    """What the server itself calls its machine identifier."""
    name: str
    owned: bool
    nearby: bool = False
    """Whether it has the same public address as this client."""
    owner_name: str | None = None
    """The owner, if the server is somebody else's."""
    version: str | None = None
    platform: str | None = None
    presence: bool | None = None
    """Whether plex.tv thinks that it is online, which is not reliable."""
    last_seen_at: datetime | None = None
    token: str | None = field(default=None, repr=False)
    """The token of this account for this server; shared ones have their own."""
    connections: tuple[Connection, ...] = ()
    """The most preferred one first."""
    other_rows: tuple[Self, ...] = field(default=(), repr=False)
    """The same server as further rows of the list describe it, one of them stale."""

    @property
    def rows(self) -> tuple[Self, ...]:
        """All rows of the server, the one that counts first."""
        return (self, *self.other_rows)

    def row_of(self, connection: Connection | None) -> Self:
        """Return the row that lists a connection, the first one if none does.

        A token must only be sent to a connection of its own row.
        """
        return next((row for row in self.rows if connection in row.connections), self)

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Read a row; None for players and for rows without an identifier."""
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
            owner_name=readers.text(server.get("sourceTitle")),
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
    """Read the servers of a list, the account's own first."""
    by_identifier: dict[str, list[Server]] = {}
    for server in filter(None, map(Server.from_json, rows)):
        by_identifier.setdefault(server.client_identifier, []).append(server)
    servers = map(_join, by_identifier.values())
    return tuple(_named_apart(sorted(servers, key=lambda server: not server.owned)))


def _named_apart(servers: Iterable[Server]) -> Iterator[Server]:
    """Add the owner to the name of a server of others that is called like another."""
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
    """Join the rows of one server, the one that plex.tv saw last first.

    Nobody else's row stands in for one of the account's own, or a server that somebody
    shares could pass itself off as that of the person.
    """
    rows = [row for row in rows if row.owned] or rows
    rows.sort(key=lambda row: row.last_seen_at or NEVER, reverse=True)
    return replace(rows[0], other_rows=tuple(rows[1 : MAX_OTHER_ROWS + 1]))


def without_player(fields: dict[str, object]) -> dict[str, object] | None:
    """Return an object of a list as it is, None if it is a player.

    Most rows can be players: plex.tv lists each that was ever signed in.
    """
    return None if "provides" in fields and not _is_server(fields) else fields


def _is_server(fields: dict[str, object]) -> bool:
    """Tell whether a row is a server, whatever else it provides."""
    provides = readers.text(fields.get("provides")) or ""
    return "server" in map(str.strip, provides.split(","))


def _connections(
    value: object, whose: Whose, *, unencrypted: bool
) -> tuple[Connection, ...]:
    """Read the connections, the most preferred first and each address once."""
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
    """Return where the address of a connection must be.

    Somebody else's server must not choose addresses in this home, and no token is sent
    in clear beyond it.
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
    """Rank a connection; the sort is stable, so equal ones keep plex.tv's order.

    Even the relay comes before a local connection without encryption: it is slow, but
    it carries actions well enough, and a token that was seen cannot be taken back.
    """
    return not connection.secure, ROUTES.index(connection.route)


def _home_host(value: object) -> str | None:
    """Return a private IP address in the form for a URL; None for anything else."""
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
    """Normalise a server's address, with a `path` or without; None if not usable."""
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
