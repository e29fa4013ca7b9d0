"""The blueprints tell what they are for, and keep quiet otherwise."""

import shutil
from typing import TYPE_CHECKING, Any

from homeassistant.components.automation import helpers
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.plex_account.const import DOMAIN
from simulator import Fault

from . import in_time, pass_time
from .repository.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant, ServiceCall

    from simulator import Simulator

    from .conftest import Link

FOLDER = ROOT / "blueprints" / "automation" / DOMAIN
NAMES = ("server_unreachable", "sign_in_lost")
SIGNED_IN = "binary_sensor.alice_attic_signed_in"
REACHABLE = "binary_sensor.attic_reachable"


class House:
    """A home in which an automation is made from a blueprint."""

    def __init__(
        self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, folder: Path
    ) -> None:
        """Put the blueprints where Home Assistant imports them to."""
        self._hass = hass
        self._freezer = freezer
        shutil.copytree(FOLDER, folder / "blueprints" / "automation" / DOMAIN)
        hass.config.config_dir = str(folder)
        self.messages = async_mock_service(hass, "persistent_notification", "create")
        self.dismissed = async_mock_service(hass, "persistent_notification", "dismiss")
        self.own: list[ServiceCall] = async_mock_service(hass, "test", "own")

    async def use(self, name: str, **inputs: object) -> None:
        """Make an automation."""
        blueprint = {"path": f"{DOMAIN}/{name}.yaml", "input": inputs}
        assert await async_setup_component(
            self._hass, "automation", {"automation": {"use_blueprint": blueprint}}
        )
        assert self._hass.states.async_entity_ids("automation")

    async def pass_minutes(self, minutes: int) -> None:
        """Let minutes pass, one by one."""
        for _ in range(minutes):
            await pass_time(self._hass, self._freezer, 60)


@pytest.fixture
def house(hass: HomeAssistant, freezer: FrozenDateTimeFactory, tmp_path: Path) -> House:
    """Provide a home."""
    return House(hass, freezer, tmp_path)


def test_every_blueprint_is_tried() -> None:
    """There is no other."""
    assert sorted(path.stem for path in FOLDER.iterdir()) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
async def test_it_is_a_blueprint(hass: HomeAssistant, house: House, name: str) -> None:
    """Home Assistant reads it, asks for sensors of ours, and knows where it is from."""
    assert await async_setup_component(hass, "automation", {})
    blueprints = helpers.async_get_blueprints(hass)
    blueprint = await blueprints.async_get_blueprint(f"{DOMAIN}/{name}.yaml")
    assert blueprint.validate() is None
    source_url = blueprint.metadata["source_url"]
    assert source_url.endswith(f"blueprints/automation/{DOMAIN}/{name}.yaml")
    raw = load_yaml_dict(str(FOLDER / f"{name}.yaml"))
    sensor: dict[str, Any] = next(iter(raw["blueprint"]["input"].values()))
    [wanted] = sensor["selector"]["entity"]["filter"]
    assert wanted["integration"] == DOMAIN


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_sign_in_lost(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, house: House
) -> None:
    """A lost sign-in is told once; an outage of plex.tv is none."""
    await link("alice")
    await house.use("sign_in_lost", signed_in=SIGNED_IN)
    await house.pass_minutes(10)
    assert house.messages == []
    plex_tv.misbehave("GET", "/api/v2/resources", Fault.status(401), times=None)
    await house.pass_minutes(20)
    [message] = house.messages
    assert "sign-in of alice_attic" in message.data["message"]


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_an_outage_is_no_lost_sign_in(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    house: House,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Neither plex.tv away nor an account that is reloaded says anything."""
    entry = await link("alice")
    await house.use("sign_in_lost", signed_in=SIGNED_IN)
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    await house.pass_minutes(10)
    plex_tv.behave()
    await in_time(hass, freezer, hass.config_entries.async_reload(entry.entry_id))
    await house.pass_minutes(10)
    assert house.messages == []


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_lost_while_home_assistant_was_off(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    house: House,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What happened meanwhile is told at the start, by an action of one's own."""
    entry = await link("alice")
    await house.use("sign_in_lost", signed_in=SIGNED_IN, then=[{"action": "test.own"}])
    assert await hass.config_entries.async_unload(entry.entry_id)
    plex_tv.misbehave("GET", "/api/v2/user", Fault.status(401), times=None)
    setup = hass.config_entries.async_setup(entry.entry_id)
    await in_time(hass, freezer, setup)
    await house.pass_minutes(1)
    assert len(house.own) == 1
    assert house.messages == []


async def test_server_unreachable(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, house: House
) -> None:
    """A server that stays away is told after the minutes, and taken back later."""
    await link("alice")
    await house.use("server_unreachable", reachable=REACHABLE)
    await plex_tv.servers["Attic"].stop()
    await house.pass_minutes(4)
    assert house.messages == []
    await house.pass_minutes(10)
    [message] = house.messages
    assert message.data["message"] == "Attic has not answered for 5 minutes."
    assert house.dismissed == []
    await plex_tv.servers["Attic"].start()
    await house.pass_minutes(10)
    [dismissed] = house.dismissed
    assert dismissed.data["notification_id"] == message.data["notification_id"]
    assert len(house.messages) == 1


async def test_a_restart_of_the_server_is_not_told(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, house: House
) -> None:
    """One that is back before the minutes are over was never away."""
    await link("alice")
    own = [{"action": "test.own"}]
    await house.use(
        "server_unreachable", reachable=REACHABLE, minutes=15, then=own, back=own
    )
    await plex_tv.servers["Attic"].stop()
    await house.pass_minutes(6)
    assert hass.states.is_state(REACHABLE, "off")
    await plex_tv.servers["Attic"].start()
    await house.pass_minutes(10)
    assert hass.states.is_state(REACHABLE, "on")
    assert house.own == []
    await plex_tv.servers["Attic"].stop()
    await house.pass_minutes(25)
    assert len(house.own) == 1
    await plex_tv.servers["Attic"].start()
    await house.pass_minutes(10)
    assert len(house.own) == 2
