"""Base classes of the entities, and helpers that add and remove entities."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, override

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.update_coordinator import (
    CoordinatorEntity,
    DataUpdateCoordinator,
)

from .authorized_devices import AuthorizedDevicesCoordinator
from .const import DOMAIN
from .coordinator import PlexAccountCoordinator, PlexReachCoordinator
from .devices import (
    account_device_info,
    async_get_account_device,
    home_user_device_info,
    home_user_identifier,
    server_device_info,
    server_identifier,
)
from .watchlist import WatchlistCoordinator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from homeassistant.const import Platform
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.device_registry import DeviceInfo
    from homeassistant.helpers.entity import Entity, EntityDescription
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .home_user import LoadedHomeUser
    from .plextv import Server, Title
    from .runtime import LinkedServer, PlexAccountConfigEntry


def _unique_id(owner: str, description: EntityDescription) -> str:
    """Return the unique id of an entity of `owner`."""
    return f"{owner}_{description.key}"


class PlexEntity[CoordinatorT: DataUpdateCoordinator[Any]](
    CoordinatorEntity[CoordinatorT]
):
    """An entity of a linked account, or of a server or Home user of it."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: CoordinatorT,
        description: EntityDescription,
        *,
        owner: str,
        device_info: DeviceInfo,
    ) -> None:
        """Assign the entity to a device; its unique id begins with `owner`."""
        super().__init__(coordinator)
        self.entity_description = description
        self._attr_translation_key = description.key
        self._attr_unique_id = _unique_id(owner, description)
        self._attr_device_info = device_info


class PlexAccountDeviceEntity[CoordinatorT: DataUpdateCoordinator[Any]](
    PlexEntity[CoordinatorT]
):
    """An entity of an account's device."""

    def __init__(
        self,
        entry: PlexAccountConfigEntry,
        coordinator: CoordinatorT,
        description: EntityDescription,
    ) -> None:
        """Assign the entity to the account's device."""
        super().__init__(
            coordinator,
            description,
            owner=str(entry.unique_id),
            device_info=account_device_info(entry),
        )


class PlexAccountEntity(PlexAccountDeviceEntity[PlexAccountCoordinator]):
    """An entity that shows plex.tv's data of an account."""

    def __init__(
        self, entry: PlexAccountConfigEntry, description: EntityDescription
    ) -> None:
        """Update with the account's coordinator."""
        super().__init__(entry, entry.runtime_data.account, description)

    @property
    @override
    def available(self) -> bool:
        """Whether the last poll succeeded and the account was read."""
        return super().available and self.coordinator.data.account is not None


class AuthorizedDevicesEntity(PlexAccountDeviceEntity[AuthorizedDevicesCoordinator]):
    """An entity that shows the devices that are signed in to an account."""

    def __init__(
        self, entry: PlexAccountConfigEntry, description: EntityDescription
    ) -> None:
        """Update with the list of devices."""
        super().__init__(entry, entry.runtime_data.devices, description)

    @property
    @override
    def available(self) -> bool:
        """Whether the last poll succeeded; there may have been none yet."""
        return super().available and self.coordinator.data is not None


