"""The blueprints tell what they are for, and keep quiet otherwise."""

from typing import TYPE_CHECKING, Any

from homeassistant.core import CoreState
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from simulator import Fault
from tests.helpers.automations import BlueprintAutomations
from tests.repository.blueprints import BLUEPRINTS

if TYPE_CHECKING:
    from pathlib import Path

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link

SIGNED_IN = "binary_sensor.alice_attic_signed_in"
REACHABLE = "binary_sensor.attic_reachable"
# A filter cannot tell one kind of event from another; the description does.
OF_OWN_SERVERS = {
    f"event.{server}_{kind}"
    for server in ("attic", "cabin")
    for kind in ("playback", "library")
}
OWN = {"then": [{"action": "test.then"}], "back": [{"action": "test.back"}]}


@pytest.fixture
def automations(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, tmp_path: Path
) -> BlueprintAutomations:
    """Provide automations that are made from the blueprints."""
    return BlueprintAutomations(hass, freezer, tmp_path)


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("sign_in_lost", {SIGNED_IN}),
        (
            "server_unreachable",
            {f"binary_sensor.{name}_reachable" for name in ("attic", "cabin")}
            | {"binary_sensor.bob_s_basement_reachable"},
        ),
        ("film_lights", OF_OWN_SERVERS),
        ("library_added", OF_OWN_SERVERS),
    ],
)
async def test_what_is_offered(
    hass: HomeAssistant, link: Link, name: str, offered: set[str]
) -> None:
    """A person chooses among the sensors of the right kind, and no others."""
    entry = await link("alice")
    inputs = BLUEPRINTS[name]["blueprint"]["input"]
    first: dict[str, Any] = next(iter(inputs.values()))
    [wanted] = first["selector"]["entity"]["filter"]
    devices = dr.async_get(hass)

    def facts(entity: er.RegistryEntry) -> dict[str, Any]:
        """Tell of an entity what a filter asks for."""
        device = devices.async_get(entity.device_id or "")
        return {
            "integration": entity.platform,
            "domain": entity.domain,
            "device_class": entity.original_device_class,
            "device": {"model": getattr(device, "model", None)},
        }

    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert {
        entity.entity_id
        for entity in entities
        if wanted.items() <= facts(entity).items()
    } == offered


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_sign_in_lost(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """A lost sign-in is told once, and taken back when the account is linked again."""
    entry = await link("alice")
    await automations.use("sign_in_lost", signed_in=SIGNED_IN)
    await automations.pass_minutes(10)
    assert automations.messages == []
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    await automations.pass_minutes(20)
    await automations.reload(entry)
    await automations.pass_minutes(10)
    [message] = automations.messages
    assert "sign-in of alice_attic." in message.data["message"]
    assert automations.dismissed == []
    plex_tv.behave()
    await automations.reload(entry)
    await automations.pass_minutes(1)
    [dismissed] = automations.dismissed
    assert dismissed.data["notification_id"] == message.data["notification_id"]
    assert len(automations.messages) == 1


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_an_outage_is_no_lost_sign_in(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """Neither plex.tv away nor an account that is loaded again says anything."""
    entry = await link("alice")
    await automations.use("sign_in_lost", signed_in=SIGNED_IN, **OWN)
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    await automations.pass_minutes(10)
    await automations.reload(entry)
    assert hass.states.is_state(SIGNED_IN, "unknown")
    await automations.pass_minutes(3)
    plex_tv.behave()
    await automations.pass_minutes(10)
    assert hass.states.is_state(SIGNED_IN, "on")
    assert automations.then == automations.back == []


@pytest.mark.allowed_logs("Authentication failed while fetching")
@pytest.mark.parametrize("lost", [False, True])
async def test_lost_while_home_assistant_was_off(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
    *,
    lost: bool,
) -> None:
    """What happened meanwhile is told at the start, and nothing else is."""
    hass.set_state(CoreState.not_running)
    if lost:
        plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    await link("alice")
    await automations.use("sign_in_lost", signed_in=SIGNED_IN, **OWN)
    await automations.start()
    assert hass.states.is_state(SIGNED_IN, "off" if lost else "on")
    assert len(automations.then) == lost
    assert automations.messages == automations.back == []


async def test_server_unreachable(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """A server that stays away is told after the minutes, and taken back later."""
    await link("alice")
    await automations.use("server_unreachable", reachable=REACHABLE)
    await plex_tv.servers["Attic"].stop()
    await automations.pass_minutes(4)
    assert automations.messages == []
    await automations.pass_minutes(10)
    [message] = automations.messages
    assert message.data["message"] == "Attic has not answered for 5 minutes."
    assert automations.dismissed == []
    await plex_tv.servers["Attic"].start()
    await automations.pass_minutes(10)
    [dismissed] = automations.dismissed
    assert dismissed.data["notification_id"] == message.data["notification_id"]
    assert len(automations.messages) == 1


async def test_a_restart_of_the_server_is_not_told(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """One that is back before the minutes are over was never away."""
    await link("alice")
    await automations.use("server_unreachable", reachable=REACHABLE, minutes=15, **OWN)
    await plex_tv.servers["Attic"].stop()
    await automations.pass_minutes(6)
    assert hass.states.is_state(REACHABLE, "off")
    await plex_tv.servers["Attic"].start()
    await automations.pass_minutes(30)
    assert hass.states.is_state(REACHABLE, "on")
    assert automations.then == automations.back == []
    await plex_tv.servers["Attic"].stop()
    await automations.pass_minutes(25)
    assert (len(automations.then), len(automations.back)) == (1, 0)
    await plex_tv.servers["Attic"].start()
    await automations.pass_minutes(10)
    assert (len(automations.then), len(automations.back)) == (1, 1)


async def test_one_outage_is_told_once(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """An account that is loaded again meanwhile makes no second outage of it."""
    entry = await link("alice")
    await automations.use("server_unreachable", reachable=REACHABLE, **OWN)
    await plex_tv.servers["Attic"].stop()
    await automations.pass_minutes(10)
    await automations.reload(entry)
    await automations.pass_minutes(2)
    assert hass.states.is_state(REACHABLE, "off")
    await automations.pass_minutes(10)
    assert (len(automations.then), len(automations.back)) == (1, 0)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await plex_tv.servers["Attic"].start()
    await automations.reload(entry)
    await automations.pass_minutes(1)
    assert hass.states.is_state(REACHABLE, "on")
    assert (len(automations.then), len(automations.back)) == (1, 1)


@pytest.mark.parametrize("minutes_away", [0, 4, 20])
async def test_away_when_home_assistant_starts(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
    minutes_away: int,
) -> None:
    """After a power cut the server has as many minutes as ever."""
    hass.set_state(CoreState.not_running)
    if minutes_away:
        await plex_tv.servers["Attic"].stop()
    await link("alice")
    await automations.use("server_unreachable", reachable=REACHABLE, minutes=10, **OWN)
    await automations.start()
    assert hass.states.is_state(REACHABLE, "off" if minutes_away else "on")
    await automations.pass_minutes(minutes_away)
    await plex_tv.servers["Attic"].start()
    await automations.pass_minutes(20)
    told = int(minutes_away > 10)
    assert (len(automations.then), len(automations.back)) == (told, told)
