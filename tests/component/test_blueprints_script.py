"""The blueprint of a script waits until nobody is watching, and no longer."""

import shutil
from typing import TYPE_CHECKING

from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.plex_account.const import DOMAIN
from tests.repository.blueprints import PATHS

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant, ServiceCall
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.helpers.instance import Instance

pytestmark = pytest.mark.usefixtures("listening")

NAME = "when_nobody_watches"
SCRIPT = "script.quiet"


class Script:
    """A script made from the blueprint, and what it did."""

    def __init__(self, instance: Instance, plex_tv: Simulator, folder: Path) -> None:
        """Copy the blueprint into a configuration folder."""
        self._hass = hass = instance.hass
        self._instance = instance
        self._plex_tv = plex_tv
        target = folder / "blueprints" / "script" / DOMAIN
        target.mkdir(parents=True)
        shutil.copy(PATHS[NAME], target)
        hass.config.config_dir = str(folder)
        self.messages = async_mock_service(hass, "persistent_notification", "create")
        self.then: list[ServiceCall] = async_mock_service(hass, "test", "then")
        self.otherwise: list[ServiceCall] = async_mock_service(
            hass, "test", "otherwise"
        )

    async def use(self, *servers: str, **inputs: object) -> None:
        """Make the script for some servers, by their names."""
        devices = {
            device.name: device.id
            for entry in self._hass.config_entries.async_entries(DOMAIN)
            for device in dr.async_entries_for_config_entry(
                dr.async_get(self._hass), entry.entry_id
            )
        }
        blueprint = {
            "path": f"{DOMAIN}/{NAME}.yaml",
            "input": {"servers": [devices[name] for name in servers], **inputs},
        }
        config = {"script": {"quiet": {"use_blueprint": blueprint}}}
        assert await async_setup_component(self._hass, "script", config)

    async def start(self) -> None:
        """Start it, and do not wait for its end."""
        await self._hass.services.async_call("script", "turn_on", {"entity_id": SCRIPT})
        await self._instance.pass_time(1)

    async def pass_minutes(self, minutes: int) -> None:
        """Let minutes pass, in which players report from time to time."""
        for _ in range(2 * minutes):
            for server in self._plex_tv.servers.values():
                for stream in server.data.streams:
                    server.playback.proceed(stream)
            await self._instance.pass_time(26)
            # The time that a measurement takes.
            await self._instance.pass_time(4)

    def is_waiting(self) -> bool:
        """Return whether the script has not ended."""
        return self._instance.shows(SCRIPT, "on")


@pytest.fixture
def script(instance: Instance, plex_tv: Simulator, tmp_path: Path) -> Script:
    """Provide a script that is made from the blueprint."""
    return Script(instance, plex_tv, tmp_path)


async def test_it_waits(instance: Instance, plex_tv: Simulator, script: Script) -> None:
    """The script waits for all films on all servers, and for a break between two."""
    casey, alice = plex_tv.people["casey"], plex_tv.people["alice"]
    attic, cabin = plex_tv.servers["Attic"].playback, plex_tv.servers["Cabin"].playback
    first, other = attic.start(casey), cabin.start(alice)
    await instance.pass_time(1)
    await script.use("Attic", "Cabin", then=[{"action": "test.then"}])
    await script.start()
    await script.pass_minutes(7)
    assert script.is_waiting()
    attic.stop(first)
    await script.pass_minutes(7)
    assert script.is_waiting()
    cabin.stop(other)
    await script.pass_minutes(4)
    again = attic.start(casey)
    await script.pass_minutes(7)
    assert script.is_waiting()
    attic.stop(again)
    await script.pass_minutes(4)
    assert script.is_waiting()
    assert script.then == []
    await script.pass_minutes(2)
    assert not script.is_waiting()
    assert len(script.then) == 1


async def test_nobody_is_watching(script: Script) -> None:
    """If nobody is watching, the script waits for the minutes, and then notifies."""
    await script.use("Attic", minutes=2)
    await script.start()
    assert script.is_waiting()
    # A second start changes nothing.
    await script.start()
    await script.pass_minutes(3)
    assert not script.is_waiting()
    [message] = script.messages
    assert message.data["message"] == "Nobody is watching any more."


async def test_it_gives_up(
    instance: Instance, plex_tv: Simulator, script: Script
) -> None:
    """After the time limit, the script runs its alternative actions."""
    plex_tv.servers["Attic"].playback.start(plex_tv.people["casey"])
    await instance.pass_time(1)
    await script.use("Attic", hours=1, otherwise=[{"action": "test.otherwise"}])
    await script.start()
    await script.pass_minutes(58)
    assert script.is_waiting()
    await script.pass_minutes(3)
    assert not script.is_waiting()
    assert script.messages == []
    assert len(script.otherwise) == 1


async def test_a_server_that_does_not_respond(
    instance: Instance, plex_tv: Simulator, script: Script
) -> None:
    """An unreachable server counts as in use, because its streams are unknown."""
    await plex_tv.servers["Attic"].stop()
    await script.pass_minutes(1)
    await script.use("Attic", "Cabin", hours=1)
    await script.start()
    await script.pass_minutes(10)
    assert script.is_waiting()
    await plex_tv.servers["Attic"].start()
    await script.pass_minutes(8)
    assert not script.is_waiting()
    assert len(script.messages) == 1


async def test_every_counter(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    listening: MockConfigEntry,
    script: Script,
) -> None:
    """The sensor of streams may be renamed, and other sensors may be enabled."""
    entities = er.async_get(hass)
    entities.async_update_entity("sensor.attic_bandwidth", disabled_by=None)
    entities.async_update_entity("sensor.attic_streams", new_entity_id="sensor.viewers")
    assert await instance.reload(listening)
    film = plex_tv.servers["Attic"].playback.start(plex_tv.people["casey"])
    await instance.pass_time(1)
    await script.use("Attic", minutes=1)
    await script.start()
    await script.pass_minutes(3)
    assert script.is_waiting()
    plex_tv.servers["Attic"].playback.stop(film)
    await script.pass_minutes(3)
    assert len(script.messages) == 1


async def test_a_server_of_somebody_else(script: Script) -> None:
    """For a shared server the script ends at once: its streams are unknown."""
    await script.use("Attic", "Bob's Basement")
    await script.start()
    assert not script.is_waiting()
    [message] = script.messages
    assert "cannot know who is watching" in message.data["message"]
