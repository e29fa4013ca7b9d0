"""A loaded account: what it consists of, for entities, actions and integrations."""

from dataclasses import dataclass, field
import re
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service import async_get_config_entry
from yarl import URL

from .const import CONF_CLIENT_IDENTIFIER, DOMAIN, NO_ROUTE
from .devices import machine_identifier
from .plextv import redacted, redacted_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.core import HomeAssistant

    from .authorized_devices import AuthorizedDevicesCoordinator
    from .availability import WatchlistAvailability
    from .coordinator import PlexAccountCoordinator, PlexReachCoordinator
    from .live import PlexLive
    from .plextv import Account, Connection, Json, PlexTvClient, Server
    from .watchlist import WatchlistCoordinator

type PlexAccountConfigEntry = ConfigEntry[PlexAccountRuntime]

# An identifier is chosen by the owner of a server. One that could be a word, such as
# "MediaContainer", is not taken out of answers: they could no longer be read.
IDENTIFIER: Final = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Za-z-]{16,128}")


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedServer:
    """A server as plex.tv listed it last, and where it answered last.

    Of a server that is listed twice, `server` is the row at whose address it answered.
    """

    server: Server
    measured: bool
    """Whether it has been asked at all since it was listed."""
    answered: Connection | None
    """The connection at which it answered when it was last asked, if any."""

    @property
    def reachable(self) -> bool:
        """Whether the server answered when it was last asked."""
        return self.answered is not None

    @property
    def route(self) -> str:
        """How the server was reached: local, remote, relay or none."""
        return self.answered.route if self.answered else NO_ROUTE

    @property
    def connection(self) -> Connection | None:
        """The connection to use now, if any.

        One that plex.tv no longer lists may lead to another server by now.
        """
        return self.answered if self.answered in self.server.connections else None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlexAccountRuntime:
    """What a loaded account consists of."""

    client: PlexTvClient
    account: PlexAccountCoordinator
    reach: PlexReachCoordinator
    devices: AuthorizedDevicesCoordinator
    watchlist: WatchlistCoordinator
    availability: WatchlistAvailability
    live: PlexLive

    def server(self, machine_identifier: str) -> LinkedServer | None:
        """Return a server of the account, None if plex.tv no longer lists it."""
        if (server := self.account.servers.get(machine_identifier)) is None:
            return None
        answered = self.reach.data.get(machine_identifier)
        return LinkedServer(
            server=server.row_of(answered),
            measured=machine_identifier in self.reach.data,
            answered=answered,
        )

    def servers(self) -> dict[str, LinkedServer]:
        """Return the servers of the account by machine identifier."""
        return {
            identifier: server
            for identifier in self.account.servers
            if (server := self.server(identifier))
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedAccount:
    """A linked account as it is now."""

    entry: PlexAccountConfigEntry
    client: PlexTvClient
    """Asks plex.tv and the account's servers."""
    account: Account | None
    """None until plex.tv has answered."""
    servers: dict[str, LinkedServer]
    """By client identifier, which a server itself calls its machine identifier."""
    secrets: frozenset[str] = field(repr=False)
    """Every token and identifier that is known of the account and its servers."""
    hosts: frozenset[str] = field(repr=False)
    """The names under which the account's own servers are reached."""

    @property
    def token(self) -> str:
        """The token of the account."""
        return str(self.entry.data[CONF_TOKEN])

    def redacted(self, answer: Json, within: str) -> Json:
        """Return an answer without secrets; `within` is the end of its path."""
        return redacted(answer, self.secrets, hosts=self.hosts, within=within)

    def redacted_line(self, line: str) -> str:
        """Return a short text without secrets."""
        return redacted_line(line, self.secrets, hosts=self.hosts)


@callback
def async_get_account(
    hass: HomeAssistant, entry_id: str | None = None
) -> LinkedAccount:
    """Return a linked account; without `entry_id`, the only one.

    Ask again for every use and keep nothing of it: tokens, servers and addresses
    change. Raises ServiceValidationError when there is no such account, when it is not
    loaded, or when there are several to choose from, and HomeAssistantError while
    plex.tv rejects its sign-in.
    """
    if entry_id is None and len(_entries(hass)) > 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="several_accounts"
        )
    entry: PlexAccountConfigEntry = async_get_config_entry(hass, DOMAIN, entry_id)
    runtime = entry.runtime_data
    if not runtime.account.signed_in:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="signed_out"
        )
    return LinkedAccount(
        entry=entry,
        client=runtime.client,
        account=runtime.account.data.account,
        servers=runtime.servers(),
        secrets=_secrets(entry, runtime.account.servers.values()),
        hosts=_hosts(runtime.account.servers.values()),
    )


def _entries(hass: HomeAssistant) -> list[PlexAccountConfigEntry]:
    """Return the entries of accounts that can be chosen."""
    return hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )


def _secrets(
    entry: PlexAccountConfigEntry, servers: Iterable[Server]
) -> frozenset[str]:
    """Return every token and identifier that is known of an account."""
    rows = [row for server in servers for row in server.rows]
    return frozenset(
        filter(
            None,
            (
                entry.data[CONF_TOKEN],
                entry.data[CONF_CLIENT_IDENTIFIER],
                entry.unique_id,
                *(row.token for row in rows),
                *(
                    row.client_identifier
                    for row in rows
                    if IDENTIFIER.fullmatch(row.client_identifier)
                ),
            ),
        )
    )


def _hosts(servers: Iterable[Server]) -> frozenset[str]:
    """Return the host names of the account's own servers.

    Somebody else could let a server have the name of anything that answers hold.
    """
    hosts = (
        URL(connection.uri).host or ""
        for server in servers
        if server.owned
        for row in server.rows
        for connection in row.connections
    )
    # An address without a name is found wherever it stands.
    return frozenset(host for host in hosts if "." in host and host[-1].isalpha())


@callback
def async_get_server(
    hass: HomeAssistant, device_id: str, entry_id: str | None = None
) -> tuple[LinkedAccount, LinkedServer]:
    """Return the server that a device is, and its account.

    Raises ServiceValidationError when the device is not a server, or not one of the
    account that `entry_id` names; otherwise as `async_get_account` does.
    """
    device = dr.async_get(hass).async_get(device_id)
    entry = device and hass.config_entries.async_get_entry(device.config_entry_id)
    if (
        isinstance(device, dr.DeviceEntry)
        and entry
        and entry.domain == DOMAIN
        and entry_id in {None, entry.entry_id}
    ):
        account = async_get_account(hass, entry.entry_id)
        server = account.servers.get(machine_identifier(entry, device) or "")
        if server:
            return account, server
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="unknown_server"
    )
