"""The blueprints create notifications when they should, and only then."""

from typing import TYPE_CHECKING, Any

from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.plex_account.authorized_devices import MAX_CHANGES
from custom_components.plex_account.const import WATCHLIST_INTERVAL
from tests.helpers.automations import BlueprintAutomations, add_phone
from tests.helpers.routes import DEVICES
from tests.helpers.signed_in_devices import EVENT, SignedInDevices
from tests.repository.blueprints import BLUEPRINTS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.watchlist import ShownWatchlist

ALICE = "binary_sensor.alice_attic_signed_in"
BOB = "binary_sensor.bob_basement_signed_in"
# The integration `mobile_app` imports `camera`, which searches for a library.
USES_CAMERA = pytest.mark.allowed_logs("libturbojpeg")


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("sign_in_lost", {"alice_attic"}),
        ("server_unreachable", {"Attic", "Cabin", "Bob's Basement"}),
        ("device_signed_in", {"alice_attic"}),
        ("watchlist_title_available", {"alice_attic"}),
        ("film_lights", {"Attic", "Cabin", "Bob's Basement"}),
        ("library_added", {"Attic", "Cabin", "Bob's Basement"}),
    ],
)
async def test_which_devices_are_offered(
    hass: HomeAssistant, link: Link, name: str, offered: set[str]
) -> None:
    """A blueprint offers only matching devices, and accepts several."""
    entry = await link("alice")
    inputs = BLUEPRINTS[name]["blueprint"]["input"]
    first: dict[str, Any] = next(iter(inputs.values()))
    assert first["selector"]["device"]["multiple"]
    [wanted] = first["selector"]["device"]["filter"]
    assert wanted["integration"] == entry.domain
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert offered == {
        device.name for device in devices if device.model == wanted["model"]
    }


