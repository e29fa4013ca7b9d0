"""Binary sensors of a linked account, of its servers and of its Home users."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory

from .devices import home_user_identifier
from .entity import (
    PlexAccountEntity,
    PlexEntity,
    PlexServerEntity,
    async_add_server_entities,
    user_device_info,
)
from .home_user import HomeUserCoordinator

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .home_user import LoadedHomeUser
    from .runtime import LinkedServer, PlexAccountConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PlexServerBinarySensorEntityDescription(BinarySensorEntityDescription):
    """Describes a binary sensor of a server."""

    is_on_fn: Callable[[LinkedServer], bool | None]


PLEX_PASS = BinarySensorEntityDescription(key="plex_pass")
SIGNED_IN = BinarySensorEntityDescription(
    key="signed_in",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

SERVER_BINARY_SENSORS = (
    PlexServerBinarySensorEntityDescription(
        key="reachable",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        is_on_fn=lambda linked: linked.reachable,
    ),
    # Not reliable: plex.tv has reported running servers as absent. Hence neither called
    # "online" nor on by default.
    PlexServerBinarySensorEntityDescription(
        key="presence",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_on_fn=lambda linked: linked.server.presence,
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
    entry.runtime_data.home_users.async_add_listener(
        lambda user: async_add_entities(
            [HomeUserSignedInBinarySensor(hass, entry, user, SIGNED_IN)],
            config_subentry_id=user.subentry_id,
        )
    )
    async_add_server_entities(
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
        """Return the value of plex.tv's last response."""
        account = self.coordinator.data.account
        return account.subscription.active if account else None


class SignedInBinarySensor(PlexAccountEntity, BinarySensorEntity):
    """Whether plex.tv accepts the account's token, as of its last response."""

    @property
    @override
    def available(self) -> bool:
        """Stay available, so that automations can react to a lost sign-in."""
        return True

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether plex.tv accepted the token, None before its first response."""
        if self.coordinator.signed_in and self.coordinator.last_success is None:
            return None
        return self.coordinator.signed_in


class HomeUserSignedInBinarySensor(PlexEntity[HomeUserCoordinator], BinarySensorEntity):
    """Whether plex.tv accepts the token of a Home user, as of its last response."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexAccountConfigEntry,
        user: LoadedHomeUser,
        description: BinarySensorEntityDescription,
    ) -> None:
        """Update with the user's coordinator."""
        super().__init__(
            user.coordinator,
            description,
            owner=home_user_identifier(entry, user.uuid),
            device_info=user_device_info(hass, entry, user),
        )

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether plex.tv accepted the token, None before its first response."""
        return self.coordinator.accepted


class PlexServerBinarySensor(PlexServerEntity, BinarySensorEntity):
    """A binary sensor of a server."""

    entity_description: PlexServerBinarySensorEntityDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the value of the last response or measurement."""
        return self.entity_description.is_on_fn(self.server) if self.server else None
