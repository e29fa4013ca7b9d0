"""Automations made from the blueprints."""

import shutil
from typing import TYPE_CHECKING

from homeassistant.core import CoreState
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.plex_account.const import DOMAIN
from tests.repository.blueprints import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant, ServiceCall

    from .instance import Instance


class BlueprintAutomations:
    """Automations made from the blueprints, and the actions that they called."""

    def __init__(self, instance: Instance, folder: Path) -> None:
        """Copy the blueprints into a configuration folder."""
        self.instance = instance
        self._hass = hass = instance.hass
        shutil.copytree(FOLDER, folder / "blueprints" / "automation" / DOMAIN)
        hass.config.config_dir = str(folder)
        self.messages = async_mock_service(hass, "persistent_notification", "create")
        self.dismissed = async_mock_service(hass, "persistent_notification", "dismiss")
        self.then: list[ServiceCall] = async_mock_service(hass, "test", "then")
        self.back: list[ServiceCall] = async_mock_service(hass, "test", "back")

    async def use(
        self, name: str, *others: dict[str, object], **inputs: object
    ) -> None:
        """Make an automation, and others of the same blueprint with other inputs."""
        automations = [
            {
                "alias": f"{name} {number}",
                "use_blueprint": {"path": f"{DOMAIN}/{name}.yaml", "input": each},
            }
            for number, each in enumerate((inputs, *others))
        ]
        assert await async_setup_component(
            self._hass, "automation", {"automation": automations}
        )
        made = self._hass.states.async_entity_ids("automation")
        assert len(made) == len(automations)

    async def pass_minutes(self, minutes: int) -> None:
        """Let minutes pass, one by one.

        Each minute ends with a short step for a measurement. Without it, a measurement
        that fails would take a whole minute, and the next one would be late.
        """
        for _ in range(minutes):
            await self.instance.pass_time(56)
            await self.instance.pass_time(4)

    def devices_of(self, *entities: str) -> list[str]:
        """Return the devices of entities, for an input of a blueprint."""
        return [device_of(self._hass, entity_id) for entity_id in entities]

    def before_start(self) -> None:
        """Set the state of Home Assistant to that before its start."""
        self._hass.set_state(CoreState.not_running)

    async def start(self) -> None:
        """Start Home Assistant with the existing entries and automations."""
        await self.instance.in_time(self._hass.async_start())
        await self.pass_minutes(1)


def device_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the device of an entity."""
    entity = er.async_get(hass).async_get(entity_id)
    assert entity
    assert entity.device_id
    return entity.device_id


async def add_phone(hass: HomeAssistant) -> tuple[str, list[ServiceCall]]:
    """Add a phone with the app; return its device and its notifications."""
    entry = MockConfigEntry(
        domain="mobile_app",
        data={
            "app_data": {"push_websocket_channel": True},
            "app_id": "app",
            "app_name": "App",
            "app_version": "1",
            "device_id": "phone",
            "device_name": "Phone",
            "manufacturer": "Maker",
            "model": "Model",
            "os_name": "OS",
            "os_version": "1",
            "supports_encryption": False,
            "user_id": "user",
            "webhook_id": "webhook",
        },
    )
    entry.add_to_hass(hass)
    assert await async_setup_component(hass, "mobile_app", {})
    await hass.async_block_till_done()
    [device] = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return device.id, async_mock_service(hass, "notify", "mobile_app_phone")
