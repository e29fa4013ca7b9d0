"""Binary sensors of a linked account and of its servers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory

from .entity import PlexAccountEntity, PlexServerEntity
from .servers import async_follow_servers

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import PlexAccountConfigEntry
    from .plextv import Connection, Server

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PlexServerBinarySensorEntityDescription(BinarySensorEntityDescription):
    """A yes or no about a server."""

    is_on_fn: Callable[[Server, Connection | None], bool]


PLEX_PASS = BinarySensorEntityDescription(key="plex_pass", translation_key="plex_pass")
SIGNED_IN = BinarySensorEntityDescription(
    key="signed_in",
    translation_key="signed_in",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

SERVER_BINARY_SENSORS = (
    PlexServerBinarySensorEntityDescription(
        key="reachable",
        translation_key="reachable",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        is_on_fn=lambda _server, connection: connection is not None,
    ),
    # What plex.tv remembers of the server's last visit: running servers have been
    # reported as absent, hence neither "online" nor on by default.
    PlexServerBinarySensorEntityDescription(
        key="presence",
        translation_key="presence",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_on_fn=lambda server, _connection: server.presence,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of one account."""
    async_add_entities(
        [PlexPassBinarySensor(entry, PLEX_PASS), SignedInBinarySensor(entry, SIGNED_IN)]
    )
    async_follow_servers(
        entry,
        async_add_entities,
        lambda server: (
            PlexServerBinarySensor(hass, entry, server, description)
            for description in SERVER_BINARY_SENSORS
        ),
    )


class PlexPassBinarySensor(PlexAccountEntity, BinarySensorEntity):
    """Whether the account has Plex Pass."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what plex.tv last told."""
        data = self.coordinator.data
        return data.account.subscription.active if data else None


class SignedInBinarySensor(PlexAccountEntity, BinarySensorEntity):
    """Whether plex.tv accepts the account's token, as far as anybody knows."""

    @property
    @override
    def available(self) -> bool:
        """Stay available: an automation is to hear of a lost sign-in."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Return whether plex.tv accepted the token when it last answered."""
        return self.coordinator.signed_in


class PlexServerBinarySensor(PlexServerEntity, BinarySensorEntity):
    """A yes or no about a server."""

    entity_description: PlexServerBinarySensorEntityDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what was told or measured last."""
        if self.server is None:
            return None
        return self.entity_description.is_on_fn(self.server, self.connection)
