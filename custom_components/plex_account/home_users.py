"""The Home users of a loaded account, which can be added and removed at any time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange
from homeassistant.const import CONF_TOKEN
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import (
    CONF_CLIENT_IDENTIFIER,
    DOMAIN,
    HOME_INTERVAL,
    HOME_USER,
    LOGGER,
    SERVERS_INTERVAL,
)
from .devices import async_update_home_user_device
from .home_user import LEFT_HOME, HomeUserCoordinator, LoadedHomeUser
from .plex_tv import async_get_client
from .plextv import Home, HomeUser, PlexTvError, Watchlist
from .polling import PlexCoordinator
from .watchlist import WatchlistCoordinator

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry, ConfigSubentry
    from homeassistant.core import HomeAssistant

    from .coordinator import PlexAccountCoordinator
    from .plextv import PlexTvClient
    from .storage import AccountStore

type UserListener = Callable[[LoadedHomeUser], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeData:
    """The last list of a Plex Home."""

    users: dict[str, HomeUser] = field(default_factory=dict)
    """By their uuid; empty until the list was read."""
    gone: frozenset[str] = frozenset()
    """The uuids of users who were missing from two lists in a row."""
    reading: int = 0
    """Counts reads, so that listeners are called even if a list has not changed."""


class HomeCoordinator(PlexCoordinator[HomeData]):
    """Reads the users of the Plex Home; an incomplete list is ignored."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], client: PlexTvClient
    ) -> None:
        """Use the token of the account."""
        super().__init__(
            hass,
            entry,
            name=f"Plex account {entry.title}: Plex Home",
            interval=HOME_INTERVAL,
        )
        self.data = HomeData()
        self._missing: set[str] = set()
        self._home = Home(client.transport)

    @override
    async def _async_ask(self) -> HomeData:
        """Request the list; no other feature depends on it."""
        wanted = {
            str(user.unique_id)
            for user in self.config_entry.get_subentries_of_type(HOME_USER)
        }
        if not wanted:
            return self.data
        try:
            users = {user.uuid: user for user in await self._home.get_users()}
        except PlexTvError as err:
            LOGGER.debug("Asking for the Plex Home failed: %s", type(err).__name__)
            return self.data
        if self.config_entry.unique_id not in users:
            return self.data
        missing = wanted - users.keys()
        gone = frozenset(missing & self._missing)
        self._missing = missing
        if missing - gone:
            self.update_interval = SERVERS_INTERVAL
        return HomeData(users=users, gone=gone, reading=self.data.reading + 1)


