"""The coordinator of a Home user: token, sign-in and servers."""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, override

from homeassistant.const import CONF_TOKEN
from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir

from .const import (
    CONF_CLIENT_IDENTIFIER,
    DOMAIN,
    HOME_USER_INTERVAL,
    LOGGER,
    NEW_TOKEN_DELAY,
    NEW_TOKEN_RETRIES,
)
from .coordinator import MAX_SHARED_SERVERS, reach_slots
from .plex_tv import async_get_client, async_get_server_sessions
from .plextv import (
    Home,
    PlexTvAuthenticationError,
    PlexTvError,
    PlexTvHomePinError,
    PlexTvRateLimitError,
    PlexTvResponseError,
    find_connection,
)
from .polling import TokenCoordinator, async_with_confirmation
from .sign_outs import async_get_sign_outs

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.config_entries import ConfigEntry, ConfigSubentry
    from homeassistant.core import HomeAssistant

    from .coordinator import PlexAccountCoordinator
    from .plextv import Connection, PlexTvClient, Server
    from .watchlist import WatchlistCoordinator

# Problems that a person can solve, as translation keys of their repair issues.
PIN_NEEDED: Final = "home_user_pin"
LEFT_HOME: Final = "home_user_left"


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeUserData:
    """The data of the last responses about a Home user."""

    servers: dict[str, Server] = field(default_factory=dict)
    """The servers that plex.tv listed for the user, by client identifier."""
    answered: dict[str, Connection | None] = field(default_factory=dict)
    """The measured connections of servers that the account itself does not have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedHomeUser:
    """The objects of a Home user of a loaded account."""

    subentry_id: str
    uuid: str
    client: PlexTvClient
    """The client that uses the user's token."""
    coordinator: HomeUserCoordinator
    watchlist: WatchlistCoordinator


