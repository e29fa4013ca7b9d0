"""The objects of a loaded account, for entities, actions and other integrations."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service import async_get_config_entry

from .const import DOMAIN, NO_ROUTE
from .devices import machine_identifier
from .known_secrets import known_secrets, own_hosts
from .plextv import redacted, redacted_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigSubentry
    from homeassistant.core import HomeAssistant

    from .authorized_devices import AuthorizedDevicesCoordinator
    from .availability import WatchlistAvailability
    from .coordinator import PlexAccountCoordinator, PlexReachCoordinator
    from .home_user import LoadedHomeUser
    from .home_users import HomeUsers
    from .live import PlexLive
    from .plextv import Account, Connection, Json, PlexTvClient, Server
    from .storage import AccountStore
    from .watchlist import WatchlistCoordinator

type PlexAccountConfigEntry = ConfigEntry[PlexAccountRuntime]


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedServer:
    """A server of plex.tv's last list, with its last measured connection.

    If plex.tv lists the server twice, `server` is the row with that connection.
    """

    server: Server
    measured: bool
    """Whether it was measured since it was listed."""
    answered: Connection | None
    """The connection at which it responded to the last measurement, if any."""

    @property
    def reachable(self) -> bool:
        """Whether the server responded to the last measurement."""
        return self.answered is not None

    @property
    def route(self) -> str:
        """The route to the server: local, remote, relay or none."""
        return self.answered.route if self.answered else NO_ROUTE

    @property
    def connection(self) -> Connection | None:
        """The connection to use now, if any.

        None if plex.tv no longer lists it, because it may lead to another server now.
        """
        return self.answered if self.answered in self.server.connections else None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlexAccountRuntime:
    """The objects of a loaded account."""

    client: PlexTvClient
    store: AccountStore
    account: PlexAccountCoordinator
    reach: PlexReachCoordinator
    devices: AuthorizedDevicesCoordinator
    watchlist: WatchlistCoordinator
    availability: WatchlistAvailability
    live: PlexLive
    home_users: HomeUsers

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
class _Linked:
    """An account or Home user, with the objects for sending requests."""

    entry: PlexAccountConfigEntry
    client: PlexTvClient
    """The client for plex.tv and the servers."""
    servers: dict[str, LinkedServer]
    """By client identifier, which a server itself calls its machine identifier."""
    secrets: frozenset[str] = field(repr=False)
    """All known tokens and identifiers of the account and its Home users."""
    hosts: frozenset[str] = field(repr=False)
    """The host names of the account's own servers."""

    @property
    def token(self) -> str:
        """The token for requests to plex.tv."""
        return str(self.client.transport.token)

    def redacted(self, answer: Json, within: str) -> Json:
        """Return a response without secrets; `within` is the end of its path."""
        return redacted(answer, self.secrets, hosts=self.hosts, within=within)

    def redacted_line(self, line: str) -> str:
        """Return a short text without secrets."""
        return redacted_line(line, self.secrets, hosts=self.hosts)


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedHomeUser(_Linked):
    """The current state of a Home user.

    `servers` are those that the user has access to, with the user's tokens for them.
    """

    uuid: str = field(repr=False)
    subentry: ConfigSubentry = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the user."""
        return self.subentry.title

    async def async_check_sign_in(self) -> bool:
        """Return whether plex.tv accepts the token, which may be renewed."""
        loaded = self.entry.runtime_data.home_users.loaded
        if (user := loaded.get(self.subentry.subentry_id)) is None:
            return False
        return await user.coordinator.async_check_sign_in()

    def signed_out(self) -> HomeAssistantError:
        """Return the error for a user whose token plex.tv rejects."""
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="home_user_signed_out",
            translation_placeholders={"user": self.name},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedAccount(_Linked):
    """The current state of a linked account."""

    account: Account | None
    """None until plex.tv has responded."""
    home_users: dict[str, LinkedHomeUser]
    """The Home users that were added and are signed in, by their uuid."""

    async def async_check_sign_in(self) -> bool:
        """Return whether plex.tv accepts the token."""
        return await self.entry.runtime_data.account.async_check_sign_in()

    def signed_out(self) -> HomeAssistantError:
        """Return the error for an account whose token plex.tv rejects."""
        return _signed_out()


@callback
def async_get_account(
    hass: HomeAssistant, entry_id: str | None = None
) -> LinkedAccount:
    """Return a linked account; without `entry_id`, the only one.

    Call this for every use and do not keep the result, because tokens, servers and
    addresses change. Raises ServiceValidationError when there is no such account, when
    it is not loaded, or when there are several to choose from, and HomeAssistantError
    while plex.tv rejects its token.
    """
    if entry_id is None and len(_entries(hass)) > 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="several_accounts"
        )
    entry: PlexAccountConfigEntry = async_get_config_entry(hass, DOMAIN, entry_id)
    runtime = entry.runtime_data
    if not runtime.account.signed_in:
        raise _signed_out()
    secrets, hosts = known_secrets(entry), own_hosts(runtime.account.servers.values())
    return LinkedAccount(
        entry=entry,
        client=runtime.client,
        account=runtime.account.data.account,
        servers=runtime.servers(),
        secrets=secrets,
        hosts=hosts,
        home_users={
            user.uuid: _linked_home_user(entry, user, secrets, hosts)
            for user in runtime.home_users.loaded.values()
            if user.coordinator.signed_in
        },
    )


def _signed_out() -> HomeAssistantError:
    """Return the error for an account whose token plex.tv rejects."""
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="signed_out")


@callback
def async_get_home_user(
    hass: HomeAssistant, entry_id: str, subentry_id: str
) -> LinkedHomeUser:
    """Return a Home user of a loaded account.

    Raises HomeAssistantError while plex.tv rejects the token of the user. The token of
    the account does not matter.
    """
    entry: PlexAccountConfigEntry = async_get_config_entry(hass, DOMAIN, entry_id)
    runtime = entry.runtime_data
    if (user := runtime.home_users.loaded.get(subentry_id)) is None:
        raise _unknown_home_user()
    hosts = own_hosts(runtime.account.servers.values())
    linked = _linked_home_user(entry, user, known_secrets(entry), hosts)
    if not user.coordinator.signed_in:
        raise linked.signed_out()
    return linked


@callback
def async_get_home_user_of_device(
    hass: HomeAssistant, device_id: str, entry_id: str | None = None
) -> LinkedHomeUser:
    """Return the Home user of a device.

    Raises ServiceValidationError when the device is not that of a Home user of the
    account with `entry_id`, and the same exceptions as `async_get_home_user`.
    """
    device = dr.async_get(hass).async_get(device_id)
    if (
        isinstance(device, dr.DeviceEntry)
        and device.config_subentry_id
        and entry_id in {None, device.config_entry_id}
        and (entry := hass.config_entries.async_get_entry(device.config_entry_id))
        and entry.domain == DOMAIN
    ):
        return async_get_home_user(hass, entry.entry_id, device.config_subentry_id)
    raise _unknown_home_user()


def _unknown_home_user() -> ServiceValidationError:
    """Return the error for a device that is not that of a Home user."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="unknown_home_user"
    )


