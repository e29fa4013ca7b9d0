"""What is polled: plex.tv for the account and its servers, and the servers."""

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.singleton import singleton
from homeassistant.util import dt as dt_util

from .const import (
    ACCOUNT_INTERVAL,
    CHECK_DELAY,
    DOMAIN,
    FULL_SEARCH,
    LOGGER,
    PING_INTERVAL,
    REACH_INTERVAL,
    SERVERS_INTERVAL,
    SIGN_IN_CHECK_INTERVAL,
)
from .plextv import (
    REACH_SLOTS,
    Account,
    Connection,
    PlexTvAuthenticationError,
    PlexTvError,
    PlexTvRateLimitError,
    Server,
    find_connection,
)
from .polling import PlexCoordinator, TokenCoordinator, spread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

    from .plextv import PlexTvClient, ServerSessions

# What an account is asked for, in log lines.
SERVERS: Final = "the list of servers"
ACCOUNT: Final = "name and Plex Pass"
KEEP_ALIVE: Final = "a longer life of the token"
# Each is asked every few minutes, so that others must not choose how many there are.
MAX_SHARED_SERVERS: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountData:
    """The last answers of plex.tv."""

    account: Account | None = None
    """None until plex.tv has answered."""
    servers: dict[str, Server] | None = None
    """By client identifier; None until plex.tv has listed them."""
    servers_left_out: int = 0
    """Servers of others that are too many."""


