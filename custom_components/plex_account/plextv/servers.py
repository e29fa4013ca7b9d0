"""The media servers of an account, and where plex.tv says that they are."""

from dataclasses import dataclass, field
import re
from typing import TYPE_CHECKING, Final, Literal, Self

from yarl import URL

from . import readers

if TYPE_CHECKING:
    from datetime import datetime

type Route = Literal["local", "remote", "relay"]

# Most preferred first: local traffic stays in the home, and a relay is slow.
ROUTES: Final[tuple[Route, ...]] = ("local", "remote", "relay")
# A server that runs beside dozens of containers lists an address for each of their
# networks; this bounds how many are asked.
MAX_CONNECTIONS: Final = 100
# Userinfo would be sent along; a server has neither query nor fragment; some parsers
# take a backslash for a slash.
NOT_IN_ADDRESSES: Final = frozenset(" @?#\\")
# A host name or an IP address, and nothing that a resolver may interpret otherwise.
HOST: Final = re.compile(r"[0-9a-z._-]+|[0-9a-f:.]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """One address that a server reported to plex.tv."""

    uri: str = field(repr=False)
    """An http or https URL without a trailing slash."""
    local: bool
    """Whether the address is private; it may be of another network than ours."""
    relay: bool
    """Whether traffic goes through Plex's relay, with little bandwidth."""

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
    def from_json(cls, value: object) -> Self | None:
        """Read a connection; None without a usable address."""
        connection = readers.fields(value)
        if (uri := _address(connection.get("uri"))) is None:
            return None
        return cls(
            uri=uri,
            local=readers.flag(connection.get("local")) or False,
            relay=readers.flag(connection.get("relay")) or False,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A media server that the account owns or may use."""

    client_identifier: str = field(repr=False)
    """What the server itself calls its machine identifier."""
    name: str
    owned: bool
    owner_name: str | None = None
    """The owner, if the server is somebody else's."""
    version: str | None = None
    platform: str | None = None
    presence: bool = False
    """Whether plex.tv thinks that it is online, which is not reliable."""
    last_seen_at: datetime | None = None
    token: str | None = field(default=None, repr=False)
    """The token of this account for this server; shared ones have their own."""
    connections: tuple[Connection, ...] = ()
    """The most preferred one first."""

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Read a row; None for players and for rows without an identifier."""
        server = readers.fields(value)
        provides = readers.text(server.get("provides")) or ""
        identifier = readers.text(server.get("clientIdentifier"))
        if identifier is None or "server" not in map(str.strip, provides.split(",")):
            return None
        return cls(
            client_identifier=identifier,
            name=readers.text(server.get("name")) or "Plex Media Server",
            owned=readers.flag(server.get("owned")) or False,
            owner_name=readers.text(server.get("sourceTitle")),
            version=readers.text(server.get("productVersion")),
            platform=readers.text(server.get("platform")),
            presence=readers.flag(server.get("presence")) or False,
            last_seen_at=readers.moment(server.get("lastSeenAt")),
            token=readers.token(server.get("accessToken")),
            connections=_connections(server.get("connections")),
        )


def _connections(value: object) -> tuple[Connection, ...]:
    """Read the connections, the most preferred first and each address once."""
    listed = filter(None, map(Connection.from_json, readers.items(value)))
    once: dict[str, Connection] = {}
    for connection in sorted(listed, key=_preference):
        once.setdefault(connection.uri, connection)
    return tuple(once.values())[:MAX_CONNECTIONS]


def _preference(connection: Connection) -> tuple[int, bool]:
    """Rank a connection; the sort is stable, so equal ones keep plex.tv's order."""
    return ROUTES.index(connection.route), not connection.secure


def _address(value: object) -> str | None:
    """Normalise a server's address; None if it is not usable."""
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
    )
    return str(url).rstrip("/") if usable else None
