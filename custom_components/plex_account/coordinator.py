"""When plex.tv and the servers are asked, and what a failure means."""

import asyncio
from dataclasses import dataclass
import random
from typing import TYPE_CHECKING, override

from homeassistant.core import callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.singleton import singleton
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .const import (
    ACCOUNT_INTERVAL,
    DOMAIN,
    FULL_SEARCH,
    LOGGER,
    PING_INTERVAL,
    PLEX_TV_NAME,
    PLEX_TV_TIMEOUT,
    REACH_INTERVAL,
    SERVERS_INTERVAL,
    SPREAD,
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

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from aiohttp import ClientSession
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .plextv import PlexTvClient

type PlexAccountConfigEntry = ConfigEntry[PlexAccountRuntime]


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountData:
    """What plex.tv last told: whose token it is and which servers there are."""

    account: Account
    servers: dict[str, Server]
    """By client identifier."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlexAccountRuntime:
    """What a loaded account consists of."""

    client: PlexTvClient
    account: PlexAccountCoordinator
    reach: PlexReachCoordinator


class PlexAccountCoordinator(DataUpdateCoordinator[AccountData | None]):
    """Knows the account and its servers as plex.tv last told.

    There is no data as long as plex.tv rejects the token since before the start.
    """

    config_entry: PlexAccountConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: PlexAccountConfigEntry, client: PlexTvClient
    ) -> None:
        """Ask through `client`."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"Plex account {entry.title}",
            update_interval=SERVERS_INTERVAL,
            always_update=False,
        )
        self.signed_in = True
        self.last_success: datetime | None = None
        self._client = client
        now = hass.loop.time()
        self._account_due = now
        self._ping_due = now + PING_INTERVAL.total_seconds()

    @property
    def servers(self) -> dict[str, Server]:
        """The servers as plex.tv last told, by client identifier."""
        return self.data.servers if self.data else {}

    @override
    async def _async_update_data(self) -> AccountData:
        """Ask what is due; only a rejected token asks for a new sign-in."""
        interval = spread(SERVERS_INTERVAL)
        self.update_interval = interval
        try:
            async with asyncio.timeout(PLEX_TV_TIMEOUT):
                data = await self._async_ask()
        except PlexTvAuthenticationError as err:
            self.signed_in = False
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="signed_out"
            ) from err
        except PlexTvRateLimitError as err:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="rate_limited",
                translation_placeholders={"whom": PLEX_TV_NAME},
                # A moment that is near, or past by our clock, draws no more of them.
                retry_after=max(err.retry_after or 0.0, interval.total_seconds()),
            ) from err
        except (PlexTvError, TimeoutError) as err:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="cannot_connect",
                translation_placeholders={"whom": PLEX_TV_NAME},
            ) from err
        self.signed_in = True
        self.last_success = dt_util.utcnow()
        # With it Home Assistant would keep plex.tv's answer and what was known before.
        self.last_exception = None
        return data

    async def _async_ask(self) -> AccountData:
        """Ask for the servers, and now and then for the account and a longer life."""
        now = self.hass.loop.time()
        if now >= self._ping_due:
            await self._client.ping()
            self._ping_due = now + PING_INTERVAL.total_seconds()
        if self.data is None or now >= self._account_due:
            account = await self._client.get_account()
            self._account_due = now + spread(ACCOUNT_INTERVAL).total_seconds()
        else:
            account = self.data.account
        servers = await self._client.get_servers()
        return AccountData(
            account=account,
            servers={server.client_identifier: server for server in servers},
        )

    @override
    def _async_refresh_finished(self) -> None:
        """Tell the entities of a lost sign-in, also when plex.tv was away before it."""
        if not self.signed_in:
            self.async_update_listeners()


class PlexReachCoordinator(DataUpdateCoordinator[dict[str, Connection | None]]):
    """Knows over which connection each server answers, if it answers at all.

    It goes on while plex.tv is away: a server at home does not need plex.tv to answer.
    """

    config_entry: PlexAccountConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        account: PlexAccountCoordinator,
        session: ClientSession,
    ) -> None:
        """Measure the servers of `account`."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=account.config_entry,
            name=f"Servers of {account.config_entry.title}",
            update_interval=REACH_INTERVAL,
            always_update=False,
        )
        self.data = {}
        self._account = account
        self._session = session
        self._slots = reach_slots(hass)
        self._round = 0

    @override
    async def _async_update_data(self) -> dict[str, Connection | None]:
        """Ask every server, mostly just where it answered last."""
        self.update_interval = spread(REACH_INTERVAL)
        self._round += 1
        servers = self._account.servers
        connections = await asyncio.gather(
            *(
                find_connection(
                    self._session,
                    server,
                    last=self.data.get(identifier)
                    if (self._round + number) % FULL_SEARCH
                    else None,
                    slots=self._slots,
                )
                for number, (identifier, server) in enumerate(servers.items())
            )
        )
        return dict(zip(servers, connections, strict=True))

    @callback
    def async_account_updated(self) -> None:
        """Measure servers that have just appeared without waiting for their turn."""
        if self._account.servers.keys() - self.data.keys():
            self.config_entry.async_create_background_task(
                self.hass, self.async_request_refresh(), f"{DOMAIN} new servers"
            )


@singleton(f"{DOMAIN}_reach_slots")
def reach_slots(hass: HomeAssistant) -> asyncio.Semaphore:
    """Return what bounds the requests to servers, for all accounts together."""
    return asyncio.Semaphore(REACH_SLOTS)


def spread(interval: timedelta) -> timedelta:
    """Vary an interval a little by chance."""
    return interval * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - no secret
