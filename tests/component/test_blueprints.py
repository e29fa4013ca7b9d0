"""The blueprints notify when they should, and only then."""

from typing import TYPE_CHECKING, Any

from homeassistant.core import CoreState
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.plex_account.const import WATCHLIST_INTERVAL
from custom_components.plex_account.devices import async_get_account_device
from simulator import Fault
from tests.helpers.automations import BlueprintAutomations, add_phone
from tests.helpers.clock import in_time, pass_hours, pass_time
from tests.helpers.routes import DEVICES
from tests.helpers.signed_in_devices import EVENT, SignedInDevices
from tests.helpers.watchlist import ShownWatchlist
from tests.repository.blueprints import BLUEPRINTS

if TYPE_CHECKING:
    from pathlib import Path

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link

SIGNED_IN = "binary_sensor.alice_attic_signed_in"
AVAILABILITY = "event.alice_attic_watchlist_availability"
REACHABLE = "binary_sensor.attic_reachable"
# The app's integration imports that of cameras, which looks for a library.
USES_CAMERA = pytest.mark.allowed_logs("libturbojpeg")
OWN = {"then": [{"action": "test.then"}], "back": [{"action": "test.back"}]}


@pytest.fixture
def automations(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, tmp_path: Path
) -> BlueprintAutomations:
    """Provide automations made from the blueprints."""
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
    ],
)
async def test_what_is_offered(
    hass: HomeAssistant, link: Link, name: str, offered: set[str]
) -> None:
    """The selector of a blueprint offers the matching sensors, and no others."""
    entry = await link("alice")
    inputs = BLUEPRINTS[name]["blueprint"]["input"]
    first: dict[str, Any] = next(iter(inputs.values()))
    [wanted] = first["selector"]["entity"]["filter"]
    devices = dr.async_get(hass)

    def facts(entity: er.RegistryEntry) -> dict[str, Any]:
        """Return the properties of an entity that a filter compares."""
        device = devices.async_get(entity.device_id or "")
        properties = {
            "integration": entity.platform,
            "domain": entity.domain,
            "device_class": entity.original_device_class,
            "device": {"model": getattr(device, "model", None)},
        }
        return {key: properties[key] for key in wanted}

    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert {entity.entity_id for entity in entities if facts(entity) == wanted} == (
        offered
    )


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("device_signed_in", {"alice_attic"}),
        ("watchlist_title_available", {"alice_attic"}),
        ("film_lights", {"Attic", "Cabin", "Bob's Basement"}),
        ("library_added", {"Attic", "Cabin", "Bob's Basement"}),
    ],
)
async def test_which_devices_are_offered(
    hass: HomeAssistant, link: Link, name: str, offered: set[str]
) -> None:
    """The selector of a blueprint offers the matching devices, and no others."""
    entry = await link("alice")
    inputs = BLUEPRINTS[name]["blueprint"]["input"]
    first: dict[str, Any] = next(iter(inputs.values()))
    [wanted] = first["selector"]["device"]["filter"]
    assert wanted.pop("integration") == entry.domain
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert offered == {
        device.name
        for device in devices
        if all(getattr(device, key) == value for key, value in wanted.items())
    }


