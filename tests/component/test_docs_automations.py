"""The examples of docs/automations.md and docs/events.md work as they are written."""

from typing import TYPE_CHECKING, Any

from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.repository.documents import DOCUMENTS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

ATTIC = "binary_sensor.attic_reachable"
EXAMPLES: list[Any] = [
    parse_yaml(block)
    for document in ("docs/automations.md", "docs/events.md")
    for block in DOCUMENTS[document].blocks("yaml")
]
UNREACHABLE, CONDITION, MOVIE = EXAMPLES


async def test_a_server_that_does_not_respond(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, instance: Instance
) -> None:
    """The trigger fires after five minutes."""
    await link("alice")
    assert await async_setup_component(hass, "automation", {"automation": UNREACHABLE})
    messages = async_mock_service(hass, "persistent_notification", "create")
    await plex_tv.servers["Attic"].stop()
    await instance.pass_time_until_shown(ATTIC, "off")
    await instance.pass_time(280)
    assert messages == []
    await instance.pass_time(30)
    [message] = messages
    assert message.data["message"] == "Attic has not responded for five minutes."


async def test_the_condition(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, instance: Instance
) -> None:
    """As a part of an automation, the condition follows the server."""
    await link("alice")
    calls = async_mock_service(hass, "test", "act")
    automation = {
        "triggers": {"trigger": "event", "event_type": "now"},
        "actions": {"action": "test.act"},
    }
    automation |= CONDITION
    assert await async_setup_component(hass, "automation", {"automation": automation})
    hass.bus.async_fire("now")
    await hass.async_block_till_done()
    assert len(calls) == 1
    await plex_tv.servers["Attic"].stop()
    await instance.pass_time_until_shown(ATTIC, "off")
    hass.bus.async_fire("now")
    await hass.async_block_till_done()
    assert len(calls) == 1


async def test_a_movie_that_starts(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, instance: Instance
) -> None:
    """The lights are dimmed once, for the player that is named."""
    await link("alice")
    assert await async_setup_component(hass, "automation", {"automation": MOVIE})
    lights = async_mock_service(hass, "light", "turn_on")
    playback = plex_tv.servers["Attic"].playback
    casey = plex_tv.people["casey"]
    playback.start(casey, facts={"Player": {"title": "Tablet"}})
    await instance.pass_time(10)
    assert lights == []
    playback.start(casey)
    await instance.pass_time(10)
    [call] = lights
    assert call.data["entity_id"] == ["light.living_room"]
    assert call.data["brightness_pct"] == 10
