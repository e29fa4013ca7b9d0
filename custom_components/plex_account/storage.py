"""Stored data of an account, for a start while plex.tv is not reachable."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .coordinator import AccountData
from .plextv import read_servers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .plextv import Server

STORAGE_VERSION: Final = 1
# Seconds; changes that come together are written once.
SAVE_DELAY: Final = 1


class AccountStore:
    """Stores names of the account and its Home users, servers and device numbers.

    All come from plex.tv's last responses, without tokens. Servers are stored in the
    format of plex.tv's own list, which has a tolerant reader.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Prepare the store of `entry`."""
        self._store: Store[dict[str, Any]] = Store(
            hass, STORAGE_VERSION, f"{DOMAIN}.{entry.entry_id}", private=True
        )
        self._stored: dict[str, Any] = {}
        self._is_changed = False
        self._is_closed = False

    @property
    def name(self) -> str | None:
        """The account's name in the last response of plex.tv."""
        return self._stored.get("name")

    @property
    def home_names(self) -> dict[str, str]:
        """The names of Home users in the last response of plex.tv, by their uuid."""
        return dict(self._stored.get("home_names", {}))

    @property
    def devices(self) -> frozenset[int] | None:
        """Numbers of the signed-in devices; None if none are stored."""
        numbers = self._stored.get("devices")
        return None if numbers is None else frozenset(numbers)

    async def async_load(self) -> AccountData:
        """Return the stored data; its servers are None if nothing is stored."""
        self._stored = await self._store.async_load() or {}
        rows = self._stored.get("servers")
        if rows is None:
            return AccountData()
        return AccountData(
            servers={server.client_identifier: server for server in read_servers(rows)}
        )

    @callback
    def async_save(self, data: AccountData) -> None:
        """Store the data of plex.tv, if they changed."""
        known = dict(self._stored)
        if data.account:
            known["name"] = data.account.name
        if data.servers is not None:
            known["servers"] = [
                _row(row) for server in data.servers.values() for row in server.rows
            ]
        self._async_write(known)

    @callback
    def async_save_devices(self, numbers: Iterable[int] | None) -> None:
        """Store the numbers of the signed-in devices; None forgets them."""
        known = {key: self._stored[key] for key in self._stored if key != "devices"}
        if numbers is not None:
            known["devices"] = sorted(numbers)
        self._async_write(known)

    @callback
    def async_save_home_names(self, names: Mapping[str, str]) -> None:
        """Store the names of Home users, by their uuid."""
        self._async_write({**self._stored, "home_names": dict(names)})

    @callback
    def _async_write(self, known: dict[str, Any]) -> None:
        """Store the data, if they changed."""
        if known != self._stored and not self._is_closed:
            self._stored = known
            self._is_changed = True
            self._store.async_delay_save(lambda: self._stored, SAVE_DELAY)

    async def async_close(self) -> None:
        """Write pending changes now, and ignore all later ones.

        The account may be reloaded immediately, or its file may be deleted.
        """
        self._is_closed = True
        if self._is_changed:
            await self._store.async_save(self._stored)

    async def async_remove(self) -> None:
        """Delete the stored data."""
        await self._store.async_remove()


def _row(server: Server) -> dict[str, Any]:
    """Return a server as a row of plex.tv's list, without its token.

    Fields that change at each poll are left out, because each change is written.
    """
    return {
        "clientIdentifier": server.client_identifier,
        "provides": "server",
        "name": server.name,
        "owned": server.owned,
        "publicAddressMatches": server.nearby,
        "sourceTitle": server.owner_name,
        "productVersion": server.version,
        "platform": server.platform,
        "connections": [
            {
                "uri": connection.uri,
                "local": connection.local,
                "relay": connection.relay,
            }
            for connection in server.connections
        ],
    }