class PlexServerEntity(PlexEntity[PlexReachCoordinator]):
    """An entity of a server's device."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexAccountConfigEntry,
        server: Server,
        description: EntityDescription,
    ) -> None:
        """Assign the entity to the server's device."""
        super().__init__(
            entry.runtime_data.reach,
            description,
            owner=server_identifier(entry, server.client_identifier),
            device_info=server_device_info(
                entry, server, async_get_account_device(hass, entry)
            ),
        )
        self._runtime = entry.runtime_data
        self._machine_identifier = server.client_identifier

    @property
    def server(self) -> LinkedServer | None:
        """The server as of the last list, None if the account no longer has it."""
        return self._runtime.server(self._machine_identifier)

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the server's measurements, and to plex.tv's list of servers."""
        await super().async_added_to_hass()
        update = self._handle_coordinator_update
        self.async_on_remove(self._runtime.account.async_add_listener(update))
        self.async_on_remove(
            self.coordinator.async_add_result_listener(self._machine_identifier, update)
        )

    @property
    @override
    def available(self) -> bool:
        """Whether the server was measured, for which plex.tv need not be reachable."""
        return self.server is not None and self.server.measured


@dataclass(frozen=True, kw_only=True, slots=True)
class ListOwner:
    """The owner of a watchlist: the account, or one of its Home users."""

    identifier: str
    device_info: DeviceInfo
    watchlist: WatchlistCoordinator
    subentry_id: str | None
    """None for the account itself."""


class PlexWatchlistEntity(PlexEntity[WatchlistCoordinator]):
    """An entity that shows a watchlist, on the device of its owner."""

    def __init__(
        self,
        entry: PlexAccountConfigEntry,
        owner: ListOwner,
        description: EntityDescription,
    ) -> None:
        """Update with the watchlist of an owner."""
        super().__init__(
            owner.watchlist,
            description,
            owner=owner.identifier,
            device_info=owner.device_info,
        )
        self.entry_id = entry.entry_id
        self.subentry_id = owner.subentry_id
        self.availability = entry.runtime_data.availability

    @property
    def titles(self) -> tuple[Title, ...]:
        """The titles on the list, the one that was added last first."""
        return self.coordinator.data.titles or ()

    @property
    @override
    def available(self) -> bool:
        """Whether the last poll of the list succeeded."""
        return super().available and self.coordinator.data.allowed


@callback
def async_add_once(
    entry: PlexAccountConfigEntry,
    coordinator: DataUpdateCoordinator[Any],
    is_due: Callable[[], bool],
    add: Callable[[], None],
) -> None:
    """Call `add` once, as soon as `is_due` is true after an update of a coordinator."""
    added = False

    @callback
    def look() -> None:
        """Call `add` if it is due and was not called before."""
        nonlocal added
        if not added and is_due():
            added = True
            add()

    look()
    entry.async_on_unload(coordinator.async_add_listener(look))


@callback
def async_add_watchlist_entities(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make_entities: Callable[[ListOwner], Iterable[Entity]],
    *,
    of_users: bool = True,
) -> None:
    """Add a platform's entities of each watchlist as soon as the watchlist was read.

    Accounts and users without a watchlist get none.
    """

    @callback
    def add_for(owner: ListOwner) -> None:
        """Add the entities of one list."""
        async_add_once(
            entry,
            owner.watchlist,
            lambda: (
                owner.watchlist.data.titles is not None
                # The user may have been deleted while their list was being read.
                and owner.subentry_id in {None, *entry.subentries}
            ),
            lambda: async_add_entities(
                make_entities(owner), config_subentry_id=owner.subentry_id
            ),
        )

    add_for(
        ListOwner(
            identifier=str(entry.unique_id),
            device_info=account_device_info(entry),
            watchlist=entry.runtime_data.watchlist,
            subentry_id=None,
        )
    )
    if of_users:
        entry.runtime_data.home_users.async_add_listener(
            lambda user: add_for(
                ListOwner(
                    identifier=home_user_identifier(entry, user.uuid),
                    device_info=user_device_info(hass, entry, user),
                    watchlist=user.watchlist,
                    subentry_id=user.subentry_id,
                )
            )
        )


def user_device_info(
    hass: HomeAssistant, entry: PlexAccountConfigEntry, user: LoadedHomeUser
) -> DeviceInfo:
    """Describe the device of a loaded Home user."""
    return home_user_device_info(
        entry, entry.subentries[user.subentry_id], async_get_account_device(hass, entry)
    )


@callback
def async_add_server_entities(
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make_entities: Callable[[Server], Iterable[Entity]],
) -> None:
    """Add a platform's entities for every server, now and whenever one appears."""
    account = entry.runtime_data.account
    known: set[str] = set()

    @callback
    def add_new() -> None:
        """Add new servers; forget removed ones, so that they can be added again."""
        new = [server for key, server in account.servers.items() if key not in known]
        known.clear()
        known.update(account.servers)
        async_add_entities(entity for server in new for entity in make_entities(server))

    add_new()
    entry.async_on_unload(account.async_add_listener(add_new))


@callback
def async_remove_server_entities(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    server: Server,
    platform: Platform,
    descriptions: Iterable[EntityDescription],
) -> None:
    """Remove entities that a server had before the options were changed."""
    registry = er.async_get(hass)
    owner = server_identifier(entry, server.client_identifier)
    for description in descriptions:
        unique_id = _unique_id(owner, description)
        if found := registry.async_get_entity_id(platform, DOMAIN, unique_id):
            registry.async_remove(found)