class HomeUsers:
    """The Home users of a loaded account.

    Home Assistant only signals that the entry changed, not which subentry was added,
    changed or deleted. The entry is not reloaded then, because open pages would no
    longer be updated.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        account: PlexAccountCoordinator,
        client: PlexTvClient,
        store: AccountStore,
    ) -> None:
        """Prepare for the Home users of `entry`."""
        self._hass = hass
        self._entry = entry
        self._account = account
        self._store = store
        self._home = HomeCoordinator(hass, entry, client)
        self._listeners: list[UserListener] = []
        self.loaded: dict[str, LoadedHomeUser] = {}
        """By the id of the subentry."""

    @callback
    def async_start(self) -> None:
        """Load all users, and load or drop users until the entry is unloaded."""
        for remove in (
            async_dispatcher_connect(
                self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._async_changed
            ),
            self._home.async_add_listener(self._async_home_read),
            self._async_end_issues,
        ):
            self._entry.async_on_unload(remove)
        self._async_update(added=False)

    @callback
    def async_add_listener(self, update: UserListener) -> None:
        """Call `update` with each user, including those that are added later."""
        self._listeners.append(update)
        for user in self.loaded.values():
            update(user)

    @callback
    def _async_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Compare the subentries with the loaded users after the entry changed."""
        if entry is self._entry and change is ConfigEntryChange.UPDATED:
            self._async_update(added=True)

    async def async_sign_in(self, subentry_id: str, pin: str | None) -> None:
        """Sign a user in again; raise the exceptions of `HomeUserCoordinator`."""
        user = self.loaded[subentry_id]
        await user.coordinator.async_sign_in(pin)
        self._async_ask(user)

    @callback
    def _async_update(self, *, added: bool) -> None:
        """Load new users, and drop deleted ones.

        `added` is whether new users were added just now, and not before the account was
        loaded.
        """
        entry = self._entry
        for subentry_id in self.loaded.keys() - entry.subentries.keys():
            self._async_drop(self.loaded.pop(subentry_id))
        new = False
        for user in entry.get_subentries_of_type(HOME_USER):
            async_update_home_user_device(self._hass, entry, user)
            if (loaded := self.loaded.get(user.subentry_id)) is None:
                self._async_load(user, added=added)
                new = True
            elif loaded.client.transport.token != user.data[CONF_TOKEN]:
                # A sign-in that began before the account was reloaded has ended.
                loaded.coordinator.async_set_token(user.data[CONF_TOKEN])
                self._async_ask(loaded)
        if new:
            entry.async_create_background_task(
                self._hass, self._home.async_refresh(), f"{DOMAIN} reads a Plex Home"
            )

    @callback
    def _async_load(self, user: ConfigSubentry, *, added: bool) -> None:
        """Load a user, and request their servers and watchlist."""
        hass, entry = self._hass, self._entry
        client = async_get_client(
            hass, user.data[CONF_CLIENT_IDENTIFIER], user.data[CONF_TOKEN]
        )
        watchlist = WatchlistCoordinator(
            hass,
            entry,
            Watchlist(client.transport),
            user=user,
            is_logged=lambda: not self._account.last_update_success,
        )
        coordinator = HomeUserCoordinator(
            hass,
            self._account,
            user,
            client,
            lambda: self._async_read_watchlist(watchlist),
            added=added,
        )
        loaded = LoadedHomeUser(
            subentry_id=user.subentry_id,
            uuid=str(user.unique_id),
            client=client,
            coordinator=coordinator,
            watchlist=watchlist,
        )
        self.loaded[user.subentry_id] = loaded
        coordinator.async_keep_polling()
        for update in self._listeners:
            update(loaded)
        self._async_ask(loaded)

    @callback
    def _async_ask(self, user: LoadedHomeUser) -> None:
        """Request the servers of a user, and their watchlist."""
        self._entry.async_create_background_task(
            self._hass, user.coordinator.async_refresh(), f"{DOMAIN} asks for a user"
        )
        self._async_read_watchlist(user.watchlist)

    @callback
    def _async_read_watchlist(self, watchlist: WatchlistCoordinator) -> None:
        """Read a watchlist now."""
        self._entry.async_create_background_task(
            self._hass,
            watchlist.async_refresh(),
            f"{DOMAIN} reads the watchlist of a Home user",
        )

    @callback
    def _async_drop(self, user: LoadedHomeUser) -> None:
        """End the coordinators of a deleted user, whom `sign_outs.py` signs out."""
        user.coordinator.async_set_problem(None)
        for coordinator in (user.coordinator, user.watchlist):
            self._entry.async_create_background_task(
                self._hass, coordinator.async_shutdown(), f"{DOMAIN} drops a Home user"
            )

    @callback
    def _async_home_read(self) -> None:
        """Update the names that no person has changed, and the users who have left."""
        data, names = self._home.data, self._store.home_names
        known: dict[str, str] = {}
        for user in self._entry.get_subentries_of_type(HOME_USER):
            uuid = str(user.unique_id)
            coordinator = self.loaded[user.subentry_id].coordinator
            if uuid in data.gone:
                coordinator.async_set_problem(LEFT_HOME)
            elif uuid in data.users and coordinator.problem == LEFT_HOME:
                coordinator.async_set_problem(None)
            if uuid not in data.users:
                known |= {uuid: names[uuid]} if uuid in names else {}
                continue
            name = known[uuid] = data.users[uuid].name
            if user.title == names.get(uuid) != name:
                self._hass.config_entries.async_update_subentry(
                    self._entry, user, title=name
                )
        self._store.async_save_home_names(known)

    @callback
    def _async_end_issues(self) -> None:
        """Delete the issues when the entry is unloaded; loading creates them again."""
        for user in self.loaded.values():
            user.coordinator.async_set_problem(None)
