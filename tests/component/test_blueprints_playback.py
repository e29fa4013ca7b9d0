"""The blueprints for what servers tell: lights during a film, news of the library."""

from typing import TYPE_CHECKING

from homeassistant.core import CoreState
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.plex_account.plextv.library_news import CALM
from tests.helpers.automations import BlueprintAutomations
from tests.helpers.clock import pass_time

if TYPE_CHECKING:
    from pathlib import Path

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant, ServiceCall

    from simulator import Simulator
    from tests.conftest import Link

PLAYBACK = "event.attic_playback"
LIGHTS = ["light.sofa", "light.shelf"]


@pytest.fixture
def automations(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, tmp_path: Path
) -> BlueprintAutomations:
    """Provide automations that are made from the blueprints."""
    return BlueprintAutomations(hass, freezer, tmp_path)


@pytest.fixture
def lights(hass: HomeAssistant) -> list[ServiceCall]:
    """Provide lights."""
    return async_mock_service(hass, "light", "turn_on")


def server(hass: HomeAssistant) -> str:
    """Return the device of the server."""
    entity = er.async_get(hass).async_get(PLAYBACK)
    assert entity
    return str(entity.device_id)


async def test_a_film(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    automations: BlueprintAutomations,
    lights: list[ServiceCall],
) -> None:
    """Lights are dimmed when it starts, and come back when it is paused and stopped."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    await automations.use("film_lights", server=server(hass), lights=LIGHTS)
    casey, play = plex_tv.people["casey"], plex_tv.servers["Attic"].playback
    film = play.start(casey)
    await pass_time(hass, freezer, 1)
    play.pause(film)
    await pass_time(hass, freezer, 1)
    play.resume(film)
    await pass_time(hass, freezer, 1)
    play.stop(film)
    await pass_time(hass, freezer, 1)
    assert [call.data["brightness_pct"] for call in lights] == [10, 40, 10, 100]
    assert lights[0].data["entity_id"] == LIGHTS


@pytest.mark.parametrize(
    ("inputs", "dimmed"),
    [
        ({"player": "Living Room TV", "user": "Casey"}, True),
        ({"player": "Bedroom"}, False),
        ({"user": "Alice"}, False),
        ({"kinds": ["episode"]}, False),
    ],
)
async def test_what_counts(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    automations: BlueprintAutomations,
    lights: list[ServiceCall],
    inputs: dict[str, object],
    *,
    dimmed: bool,
) -> None:
    """A player, a person and kinds can be chosen."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    await automations.use("film_lights", server=server(hass), lights=LIGHTS, **inputs)
    plex_tv.servers["Attic"].playback.start(plex_tv.people["casey"])
    await pass_time(hass, freezer, 1)
    assert bool(lights) is dimmed


async def test_nothing_happened(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    automations: BlueprintAutomations,
    lights: list[ServiceCall],
) -> None:
    """A start of Home Assistant and a reload of the account move no light."""
    hass.set_state(CoreState.not_running)
    playback = plex_tv.servers["Attic"].playback
    playback.pause(playback.start(plex_tv.people["casey"]))
    entry = await link("alice")
    await automations.use("film_lights", server=server(hass), lights=LIGHTS)
    await automations.start()
    await automations.reload(entry)
    await pass_time(hass, freezer, 5)
    assert lights == []


async def test_something_new(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    automations: BlueprintAutomations,
) -> None:
    """Titles are told one by one, and a large import ends with a number."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    await automations.use("library_added", server=server(hass))
    playback = plex_tv.servers["Attic"].playback
    playback.add_title("A New [Film](https://h.example)")
    playback.add_title("Pilot", kind="episode", series="Letters", season=1, number=1)
    playback.add_title("A Record", kind="album")
    await pass_time(hass, freezer, CALM + 1)
    await pass_time(hass, freezer, 1)
    assert [message.data["message"] for message in automations.messages] == [
        r"A New \[Film\]\(https\:\/\/h\.example\)",
        r"Letters\: Pilot",
    ]
    assert automations.messages[0].data["title"] == "New at Attic"
    for number in range(15):
        playback.add_title(f"Film {number}")
    await pass_time(hass, freezer, CALM + 1)
    await pass_time(hass, freezer, 1)
    assert len(automations.messages) == 2 + 11
    assert automations.messages[-1].data["message"] == "5 more titles"