class HomeUserCoordinator(TokenCoordinator[HomeUserData]):
    """Polls plex.tv with the token of a Home user, and renews it when it is rejected.

    It never fails: errors keep the last data, because the account reports outages.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        account: PlexAccountCoordinator,
        user: ConfigSubentry,
        client: PlexTvClient,
        renewed: Callable[[], None],
        *,
        added: bool,
    ) -> None:
        """Poll through `client`, whose token is replaced when it is renewed.

        `renewed` is called after that. A user who was `added` just now has a new token.
        """
        entry = account.config_entry
        super().__init__(
            hass,
            entry,
            name=f"Plex account {entry.title}: Home user {user.title}",
            interval=HOME_USER_INTERVAL,
            part=user.subentry_id,
        )
        self.data = HomeUserData()
        self.problem: str | None = None
        """The problem that a person can solve, if any."""
        self._account = account
        self._subentry_id = user.subentry_id
        self._client = client
        self._renewed = renewed
        self._answered = False
        self._reported: bool | None = None
        self._signing_in = asyncio.Lock()
        self._retries = NEW_TOKEN_RETRIES if added else 0
        """The number of further requests for missing tokens of servers."""

    @property
    def user(self) -> ConfigSubentry | None:
        """The current subentry, None if it or its account was deleted."""
        return find_home_user(self.hass, self.config_entry.entry_id, self._subentry_id)

    @property
    def accepted(self) -> bool | None:
        """Whether plex.tv accepts the token, None before its first response."""
        return None if self.signed_in and not self._answered else self.signed_in

    async def async_sign_in(self, pin: str | None = None) -> None:
        """Replace the token by a new one.

        Raises PlexTvHomePinError if the PIN is missing or wrong, and another
        PlexTvError if plex.tv sends no token for another reason. The PIN is not stored.
        """
        async with self._signing_in:
            if (user := self.user) is None:
                return
            token = await async_switch(
                self.hass,
                self.config_entry,
                str(user.unique_id),
                user.data[CONF_CLIENT_IDENTIFIER],
                pin,
            )
            if (user := self.user) is None:
                await async_get_sign_outs(self.hass).async_sign_out(
                    self._client.transport.identity.client_identifier, token
                )
                return
            self.async_set_token(token)
            self.hass.config_entries.async_update_subentry(
                self.config_entry, user, data={**user.data, CONF_TOKEN: token}
            )

    @callback
    def async_set_token(self, token: str) -> None:
        """Use a new token from now on."""
        self._client.transport.token = token
        self.signed_in = True
        self._retries = NEW_TOKEN_RETRIES
        self.async_set_problem(None)

    @override
    def _async_refresh_finished(self) -> None:
        """Update entities when the token is rejected or accepted again.

        Home Assistant only compares the data, which do not change then.
        """
        if self._reported != self.accepted:
            self._reported = self.accepted
            self.async_update_listeners()

    @override
    async def _async_ask(self) -> HomeUserData:
        """Request the user's servers, which also checks the token."""
        try:
            servers = await self._async_servers()
        except PlexTvAuthenticationError:
            servers = await self._async_renewed()
        if servers is None:
            return self.data
        if not self.signed_in:
            LOGGER.info("plex.tv accepts the sign-in of a Home user again")
        self.signed_in = self._answered = True
        if self.problem == PIN_NEEDED:
            self.async_set_problem(None)
        return await self._async_measured(servers)

    async def _async_servers(self) -> tuple[Server, ...] | None:
        """Return the user's servers, None if plex.tv did not respond.

        Raises PlexTvAuthenticationError if plex.tv rejects the token.
        """
        try:
            servers = await async_with_confirmation(
                self._client.get_servers, self._client.get_account
            )
        except PlexTvAuthenticationError:
            raise
        except PlexTvError as err:
            self._log(err)
            if isinstance(err, PlexTvRateLimitError):
                self._delay_next_poll(err)
            return None
        is_complete = servers and all(server.token for server in servers)
        if self._retries and not is_complete:
            self._retries -= 1
            self.update_interval = NEW_TOKEN_DELAY
        else:
            self._retries = 0
        return servers

    async def _async_renewed(self) -> tuple[Server, ...] | None:
        """Sign the user in again, and return their servers.

        It is not attempted while the account itself is signed out, or while there is a
        problem that a person has to solve.
        """
        if self.signed_in:
            LOGGER.warning("plex.tv rejects the sign-in of a Home user")
        self.signed_in = False
        if self.problem or not self._account.signed_in:
            return None
        try:
            await self.async_sign_in()
            self._renewed()
            return await self._async_servers()
        except PlexTvHomePinError:
            self.async_set_problem(PIN_NEEDED)
        except PlexTvResponseError as err:
            self._log(err)
            if err.status == HTTPStatus.NOT_FOUND:
                self.async_set_problem(LEFT_HOME)
        except PlexTvError as err:
            self._log(err)
        return None

    async def _async_measured(self, servers: tuple[Server, ...]) -> HomeUserData:
        """Return the servers, and measure those that the account does not have."""
        own = [
            server
            for server in servers[:MAX_SHARED_SERVERS]
            if server.client_identifier not in self._account.servers
        ]
        found = await asyncio.gather(
            *(
                find_connection(
                    async_get_server_sessions(self.hass),
                    server,
                    last=self.data.answered.get(server.client_identifier),
                    full=True,
                    slots=reach_slots(self.hass),
                )
                for server in own
            )
        )
        return HomeUserData(
            servers={server.client_identifier: server for server in servers},
            answered={
                server.client_identifier: connection
                for server, connection in zip(own, found, strict=True)
            },
        )

    @callback
    def async_set_problem(self, problem: str | None) -> None:
        """Create the repair issue of a problem, or delete it."""
        if problem == self.problem:
            return
        if self.problem:
            ir.async_delete_issue(self.hass, DOMAIN, self._issue(self.problem))
        self.problem = problem
        if problem and (user := self.user):
            ir.async_create_issue(
                self.hass,
                DOMAIN,
                self._issue(problem),
                data={
                    "entry_id": self.config_entry.entry_id,
                    "subentry_id": user.subentry_id,
                },
                is_fixable=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key=problem,
                translation_placeholders={"name": user.title},
            )

    def _issue(self, problem: str) -> str:
        """Return the id of a repair issue."""
        return f"{problem}_{self._subentry_id}"

    def _log(self, error: PlexTvError) -> None:
        """Log the class of an error at debug level."""
        LOGGER.debug("Asking for a Home user failed: %s", type(error).__name__)


def find_home_user(
    hass: HomeAssistant, entry_id: str, subentry_id: str
) -> ConfigSubentry | None:
    """Return the subentry of a Home user, None if it or its account was deleted.

    A deleted account keeps its subentries, so that looking there is not enough.
    """
    entry = hass.config_entries.async_get_entry(entry_id)
    return entry.subentries.get(subentry_id) if entry else None


async def async_switch(
    hass: HomeAssistant,
    entry: ConfigEntry,
    uuid: str,
    client_identifier: str,
    pin: str | None,
) -> str:
    """Return a new token of a user of the account's Home, for a client identifier.

    Each user has a separate client identifier, so that signing one out does not sign
    out others.
    """
    client = async_get_client(hass, client_identifier, entry.data[CONF_TOKEN])
    return await Home(client.transport).switch(uuid, pin)
