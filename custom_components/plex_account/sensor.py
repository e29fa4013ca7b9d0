"""Sensors of a linked account and of its servers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    MAX_LENGTH_STATE_STATE,
    EntityCategory,
    Platform,
    UnitOfDataRate,
)
from homeassistant.core import callback

from .const import NO_ROUTE
from .entity import (
    AuthorizedDevicesEntity,
    PlexAccountEntity,
    PlexServerEntity,
    async_add_once,
    async_add_server_entities,
    async_remove_server_entities,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .plextv import Server, Session, Subscription
    from .runtime import LinkedServer, PlexAccountConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PlexSubscriptionSensorEntityDescription(SensorEntityDescription):
    """Describes a sensor of the account's Plex Pass."""

    value_fn: Callable[[Subscription], str | datetime | None]


@dataclass(frozen=True, kw_only=True)
class PlexServerSensorEntityDescription(SensorEntityDescription):
    """Describes a sensor of a server."""

    value_fn: Callable[[LinkedServer], str | datetime | None]


@dataclass(frozen=True, kw_only=True)
class PlexSessionsSensorEntityDescription(SensorEntityDescription):
    """Describes a sensor of the sessions of an own server."""

    value_fn: Callable[[list[Session]], int]


SUBSCRIPTION_SENSORS = (
    PlexSubscriptionSensorEntityDescription(
        key="plan",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda subscription: _plan_name(subscription.plan),
    ),
    PlexSubscriptionSensorEntityDescription(
        key="subscribed_at",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda subscription: subscription.subscribed_at,
    ),
)
SERVERS_REACHABLE = SensorEntityDescription(
    key="servers_reachable",
    state_class=SensorStateClass.MEASUREMENT,
)
DEVICES = SensorEntityDescription(
    key="devices",
    state_class=SensorStateClass.MEASUREMENT,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)
SERVER_SENSORS = (
    PlexServerSensorEntityDescription(
        key="route",
        device_class=SensorDeviceClass.ENUM,
        options=["local", "remote", "relay", NO_ROUTE],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda linked: linked.route,
    ),
    PlexServerSensorEntityDescription(
        key="last_seen",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda linked: linked.server.last_seen_at,
    ),
)
SESSIONS_SENSORS = (
    PlexSessionsSensorEntityDescription(
        key="streams",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=len,
    ),
    PlexSessionsSensorEntityDescription(
        key="transcodes",
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=False,
        value_fn=lambda sessions: sum(session.transcodes for session in sessions),
    ),
    PlexSessionsSensorEntityDescription(
        key="bandwidth",
        device_class=SensorDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.KILOBITS_PER_SECOND,
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=False,
        value_fn=lambda sessions: sum(session.bandwidth or 0 for session in sessions),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexAccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of one account."""
    async_add_entities(
        [
            ServersReachableSensor(entry, SERVERS_REACHABLE),
            AuthorizedDevicesSensor(entry, DEVICES),
        ]
    )
    _async_add_subscription_sensors(entry, async_add_entities)
    live = entry.runtime_data.live

    def of_server(server: Server) -> Iterable[SensorEntity]:
        """Yield the sensors of a server; only its owner may list sessions."""
        for description in SERVER_SENSORS:
            yield PlexServerSensor(hass, entry, server, description)
        if server.owned and live.follows(server):
            for sessions in SESSIONS_SENSORS:
                yield PlexSessionsSensor(hass, entry, server, sessions)
        else:
            async_remove_server_entities(
                hass, entry, server, Platform.SENSOR, SESSIONS_SENSORS
            )

    async_add_server_entities(entry, async_add_entities, of_server)


def _plan_name(plan: str | None) -> str | None:
    """Return the name of a plan; plex.tv sends some in lower case ("lifetime")."""
    return plan and plan[:1].upper() + plan[1:MAX_LENGTH_STATE_STATE]


@callback
def _async_add_subscription_sensors(
    entry: PlexAccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of the Plex Pass as soon as the account has one."""
    coordinator = entry.runtime_data.account

    def has_plex_pass() -> bool:
        """Return whether the account has Plex Pass."""
        account = coordinator.data.account
        return account is not None and account.subscription.active

    async_add_once(
        entry,
        coordinator,
        has_plex_pass,
        lambda: async_add_entities(
            PlexSubscriptionSensor(entry, description)
            for description in SUBSCRIPTION_SENSORS
        ),
    )


class PlexSubscriptionSensor(PlexAccountEntity, SensorEntity):
    """A sensor of the account's Plex Pass."""

    entity_description: PlexSubscriptionSensorEntityDescription

    @property
    @override
    def native_value(self) -> str | datetime | None:
        """Return the value of plex.tv's last response."""
        account = self.coordinator.data.account
        value_fn = self.entity_description.value_fn
        return value_fn(account.subscription) if account else None


class ServersReachableSensor(PlexAccountEntity, SensorEntity):
    """The number of the account's servers that are reachable."""

    def __init__(
        self, entry: PlexAccountConfigEntry, description: SensorEntityDescription
    ) -> None:
        """Update with the account's coordinator."""
        super().__init__(entry, description)
        self._runtime = entry.runtime_data

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the measurements of all servers."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._runtime.reach.async_add_result_listener(
                None, self._handle_coordinator_update
            )
        )

    @property
    @override
    def available(self) -> bool:
        """Whether the servers are known, for which plex.tv need not be reachable."""
        return self.coordinator.data.servers is not None

    @property
    @override
    def native_value(self) -> int:
        """Return the number of servers that responded to their last measurement."""
        return sum(server.reachable for server in self._runtime.servers().values())


class AuthorizedDevicesSensor(AuthorizedDevicesEntity, SensorEntity):
    """The number of devices that are signed in, including this Home Assistant."""

    @property
    @override
    def native_value(self) -> int | None:
        """Return the number of rows of the last list."""
        devices = self.coordinator.data
        return None if devices is None else len(devices)


class PlexServerSensor(PlexServerEntity, SensorEntity):
    """A sensor of a server."""

    entity_description: PlexServerSensorEntityDescription

    @property
    @override
    def native_value(self) -> str | datetime | None:
        """Return the value of the last response or measurement."""
        return self.entity_description.value_fn(self.server) if self.server else None


class PlexSessionsSensor(PlexServerEntity, SensorEntity):
    """A sensor of the sessions of an own server."""

    entity_description: PlexSessionsSensorEntityDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the server's feed."""
        await super().async_added_to_hass()
        feed = self._runtime.live.feed(self._machine_identifier)
        self.async_on_remove(feed.async_add_listener(self._handle_coordinator_update))

    @property
    @override
    def available(self) -> bool:
        """Whether the server's sessions are known."""
        return super().available and self._sessions is not None

    @property
    @override
    def native_value(self) -> int | None:
        """Return a number that is calculated from the current sessions."""
        sessions = self._sessions
        return None if sessions is None else self.entity_description.value_fn(sessions)

    @property
    def _sessions(self) -> list[Session] | None:
        """The sessions, None while they are not known."""
        return self._runtime.live.feed(self._machine_identifier).sessions
