"""Sensors of a linked account and of its servers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import MAX_LENGTH_STATE_STATE, EntityCategory

from .entity import PlexAccountEntity, PlexServerEntity
from .servers import async_follow_servers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import PlexAccountConfigEntry
    from .plextv import Connection, Server, Subscription

PARALLEL_UPDATES = 0
NO_ROUTE = "none"


@dataclass(frozen=True, kw_only=True)
class PlexSubscriptionSensorEntityDescription(SensorEntityDescription):
    """A fact about the account's Plex Pass."""

    value_fn: Callable[[Subscription], str | datetime | None]


@dataclass(frozen=True, kw_only=True)
class PlexServerSensorEntityDescription(SensorEntityDescription):
    """A fact about a server."""

    value_fn: Callable[[Server, Connection | None], str | datetime | None]


SUBSCRIPTION_SENSORS = (
    PlexSubscriptionSensorEntityDescription(
        key="plan",
        translation_key="plan",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda subscription: (
            subscription.plan and subscription.plan[:MAX_LENGTH_STATE_STATE]
        ),
    ),
    PlexSubscriptionSensorEntityDescription(
        key="subscribed_at",
        translation_key="subscribed_at",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda subscription: subscription.subscribed_at,
    ),
)
SERVERS_REACHABLE = SensorEntityDescription(
    key="servers_reachable",
    translation_key="servers_reachable",
    state_class=SensorStateClass.MEASUREMENT,
)
SERVER_SENSORS = (
    PlexServerSensorEntityDescription(
        key="route",
        translation_key="route",
        device_class=SensorDeviceClass.ENUM,
        options=["local", "remote", "relay", NO_ROUTE],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda _server, connection: (
            connection.route if connection else NO_ROUTE
        ),
    ),
    PlexServerSensorEntityDescription(
        key="last_seen",
        translation_key="last_seen",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda server, _connection: server.last_seen_at,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of one account."""
    async_add_entities([ServersReachableSensor(entry, SERVERS_REACHABLE)])
    async_add_entities(
        PlexSubscriptionSensor(entry, description)
        for description in SUBSCRIPTION_SENSORS
    )
    async_follow_servers(
        entry,
        async_add_entities,
        lambda server: (
            PlexServerSensor(hass, entry, server, description)
            for description in SERVER_SENSORS
        ),
    )


class PlexSubscriptionSensor(PlexAccountEntity, SensorEntity):
    """A fact about the account's Plex Pass."""

    entity_description: PlexSubscriptionSensorEntityDescription

    @property
    @override
    def native_value(self) -> str | datetime | None:
        """Return what plex.tv last told."""
        if self.coordinator.data is None:
            return None
        return self.entity_description.value_fn(
            self.coordinator.data.account.subscription
        )


class ServersReachableSensor(PlexAccountEntity, SensorEntity):
    """How many of the account's servers answer."""

    def __init__(
        self, entry: PlexAccountConfigEntry, description: SensorEntityDescription
    ) -> None:
        """Count what `reach` measures."""
        super().__init__(entry, description)
        self._reach = entry.runtime_data.reach

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what was measured as well."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._reach.async_add_listener(self._handle_coordinator_update)
        )

    @property
    @override
    def available(self) -> bool:
        """Whether the servers are known; plex.tv need not answer now for that."""
        return self.coordinator.data is not None

    @property
    @override
    def native_value(self) -> int:
        """Count the servers that answered when they were last asked."""
        return sum(
            self._reach.data.get(identifier) is not None
            for identifier in self.coordinator.servers
        )


class PlexServerSensor(PlexServerEntity, SensorEntity):
    """A fact about a server."""

    entity_description: PlexServerSensorEntityDescription

    @property
    @override
    def native_value(self) -> str | datetime | None:
        """Return what was told or measured last."""
        if self.server is None:
            return None
        return self.entity_description.value_fn(self.server, self.connection)