class PlexAccountCoordinator(TokenCoordinator[AccountData]):
    """Polls plex.tv for the account and its servers, and knows if the token is valid.

    Each request fails alone. plex.tv counts as unreachable when none was answered.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        client: PlexTvClient,
        known: AccountData,
    ) -> None:
        """Ask through `client`; until it answers, `known` is the data."""
        super().__init__(
            hass, entry, name=f"Plex account {entry.title}", interval=SERVERS_INTERVAL
        )
        self.data = known
        self.last_success: datetime | None = None
        self._client = client
        now = hass.loop.time()
        self._account_due = now
        # With one of the first polls: Home Assistant may be restarted every night.
        self._ping_due = now + SERVERS_INTERVAL.total_seconds()
        self._failing: set[str] = set()
        self._cancel_check: CALLBACK_TYPE | None = None

    @property
    def servers(self) -> dict[str, Server]:
        """The servers that plex.tv listed last, by client identifier."""
        return self.data.servers or {}

    @override
    async def _async_ask(self) -> AccountData:
        """Ask for the servers and, when they are due, for account and keep-alive."""
        try:
            data = await self._async_ask_due()
        except PlexTvAuthenticationError:
            self.signed_in = False
            raise
        if not self.signed_in:
            self.signed_in = True
            self._async_end_reauth()
        self.last_success = dt_util.utcnow()
        return data

    async def _async_ask_due(self) -> AccountData:
        """Return what is known now; raise the error if nothing was answered."""
        now = self.hass.loop.time()
        servers, error = await self._async_attempt(SERVERS, self._client.get_servers)
        if servers == () and self.data.servers:
            # It lost everything at once: is that true?
            await asyncio.sleep(CHECK_DELAY)
            servers, error = await self._async_attempt(
                SERVERS, self._client.get_servers
            )
        if isinstance(error, PlexTvRateLimitError):
            raise error
        account = None
        if error or self.data.account is None or now >= self._account_due:
            account, account_error = await self._async_attempt(
                ACCOUNT, self._client.get_account
            )
            if error and account_error:
                raise error
            self._note_failure(ACCOUNT, account_error)
        self._note_failure(SERVERS, error)
        if account:
            self._account_due = now + spread(ACCOUNT_INTERVAL).total_seconds()
        if now >= self._ping_due:
            self._ping_due = now + PING_INTERVAL.total_seconds()
            await self._async_attempt(KEEP_ALIVE, self._client.ping, confirm=False)
        data = replace(self.data, account=account or self.data.account)
        return data if servers is None else self._with_servers(data, servers)

    def _with_servers(
        self, data: AccountData, servers: tuple[Server, ...]
    ) -> AccountData:
        """Return the data with these servers, of others only so many."""
        own = [server for server in servers if server.owned]
        shared = [server for server in servers if not server.owned]
        kept = (*own, *shared[:MAX_SHARED_SERVERS])
        left_out = len(servers) - len(kept)
        if left_out and left_out != data.servers_left_out:
            LOGGER.warning(
                "%d servers of others are left out; %d are followed",
                left_out,
                MAX_SHARED_SERVERS,
            )
        return replace(
            data,
            servers={server.client_identifier: server for server in kept},
            servers_left_out=left_out,
        )

    async def _async_attempt[T](
        self, what: str, ask: Callable[[], Awaitable[T]], *, confirm: bool = True
    ) -> tuple[T | None, PlexTvError | None]:
        """Return the answer or the error.

        Raises PlexTvAuthenticationError only after another route has rejected the token
        as well: plex.tv has answered 401 to valid tokens.
        """
        try:
            return await ask(), None
        except PlexTvError as err:
            error = err
        LOGGER.debug("Asking plex.tv for %s failed: %s", what, type(error).__name__)
        if isinstance(error, PlexTvRateLimitError):
            self._ask_later(error)
        if isinstance(error, PlexTvAuthenticationError) and confirm:
            await asyncio.sleep(CHECK_DELAY)
            if what == ACCOUNT:
                await self._client.get_servers()
            else:
                await self._client.get_account()
        return None, error

    def _note_failure(self, what: str, error: PlexTvError | None) -> None:
        """Log once that something is no longer answered, and once that it is again."""
        if error and what not in self._failing:
            self._failing.add(what)
            LOGGER.warning("plex.tv does not answer for %s; the last is kept", what)
        elif not error and what in self._failing:
            self._failing.remove(what)
            LOGGER.info("plex.tv answers again for %s", what)

    @callback
    def _async_end_reauth(self) -> None:
        """Take the notice away, unless the person is signing in already."""
        flows = self.hass.config_entries.flow
        for flow in flows.async_progress_by_handler(
            DOMAIN,
            match_context={
                "entry_id": self.config_entry.entry_id,
                "source": SOURCE_REAUTH,
            },
        ):
            if flow["step_id"] == "reauth_confirm":
                flows.async_abort(flow["flow_id"])

    @override
    def _async_refresh_finished(self) -> None:
        """Tell entities of a lost sign-in, and try the token again after a while.

        Home Assistant ends the polling then, and after an outage it does not tell
        entities of a second failure, which may be of another kind.
        """
        self._end_check()
        if not self.signed_in:
            self.async_update_listeners()
            self._cancel_check = async_call_later(
                self.hass, spread(SIGN_IN_CHECK_INTERVAL), self._async_try_token
            )

    def _end_check(self) -> None:
        """Cancel the next check of a rejected token."""
        if self._cancel_check:
            self._cancel_check()
            self._cancel_check = None

    @callback
    def _async_try_token(self, _now: datetime) -> None:
        """Try a rejected token again, without delaying the end of Home Assistant."""
        self.config_entry.async_create_background_task(
            self.hass, self.async_refresh(), f"{DOMAIN} tries a token"
        )

    @override
    async def async_shutdown(self) -> None:
        """End the polling with the entry."""
        self._end_check()
        await super().async_shutdown()


class PlexReachCoordinator(PlexCoordinator[dict[str, Connection | None]]):
    """Measures over which connection each server answers, if any.

    It does not depend on plex.tv: servers at home are measured during its outages.
    `data` holds the servers that were measured, and is updated as results come.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        account: PlexAccountCoordinator,
        sessions: ServerSessions,
    ) -> None:
        """Measure the servers of `account`."""
        entry = account.config_entry
        super().__init__(
            hass, entry, name=f"Servers of {entry.title}", interval=REACH_INTERVAL
        )
        self.data = {}
        self._account = account
        self._sessions = sessions
        self._slots = reach_slots(hass)
        self._round = 0
        self._asked: dict[str, tuple[Connection, ...]] = {}
        self._result_listeners: dict[str | None, list[CALLBACK_TYPE]] = {}
        self._held: dict[str, Connection] = {}

    @callback
    def async_hold(self, identifier: str, connection: Connection) -> CALLBACK_TYPE:
        """Do not ask a server whether it answers while a stream shows that it does."""
        self._held[identifier] = connection

        @callback
        def release() -> None:
            """Ask it again."""
            if self._held.get(identifier) is connection:
                del self._held[identifier]

        return release

    async def async_measure(self, identifier: str) -> None:
        """Measure one server now."""
        if server := self._account.servers.get(identifier):
            await self._async_measure(server, full=False)

    @callback
    def async_add_result_listener(
        self, identifier: str | None, update: CALLBACK_TYPE
    ) -> CALLBACK_TYPE:
        """Call `update` as soon as a server, or any, has another result.

        All other listeners are called once, after every server was measured: if each
        result called them, the cost would grow with the square of the number of
        servers.
        """
        listeners = self._result_listeners.setdefault(identifier, [])
        listeners.append(update)

        @callback
        def remove() -> None:
            """Call it no more."""
            listeners.remove(update)
            if not listeners:
                self._result_listeners.pop(identifier, None)

        return remove

    @override
    async def _async_ask(self) -> dict[str, Connection | None]:
        """Ask every server, mostly just at the connection that answered last."""
        self._round += 1
        searches = [
            (server, (self._round + number) % FULL_SEARCH == 0)
            for number, server in enumerate(self._account.servers.values())
        ]
        await asyncio.gather(
            *(
                self._async_measure(server, full=full)
                for server, full in searches
                if not self._is_proven(server, full=full)
            )
        )
        # Not the servers of the beginning: others may have come meanwhile.
        servers = self._account.servers
        return {key: self.data[key] for key in servers if key in self.data}

    def _is_proven(self, server: Server, *, full: bool) -> bool:
        """Return whether a stream shows that a server answers where it should.

        One that is not the best is looked for a better one now and then.
        """
        held = self._held.get(server.client_identifier)
        if held is None or held not in server.connections:
            return False
        best = server.connections[0]
        return not full or (held.secure, held.route) == (best.secure, best.route)

    async def _async_measure(self, server: Server, *, full: bool) -> None:
        """Measure one server, and tell its entities if the result is another one."""
        key = server.client_identifier
        last = self.data.get(key)
        self._asked[key] = server.connections
        found = await find_connection(
            self._sessions, server, last=last, full=full, slots=self._slots
        )
        if self._asked[key] != server.connections:
            # It has moved meanwhile, and is being asked at its new addresses.
            return
        # Nothing is better than what a stream shows to work.
        found = found or self._held.get(key)
        if key not in self.data or found != last:
            self.data = {**self.data, key: found}
            for whose in (key, None):
                for update in tuple(self._result_listeners.get(whose, ())):
                    update()

    @callback
    def async_account_updated(self) -> None:
        """Measure at once what is new or has other addresses than before."""
        for key, server in self._account.servers.items():
            if (
                self.data.get(key) not in server.connections
                and self._asked.get(key) != server.connections
            ):
                self.config_entry.async_create_background_task(
                    self.hass,
                    self._async_measure(server, full=False),
                    f"{DOMAIN} new server",
                )


@singleton(f"{DOMAIN}_reach_slots")
def reach_slots(hass: HomeAssistant) -> asyncio.Semaphore:
    """Return the semaphore for requests to servers, shared by all accounts."""
    return asyncio.Semaphore(REACH_SLOTS)
