"""One user of a Plex Home: whether their sign-in works, renewal, and their servers."""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, override

from homeassistant.const import CONF_TOKEN
from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir

from .const import (
    CHECK_DELAY,
    CONF_CLIENT_IDENTIFIER,
    DOMAIN,
    HOME_USER_INTERVAL,
    LOGGER,
    NEW_TOKEN_DELAY,
    NEW_TOKEN_QUESTIONS,
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
from .polling import TokenCoordinator
from .sign_outs import async_get_sign_outs

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.config_entries import ConfigEntry, ConfigSubentry
    from homeassistant.core import HomeAssistant

    from .coordinator import PlexAccountCoordinator
    from .plextv import Connection, PlexTvClient, Server
    from .watchlist import WatchlistCoordinator

# The trouble that a person can end, by the translation key of its repair issue.
PIN_NEEDED: Final = "home_user_pin"
LEFT_HOME: Final = "home_user_left"


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeUserData:
    """The last answers about a Home user."""

    servers: dict[str, Server] = field(default_factory=dict)
    """The servers that plex.tv listed for the user, by client identifier."""
    answered: dict[str, Connection | None] = field(default_factory=dict)
    """Where those answered that the account itself does not have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedHomeUser:
    """What a Home user of a loaded account consists of."""

    subentry_id: str
    uuid: str
    client: PlexTvClient
    """Asks with the user's token."""
    coordinator: HomeUserCoordinator
    watchlist: WatchlistCoordinator


class HomeUserCoordinator(TokenCoordinator[HomeUserData]):
    """Polls plex.tv with the token of a Home user, and renews it when it is rejected.

    It never fails: what the account cannot reach either is the account's trouble, and
    the last answer is kept.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        account: PlexAccountCoordinator,
        user: ConfigSubentry,
        client: PlexTvClient,
        renewed: Callable[[], None],
    ) -> None:
        """Ask through `client`, whose token is replaced when it was renewed.

        `renewed` is called after that.
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
        self.trouble: str | None = None
        """What a person can end, if anything."""
        self._account = account
        self._subentry_id = user.subentry_id
        self._client = client
        self._renewed = renewed
        self._answered = False
        self._told: bool | None = None
        self._signing_in = asyncio.Lock()
        self._questions = 0
        """How often plex.tv may still be asked for tokens that are missing."""

    @property
    def user(self) -> ConfigSubentry | None:
        """The subentry as it is now, None if it was deleted."""
        return self.config_entry.subentries.get(self._subentry_id)

    @property
    def accepted(self) -> bool | None:
        """Whether plex.tv accepts the token, None before its first answer."""
        return None if self.signed_in and not self._answered else self.signed_in

    async def async_sign_in(self, pin: str | None = None) -> None:
        """Replace the token by a new one.

        Raises PlexTvHomePinError if the PIN is missing or wrong, and PlexTvError if
        plex.tv gives no token for another reason. The PIN is not kept.
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
            self._client.transport.token = token
            self.signed_in = True
            self._questions = NEW_TOKEN_QUESTIONS
            self.async_note(None)
            self.hass.config_entries.async_update_subentry(
                self.config_entry, user, data={**user.data, CONF_TOKEN: token}
            )

    @override
    def _async_refresh_finished(self) -> None:
        """Tell entities of a sign-in that was lost or works again.

        The data, which Home Assistant compares, is the same then.
        """
        if self._told != self.accepted:
            self._told = self.accepted
            self.async_update_listeners()

    @override
    async def _async_ask(self) -> HomeUserData:
        """Ask for the user's servers, which also tells if the token is accepted."""
        try:
            servers = await self._async_servers()
        except PlexTvAuthenticationError:
            servers = await self._async_renewed()
        if servers is None:
            return self.data
        if not self.signed_in:
            LOGGER.info("plex.tv accepts the sign-in of a Home user again")
        self.signed_in = self._answered = True
        if self.trouble == PIN_NEEDED:
            self.async_note(None)
        return await self._async_measured(servers)

    async def _async_servers(self) -> tuple[Server, ...] | None:
        """Return the user's servers, None if plex.tv did not answer.

        Raises PlexTvAuthenticationError only after another route has rejected the token
        as well: plex.tv has answered 401 to valid tokens.
        """
        try:
            servers = await self._client.get_servers()
        except PlexTvAuthenticationError:
            await asyncio.sleep(CHECK_DELAY)
            try:
                await self._client.get_account()
            except PlexTvAuthenticationError:
                raise
            except PlexTvError as err:
                self._log(err)
            return None
        except PlexTvError as err:
            self._log(err)
            if isinstance(err, PlexTvRateLimitError):
                self._ask_later(err)
            return None
        is_complete = servers and all(server.token for server in servers)
        if self._questions and not is_complete:
            self._questions -= 1
            self.update_interval = NEW_TOKEN_DELAY
        else:
            self._questions = 0
        return servers

    async def _async_renewed(self) -> tuple[Server, ...] | None:
        """Sign the user in again, and return what they may use.

        Nothing can be done while the account itself is signed out, and without a PIN it
        makes no sense to try again and again.
        """
        if self.signed_in:
            LOGGER.warning("plex.tv rejects the sign-in of a Home user")
        self.signed_in = False
        if self.trouble or not self._account.signed_in:
            return None
        try:
            await self.async_sign_in()
            self._renewed()
            return await self._async_servers()
        except PlexTvHomePinError:
            self.async_note(PIN_NEEDED)
        except PlexTvResponseError as err:
            self._log(err)
            if err.status == HTTPStatus.NOT_FOUND:
                self.async_note(LEFT_HOME)
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
    def async_note(self, trouble: str | None) -> None:
        """Tell a person what they can do, or take the notice away."""
        if trouble == self.trouble:
            return
        if self.trouble:
            ir.async_delete_issue(self.hass, DOMAIN, self._issue(self.trouble))
        self.trouble = trouble
        if trouble and (user := self.user):
            ir.async_create_issue(
                self.hass,
                DOMAIN,
                self._issue(trouble),
                data={
                    "entry_id": self.config_entry.entry_id,
                    "subentry_id": user.subentry_id,
                },
                is_fixable=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key=trouble,
                translation_placeholders={"name": user.title},
            )

    def _issue(self, trouble: str) -> str:
        """Return the id of a repair issue."""
        return f"{trouble}_{self._subentry_id}"

    def _log(self, error: PlexTvError) -> None:
        """Say which kind of error it was, for somebody who looks for it."""
        LOGGER.debug("Asking for a Home user failed: %s", type(error).__name__)


async def async_switch(
    hass: HomeAssistant,
    entry: ConfigEntry,
    uuid: str,
    client_identifier: str,
    pin: str | None,
) -> str:
    """Return a new token of a user of the account's Home, for a client identifier.

    Each user has a client identifier of their own: one who is signed out signs nobody
    else out.
    """
    client = async_get_client(hass, client_identifier, entry.data[CONF_TOKEN])
    return await Home(client.transport).switch(uuid, pin)