@USES_CAMERA
@pytest.mark.parametrize("pressed", [True, False])
async def test_device_signed_in(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
    *,
    pressed: bool,
) -> None:
    """A notification is sent for each new device; its button signs the device out."""
    entry = await link("alice")
    await link("bob")
    signed_in = SignedInDevices(automations.instance, entry)
    await signed_in.turn(EVENT)
    phone, notifications = await add_phone(hass)
    await automations.use(
        "device_signed_in", accounts=automations.devices_of(ALICE), phone=phone, hours=2
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
    await automations.instance.pass_hours(2.5)
    hass.bus.async_fire("mobile_app_notification_action", {"action": buttons[0]})
    await automations.instance.pass_time(1)
    assert plex_tv.token_is_valid(shield.token)
    assert plex_tv.token_is_valid(tablet.token) != pressed


@USES_CAMERA
async def test_many_devices_signed_in(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """A notification is sent for each of the most devices that one list can add."""
    signed_in = SignedInDevices(automations.instance, await link("alice"))
    await signed_in.turn(EVENT)
    phone, notifications = await add_phone(hass)
    await automations.use(
        "device_signed_in", accounts=automations.devices_of(ALICE), phone=phone, hours=1
    )
    await signed_in.next_list()
    for _ in range(MAX_CHANGES):
        plex_tv.sign_in_device("alice")
    await signed_in.next_list()
    assert len(notifications) == MAX_CHANGES


@USES_CAMERA
async def test_device_signed_in_to_either_account(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """The notification names the account, and the button signs out of that one."""
    entries = [await link(person) for person in ("alice", "bob")]
    phone, notifications = await add_phone(hass)
    await automations.use(
        "device_signed_in",
        accounts=automations.devices_of(ALICE, BOB),
        phone=phone,
        hours=1,
    )
    for person, entry in zip(("alice", "bob"), entries, strict=True):
        signed_in = SignedInDevices(automations.instance, entry)
        await signed_in.turn(EVENT.replace("alice_attic", entry.title))
        await signed_in.next_list()
        device = plex_tv.sign_in_device(person, name="Shield")
        await signed_in.next_list()
        message = notifications.pop().data
        assert message["message"].endswith(f" signed in to {entry.title}.")
        button = message["data"]["actions"][0]["action"]
        hass.bus.async_fire("mobile_app_notification_action", {"action": button})
        await automations.instance.pass_time(1)
        assert not plex_tv.token_is_valid(device.token)
    assert notifications == []


@USES_CAMERA
async def test_a_device_without_a_name(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """A notification is sent for a device without a name, also after a start."""
    entry = await link("alice")
    signed_in = SignedInDevices(automations.instance, entry)
    await signed_in.turn(EVENT)
    assert await automations.instance.unload(entry)
    automations.before_start()
    plex_tv.sign_in_device("alice", name="", product="", platform="")
    assert await automations.instance.set_up(entry)
    phone, notifications = await add_phone(hass)
    await automations.use(
        "device_signed_in", accounts=automations.devices_of(ALICE), phone=phone, hours=1
    )
    asked = len(plex_tv.seen("GET", DEVICES))
    await automations.start()
    assert len(plex_tv.seen("GET", DEVICES)) > asked
    assert [call.data["message"] for call in notifications] == [
        "A device without a name (an unknown program) signed in to alice_attic."
    ]
    await automations.instance.pass_hours(1.5)


async def test_watchlist_title_available(
    plex_tv: Simulator,
    link: Link,
    watchlist: ShownWatchlist,
    automations: BlueprintAutomations,
) -> None:
    """A notification is created once for each new title, and not for earlier ones."""
    entry = await link("alice")
    await watchlist.read()
    await automations.use(
        "watchlist_title_available", accounts=automations.devices_of(ALICE)
    )
    await watchlist.servers_answered()
    discover = plex_tv.discover
    arrived = [
        discover.title("Fargo", "show"),
        discover.title("The Lantern Keepers"),
    ]
    plex_tv.servers["Attic"].data.arrivals.extend(arrived)
    for _ in range(2):
        await automations.instance.pass_time(WATCHLIST_INTERVAL.total_seconds())
        await watchlist.servers_answered()
    told = sorted(message.data["message"] for message in automations.messages)
    lantern = discover.title("The Lantern Keepers")
    assert told == [
        r"Fargo \(2014\) is now on Attic.",
        rf"The Lantern Keepers \({lantern.year}\) is now on Attic.",
    ]
    assert await automations.instance.reload(entry)
    await automations.pass_minutes(2)
    assert len(automations.messages) == 2


async def test_watchlist_of_either_account(
    plex_tv: Simulator,
    link: Link,
    watchlist: ShownWatchlist,
    automations: BlueprintAutomations,
) -> None:
    """A custom action gets the account whose watchlist contains the title."""
    discover = plex_tv.discover
    fargo = discover.title("Fargo", "show")
    discover.add("bob", fargo)
    for person in ("alice", "bob"):
        await link(person)
    await watchlist.read()
    then = {"data": {"told": "{{ account }}: {{ title }}"}, "action": "test.then"}
    await automations.use(
        "watchlist_title_available",
        accounts=automations.devices_of(ALICE, BOB),
        then=[then],
    )
    await watchlist.servers_answered()
    plex_tv.servers["Bob's Basement"].data.arrivals.append(fargo)
    await automations.instance.pass_time(WATCHLIST_INTERVAL.total_seconds())
    await watchlist.servers_answered()
    assert sorted(call.data["told"] for call in automations.then) == [
        "alice_attic: Fargo",
        "bob_basement: Fargo",
    ]


@pytest.mark.allowed_logs("generated invalid automation", "Missing input")
@pytest.mark.parametrize(
    ("name", "once", "wanted"),
    [
        ("server_unreachable", {"reachable": "binary_sensor.attic"}, "servers"),
        ("film_lights", {"server": "a", "lights": ["light.sofa"]}, "servers"),
        ("library_added", {"server": "a"}, "servers"),
        ("sign_in_lost", {"signed_in": "binary_sensor.alice"}, "accounts"),
        ("device_signed_in", {"account": "a", "phone": "b"}, "accounts"),
        ("watchlist_title_available", {"account": "a"}, "accounts"),
    ],
)
async def test_inputs_of_an_earlier_version(
    hass: HomeAssistant,
    automations: BlueprintAutomations,
    caplog: pytest.LogCaptureFixture,
    name: str,
    once: dict[str, object],
    wanted: str,
) -> None:
    """After a blueprint was updated, Home Assistant names each missing input."""
    await automations.use(name, **once)
    assert f"Missing input {wanted}" in caplog.text
    [automation] = hass.states.async_all("automation")
    assert automation.state == "unavailable"