def _linked_home_user(
    entry: PlexAccountConfigEntry,
    user: LoadedHomeUser,
    secrets: frozenset[str],
    hosts: frozenset[str],
) -> LinkedHomeUser:
    """Return the current state of a Home user."""
    runtime = entry.runtime_data
    data = user.coordinator.data
    return LinkedHomeUser(
        entry=entry,
        client=user.client,
        servers={
            identifier: _server_of_user(
                server, runtime.server(identifier), data.answered
            )
            for identifier, server in data.servers.items()
        },
        secrets=secrets,
        hosts=hosts,
        uuid=user.uuid,
        subentry=entry.subentries[user.subentry_id],
    )


def _entries(hass: HomeAssistant) -> list[PlexAccountConfigEntry]:
    """Return the entries of accounts that can be used."""
    return hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )


def _server_of_user(
    server: Server,
    of_account: LinkedServer | None,
    answered: Mapping[str, Connection | None],
) -> LinkedServer:
    """Combine a server of a Home user with its measured connection.

    If the account has the server as well, its measurement for the account is used. For
    the account's own server, that includes the address. For a shared server, an address
    is only used if plex.tv lists it for the user too, because anybody can give a server
    the identifier of another.
    """
    identifier = server.client_identifier
    if of_account is None:
        found = answered.get(identifier)
        return LinkedServer(
            server=server.row_of(found),
            measured=identifier in answered,
            answered=found,
        )
    if of_account.server.owned:
        row = replace(
            of_account.server,
            token=server.token,
            owned=server.owned,
            owner_name=server.owner_name,
            other_rows=(),
        )
        return replace(of_account, server=row)
    uri = of_account.answered.uri if of_account.answered else None
    same = next((one for one in server.all_connections if one.uri == uri), None)
    return LinkedServer(
        server=server.row_of(same), measured=of_account.measured, answered=same
    )


@callback
def async_get_server(
    hass: HomeAssistant,
    device_id: str,
    entry_id: str | None = None,
    user: LinkedHomeUser | None = None,
) -> tuple[LinkedAccount | LinkedHomeUser, LinkedServer]:
    """Return the server of a device, and the sender of requests: its account or `user`.

    Raises ServiceValidationError when the device is not a server of the account with
    `entry_id`, or the user has no access to it, and the same exceptions as
    `async_get_account`.
    """
    device = dr.async_get(hass).async_get(device_id)
    entry = device and hass.config_entries.async_get_entry(device.config_entry_id)
    if (
        isinstance(device, dr.DeviceEntry)
        and entry
        and entry.domain == DOMAIN
        and entry_id in {None, entry.entry_id}
        and (user is None or user.entry is entry)
    ):
        linked = user or async_get_account(hass, entry.entry_id)
        server = linked.servers.get(machine_identifier(entry, device) or "")
        if server:
            return linked, server
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="unknown_server"
    )