def device_of(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Return the device of an account."""
    return async_get_account_device(hass, entry).id


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_sign_in_lost(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """A lost sign-in notifies once; linking the account again dismisses that."""
    entry = await link("alice")
    await automations.use("sign_in_lost", signed_in=SIGNED_IN)
    await automations.pass_minutes(10)
    assert automations.messages == []
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    await automations.pass_minutes(20)
    await automations.reload(entry)
    await automations.pass_minutes(10)
    [message] = automations.messages
    assert r"sign-in of alice\_attic." in message.data["message"]
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
    """Neither an outage of plex.tv nor a reload of the entry notifies."""
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
    """A sign-in that was lost before the start notifies; a valid one does not."""
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
    """A server that does not answer notifies after the delay; its return dismisses."""
    await link("alice")
    await automations.use("server_unreachable", reachable=REACHABLE)
    await plex_tv.servers["Attic"].stop()
    await automations.pass_minutes(4)
    assert automations.messages == []
    await automations.pass_minutes(10)
    [message] = automations.messages
    assert message.data["message"] == "Attic has not responded for 5 min."
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
    """A server that answers again within the delay does not notify."""
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
    """A reload of the entry during an outage does not notify again."""
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
    """The delay counts from the start when server and Home Assistant start together."""
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


@USES_CAMERA
@pytest.mark.parametrize("pressed", [True, False])
async def test_device_signed_in(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    automations: BlueprintAutomations,
    *,
    pressed: bool,
) -> None:
    """Each new device notifies, and the button of the notification signs it out."""
    entry = await link("alice")
    await link("bob")
    signed_in = SignedInDevices(hass, freezer, entry)
    await signed_in.turn(EVENT)
    phone, notifications = await add_phone(hass)
    await automations.use(
        "device_signed_in", account=device_of(hass, entry), phone=phone, hours=2
    )
    await signed_in.next_list()
    assert notifications == []
    shield, tablet = [
        plex_tv.sign_in_device("alice", name=name) for name in ("Shield", "Tablet")
    ]
    await signed_in.next_list()
    assert [call.data["message"] for call in notifications] == [
        f"{name} (Plex for Android (TV)) signed in to alice_attic."
        for name in ("Shield", "Tablet")
    ]
    buttons = [call.data["data"]["actions"][0]["action"] for call in notifications]
    assert len(set(buttons)) == 2
    if pressed:
        hass.bus.async_fire("mobile_app_notification_action", {"action": buttons[1]})
    await pass_hours(hass, freezer, 2.5)
    hass.bus.async_fire("mobile_app_notification_action", {"action": buttons[0]})
    await pass_time(hass, freezer, 1)
    assert plex_tv.token_is_valid(shield.token)
    assert plex_tv.token_is_valid(tablet.token) != pressed


@USES_CAMERA
async def test_a_device_without_a_name(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    automations: BlueprintAutomations,
) -> None:
    """A device of which plex.tv says nothing notifies as well, also after a start."""
    entry = await link("alice")
    signed_in = SignedInDevices(hass, freezer, entry)
    await signed_in.turn(EVENT)
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.not_running)
    plex_tv.sign_in_device("alice", name="", product="", platform="")
    await in_time(hass, freezer, hass.config_entries.async_setup(entry.entry_id))
    phone, notifications = await add_phone(hass)
    await automations.use(
        "device_signed_in", account=device_of(hass, entry), phone=phone, hours=1
    )
    asked = len(plex_tv.seen("GET", DEVICES))
    await automations.start()
    assert len(plex_tv.seen("GET", DEVICES)) > asked
    assert [call.data["message"] for call in notifications] == [
        "A device without a name (an unknown program) signed in to alice_attic."
    ]
    await pass_hours(hass, freezer, 1.5)


async def test_watchlist_title_available(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """Each title that comes is told once, and what was there before is not."""
    entry = await link("alice")
    await ShownWatchlist(hass, freezer).read()
    await automations.use("watchlist_title_available", account=device_of(hass, entry))
    for _ in range(10):
        await pass_time(hass, freezer, 0.5)
    discover = plex_tv.discover
    arrived = [
        discover.title("Fargo", "show"),
        discover.title("The Lantern Keepers"),
    ]
    plex_tv.servers["Attic"].arrivals.extend(arrived)
    for _ in range(2):
        await pass_time(hass, freezer, WATCHLIST_INTERVAL.total_seconds())
        for _ in range(10):
            await pass_time(hass, freezer, 0.5)
    told = sorted(message.data["message"] for message in automations.messages)
    lantern = discover.title("The Lantern Keepers")
    assert told == [
        r"Fargo \(2014\) is now on Attic.",
        rf"The Lantern Keepers \({lantern.year}\) is now on Attic.",
    ]
    await automations.reload(entry)
    await automations.pass_minutes(2)
    assert len(automations.messages) == 2
