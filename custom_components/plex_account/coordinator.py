"""Coordinators that poll plex.tv for the account, and the servers themselves."""

import asyncio
from contextlib import suppress
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
from .polling import (
    PlexCoordinator,
    TokenCoordinator,
    async_with_confirmation,
    with_jitter,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

    from .plextv import PlexTvClient, ServerSessions

# Names of the requests, in log lines.
SERVERS: Final = "the list of servers"
ACCOUNT: Final = "name and Plex Pass"
KEEP_ALIVE: Final = "a longer life of the token"
# Each is polled every few minutes, so others must not choose how many there are.
MAX_SHARED_SERVERS: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountData:
    """The data of plex.tv's last responses."""

    account: Account | None = None
    """None until plex.tv has responded."""
    servers: dict[str, Server] | None = None
    """By client identifier; None until plex.tv has listed them."""
    servers_left_out: int = 0
    """The number of shared servers beyond the limit."""


class PlexAccountCoordinator(TokenCoordinator[AccountData]):
    """Polls plex.tv for the account and its servers, and checks the token.

    Requests can fail individually. plex.tv counts as unreachable when all have failed.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        client: PlexTvClient,
        known: AccountData,
    ) -> None:
        """Poll through `client`; until plex.tv responds, `known` is the data."""
        super().__init__(
            hass, entry, name=f"Plex account {entry.title}", interval=SERVERS_INTERVAL
        )
        self.data = known
        self.last_success: datetime | None = None
        self._client = client
        now = hass.loop.time()
        self._account_due = now
        # Soon after the start, because Home Assistant may be restarted every night.
        self._ping_due = now + SERVERS_INTERVAL.total_seconds()
        self._failing: set[str] = set()
        self._cancel_check: CALLBACK_TYPE | None = None

    @property
    def servers(self) -> dict[str, Server]:
        """The servers that plex.tv listed last, by client identifier."""
        return self.data.servers or {}

    @override
    async def _async_ask(self) -> AccountData:
        """Request the servers and, when they are due, account and keep-alive."""
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
        """Return the current data; raise the error if all requests failed."""
        now = self.hass.loop.time()
        servers, error = await self._async_attempt(SERVERS, self._client.get_servers)
        if servers == () and self.data.servers:
            # Verify that the account has really lost all servers.
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
            self._account_due = now + with_jitter(ACCOUNT_INTERVAL).total_seconds()
        if now >= self._ping_due:
            self._ping_due = now + PING_INTERVAL.total_seconds()
            # Optional: the other two routes show whether the token is rejected.
            with suppress(PlexTvAuthenticationError):
                await self._async_attempt(KEEP_ALIVE, self._client.ping)
        data = replace(self.data, account=account or self.data.account)
        return data if servers is None else self._with_servers(data, servers)

    def _with_servers(
        self, data: AccountData, servers: tuple[Server, ...]
    ) -> AccountData:
        """Return the data with these servers, and with a limit for shared ones."""
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
        self, what: str, ask: Callable[[], Awaitable[T]]
    ) -> tuple[T | None, PlexTvError | None]:
        """Return the response or the error; raise it if the token is rejected."""
        client = self._client
        ask_another = client.get_servers if what == ACCOUNT else client.get_account
        try:
            return await async_with_confirmation(ask, ask_another), None
        except PlexTvAuthenticationError:
            raise
        except PlexTvError as err:
            error = err
        LOGGER.debug("Asking plex.tv for %s failed: %s", what, type(error).__name__)
        if isinstance(error, PlexTvRateLimitError):
            self._delay_next_poll(error)
        return None, error

    def _note_failure(self, what: str, error: PlexTvError | None) -> None:
        """Log the first failure of a request, and its first success after that."""
        if error and what not in self._failing:
            self._failing.add(what)
            LOGGER.warning("plex.tv does not answer for %s; the last is kept", what)
        elif not error and what in self._failing:
            self._failing.remove(what)
            LOGGER.info("plex.tv answers again for %s", what)

    @callback
    def _async_end_reauth(self) -> None:
        """End the reauthentication, unless the person is already signing in."""
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
        """Update entities after a rejected token, and try the token again later.

        Home Assistant stops polling after a rejection. After an outage, it also does
        not update entities for a second failure, which may be of another kind.
        """
        self._end_check()
        if not self.signed_in:
            self.async_update_listeners()
            self._cancel_check = async_call_later(
                self.hass, with_jitter(SIGN_IN_CHECK_INTERVAL), self._async_try_token
            )

    def _end_check(self) -> None:
        """Cancel the scheduled check of a rejected token."""
        if self._cancel_check:
            self._cancel_check()
            self._cancel_check = None

    @callback
    def _async_try_token(self, _now: datetime) -> None:
        """Try a rejected token again, in a task that does not delay a shutdown."""
        self.config_entry.async_create_background_task(
            self.hass, self.async_refresh(), f"{DOMAIN} tries a token"
        )

    @override
    async def async_shutdown(self) -> None:
        """Stop polling when the entry is unloaded."""
        self._end_check()
        await super().async_shutdown()


class PlexReachCoordinator(PlexCoordinator[dict[str, Connection | None]]):
    """Measures the connection over which each server is reachable, if any.

    It does not depend on plex.tv: servers at home are measured during its outages.
    `data` contains the measured servers, and is updated with each result.
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
        """Skip the polling of a server while an open stream shows that it responds."""
        self._held[identifier] = connection

        @callback
        def release() -> None:
            """Poll it again."""
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
        """Call `update` as soon as the result of a server, or of any, has changed.

        All other listeners are called once, after all servers were measured: calls
        after each result would cost O(n²) for n servers.
        """
        listeners = self._result_listeners.setdefault(identifier, [])
        listeners.append(update)

        @callback
        def remove() -> None:
            """Remove the listener."""
            listeners.remove(update)
            if not listeners:
                self._result_listeners.pop(identifier, None)

        return remove

    @override
    async def _async_ask(self) -> dict[str, Connection | None]:
        """Poll every server, mostly at the connection that responded last."""
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
        # The list may have changed since the beginning.
        servers = self._account.servers
        self._asked = {key: self._asked[key] for key in servers if key in self._asked}
        return {key: self.data[key] for key in servers if key in self.data}

    def _is_proven(self, server: Server, *, full: bool) -> bool:
        """Return whether an open stream makes the measurement of a server unnecessary.

        For a full search, it does so only at a connection as good as the best one.
        """
        held = self._held.get(server.client_identifier)
        if held is None or held not in server.all_connections:
            return False
        best = server.all_connections[0]
        return not full or (held.secure, held.route) == (best.secure, best.route)

    async def _async_measure(self, server: Server, *, full: bool) -> None:
        """Measure one server, and update its entities if the result has changed."""
        key = server.client_identifier
        last = self.data.get(key)
        self._asked[key] = server.all_connections
        found = await find_connection(
            self._sessions, server, last=last, full=full, slots=self._slots
        )
        if self._asked.get(key) != server.all_connections:
            # It was removed in the meantime, or is being measured at other addresses.
            return
        # If no connection was found, the one of an open stream still works.
        found = found or self._held.get(key)
        if key not in self.data or found != last:
            self.data = {**self.data, key: found}
            for whose in (key, None):
                for update in tuple(self._result_listeners.get(whose, ())):
                    update()

    @callback
    def async_account_updated(self) -> None:
        """Measure servers now that are new or have other addresses than before."""
        for key, server in self._account.servers.items():
            if (
                self.data.get(key) not in server.all_connections
                and self._asked.get(key) != server.all_connections
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
