"""The blueprints for server events: lights during a film, new titles."""

from typing import TYPE_CHECKING

from homeassistant.core import CoreState
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.plex_account.plextv.library_news import CALM

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant, ServiceCall

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.automations import BlueprintAutomations
    from tests.helpers.instance import Instance

PLAYBACK = "event.attic_playback"
LIGHTS = ["light.sofa", "light.shelf"]


@pytest.fixture
def lights(hass: HomeAssistant) -> list[ServiceCall]:
    """Provide the calls of `light.turn_on`."""
    return async_mock_service(hass, "light", "turn_on")


@pytest.mark.usefixtures("listening")
async def test_a_film(
    instance: Instance,
    plex_tv: Simulator,
    automations: BlueprintAutomations,
    lights: list[ServiceCall],
) -> None:
    """Lights are dimmed when a film starts, and restored at a pause or stop."""
    await automations.use(
        "film_lights", servers=automations.devices_of(PLAYBACK), lights=LIGHTS
    )
    casey, play = plex_tv.people["casey"], plex_tv.servers["Attic"].playback
    film = play.start(casey)
    await instance.pass_time(1)
    play.pause(film)
    await instance.pass_time(1)
    play.resume(film)
    await instance.pass_time(1)
    play.stop(film)
    await instance.pass_time(1)
    assert [call.data["brightness_pct"] for call in lights] == [10, 40, 10, 100]
    assert lights[0].data["entity_id"] == LIGHTS


@pytest.mark.usefixtures("listening")
async def test_a_film_on_either_server(
    instance: Instance,
    plex_tv: Simulator,
    automations: BlueprintAutomations,
    lights: list[ServiceCall],
) -> None:
    """Playback on each chosen server dims the lights, and on no other."""
    attic, cabin = automations.devices_of(PLAYBACK, "event.cabin_playback")
    await automations.use(
        "film_lights",
        {"servers": [attic], "lights": ["light.hall"]},
        servers=[attic, cabin],
        lights=LIGHTS,
    )
    for server, dimmed in (("Cabin", [LIGHTS]), ("Attic", [["light.hall"], LIGHTS])):
        plex_tv.servers[server].playback.start(plex_tv.people["alice"])
        await instance.pass_time(1)
        assert sorted(call.data["entity_id"] for call in lights) == dimmed
        lights.clear()


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize(
    ("inputs", "dimmed"),
    [
        ({"player": "Living Room TV", "user": "Casey"}, True),
        ({"player": ["Bedroom", "Living Room TV"], "user": ["Casey"]}, True),
        ({"player": [""], "user": ""}, True),
        ({"player": "Bedroom"}, False),
        ({"player": ["Living Room TV"], "user": ["Alice", "Bob"]}, False),
        ({"kinds": ["episode"]}, False),
    ],
)
async def test_what_counts(
    instance: Instance,
    plex_tv: Simulator,
    automations: BlueprintAutomations,
    lights: list[ServiceCall],
    inputs: dict[str, object],
    *,
    dimmed: bool,
) -> None:
    """Players, users and kinds can be chosen; a single name is accepted as before."""
    await automations.use(
        "film_lights", servers=automations.devices_of(PLAYBACK), lights=LIGHTS, **inputs
    )
    plex_tv.servers["Attic"].playback.start(plex_tv.people["casey"])
    await instance.pass_time(1)
    assert bool(lights) is dimmed


async def test_nothing_happened(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
    lights: list[ServiceCall],
) -> None:
    """A start of Home Assistant and a reload of the account change no light."""
    hass.set_state(CoreState.not_running)
    playback = plex_tv.servers["Attic"].playback
    playback.pause(playback.start(plex_tv.people["casey"]))
    entry = await link("alice")
    await automations.use(
        "film_lights", servers=automations.devices_of(PLAYBACK), lights=LIGHTS
    )
    await automations.start()
    assert await instance.reload(entry)
    await instance.pass_time(5)
    assert lights == []


@pytest.mark.usefixtures("listening")
async def test_something_new(
    instance: Instance, plex_tv: Simulator, automations: BlueprintAutomations
) -> None:
    """Each title has its own message; a large import ends with a count."""
    await automations.use("library_added", servers=automations.devices_of(PLAYBACK))
    playback = plex_tv.servers["Attic"].playback
    playback.add_title("A New [Film](https://h.example)")
    playback.add_title("Pilot", kind="episode", series="Letters", season=1, number=1)
    playback.add_title("A Record", kind="album")
    await instance.pass_time(CALM + 1)
    await instance.pass_time(1)
    assert [message.data["message"] for message in automations.messages] == [
        r"A New \[Film\]\(https\:\/\/h\.example\)",
        r"Letters\: Pilot",
    ]
    assert automations.messages[0].data["title"] == "New at Attic"
    for number in range(15):
        playback.add_title(f"Film {number}")
    await instance.pass_time(CALM + 1)
    await instance.pass_time(1)
    assert len(automations.messages) == 2 + 11
    assert automations.messages[-1].data["message"] == "5 more titles"


@pytest.mark.usefixtures("listening")
async def test_something_new_on_two_servers(
    instance: Instance, plex_tv: Simulator, automations: BlueprintAutomations
) -> None:
    """Each message names the server that it is about."""
    servers = automations.devices_of("event.attic_library", "event.cabin_library")
    await automations.use("library_added", servers=servers)
    for name in ("Attic", "Cabin"):
        plex_tv.servers[name].playback.add_title(f"A Film for {name}")
    await instance.pass_time(CALM + 1)
    await instance.pass_time(1)
    assert sorted(
        (message.data["title"], message.data["message"])
        for message in automations.messages
    ) == [(f"New at {name}", f"A Film for {name}") for name in ("Attic", "Cabin")]
