"""The signed-in devices: when plex.tv is polled for them, the count and the events."""

import json
import logging
from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_TOKEN
import pytest

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER, DOMAIN
from simulator import Fault
from tests.helpers.actions import act
from tests.helpers.routes import DEVICES, USER
from tests.helpers.signed_in_devices import COUNT, EVENT, SignedInDevices

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Device, Simulator
    from tests.helpers.instance import Instance

UNAVAILABLE = pytest.mark.allowed_logs(
    "Error fetching Signed-in devices of alice_attic"
)


def facts(device: Device) -> dict[str, str]:
    """Return the attributes of an event about a device."""
    names = ("name", "product", "platform")
    return {
        "plex_device_id": str(device.id),
        **{name: device.facts[name] for name in names},
    }


async def test_nothing_is_asked_at_first(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    signed_in: SignedInDevices,
) -> None:
    """Both entities are disabled by default, and plex.tv is not polled for them."""
    assert hass.states.get(EVENT) is hass.states.get(COUNT) is None
    await instance.pass_hours(3)
    assert not plex_tv.seen("GET", DEVICES)


@pytest.mark.parametrize("entities", [(EVENT,), (COUNT,), (EVENT, COUNT)], ids=str)
async def test_when_plex_tv_is_polled(
    instance: Instance,
    plex_tv: Simulator,
    signed_in: SignedInDevices,
    entities: tuple[str, ...],
) -> None:
    """plex.tv is polled at once and every half an hour, while an entity is enabled."""
    await signed_in.turn(*entities)
    assert len(plex_tv.seen("GET", DEVICES)) == 1
    await instance.pass_hours(4)
    assert 7 <= len(plex_tv.seen("GET", DEVICES)) <= 10
    await signed_in.turn(*entities, on=False)
    asked = len(plex_tv.seen("GET", DEVICES))
    await instance.pass_hours(1)
    assert len(plex_tv.seen("GET", DEVICES)) == asked


async def test_the_count(
    hass: HomeAssistant, plex_tv: Simulator, signed_in: SignedInDevices
) -> None:
    """Every row counts: this Home Assistant, a browser and two servers at first."""
    await signed_in.turn(COUNT)
    assert hass.states.is_state(COUNT, "4")
    device = plex_tv.sign_in_device("alice")
    await signed_in.next_list()
    assert hass.states.is_state(COUNT, "5")
    await act(hass, "sign_out_device", {"plex_device_id": device.id})
    await signed_in.next_list()
    assert hass.states.is_state(COUNT, "4")


async def test_signing_out_is_seen_at_once(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    signed_in: SignedInDevices,
) -> None:
    """The action `sign_out_device` brings the next poll forward."""
    device = plex_tv.sign_in_device("alice")
    await signed_in.turn(COUNT)
    assert instance.shows(COUNT, "5")
    await act(hass, "sign_out_device", {"plex_device_id": device.id})
    await instance.pass_time(1)
    assert instance.shows(COUNT, "4")


async def test_events(
    instance: Instance, plex_tv: Simulator, signed_in: SignedInDevices
) -> None:
    """The first list is the baseline; then each change is an event of its own."""
    await signed_in.turn(EVENT)
    assert instance.shows(EVENT, "unknown")
    shield, tablet = [
        plex_tv.sign_in_device("alice", name=name) for name in ("Shield", "Tablet")
    ]
    await signed_in.next_list()
    assert signed_in.events == [
        ("signed_in", facts(shield)),
        ("signed_in", facts(tablet)),
    ]
    signed_in.events.clear()
    plex_tv.revoke(shield.token)
    await signed_in.next_list()
    assert not signed_in.events
    await signed_in.next_list()
    assert signed_in.events == [("signed_out", facts(shield))]
    signed_in.events.clear()
    for _ in range(3):
        await signed_in.next_list()
    assert not signed_in.events


async def test_a_renewed_sign_in_is_no_event(
    plex_tv: Simulator, signed_in: SignedInDevices
) -> None:
    """A device that signs in again keeps its number."""
    shield = plex_tv.sign_in_device("alice")
    await signed_in.turn(EVENT)
    plex_tv.sign_in("alice", shield.client_identifier)
    for _ in range(3):
        await signed_in.next_list()
    assert not signed_in.events


async def test_a_restart_forgets_nothing(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    signed_in: SignedInDevices,
) -> None:
    """What happened while Home Assistant was off is an event after the start.

    The name of a device that was signed out meanwhile is no longer known.
    """
    shield = plex_tv.sign_in_device("alice", name="Shield")
    await signed_in.turn(EVENT)
    assert await hass.config_entries.async_unload(alice.entry_id)
    plex_tv.revoke(shield.token)
    tablet = plex_tv.sign_in_device("alice", name="Tablet")
    await instance.pass_time(86_400)
    await instance.set_up(alice)
    await instance.pass_time(2)
    assert signed_in.events == [("signed_in", facts(tablet))]
    signed_in.events.clear()
    await signed_in.next_list()
    assert signed_in.events == [("signed_out", {"plex_device_id": str(shield.id)})]
    signed_in.events.clear()
    await signed_in.restart()
    await signed_in.next_list()
    assert not signed_in.events


async def test_only_numbers_are_stored(
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    hass_storage: dict[str, Any],
    signed_in: SignedInDevices,
) -> None:
    """The store holds the numbers of other devices, until the entry is removed."""
    shield = plex_tv.sign_in_device("alice")
    await signed_in.turn(EVENT)
    key = f"{DOMAIN}.{alice.entry_id}"
    numbers = hass_storage[key]["data"]["devices"]
    assert shield.id in numbers
    own = [
        device.id
        for device in plex_tv.devices("alice")
        if device.client_identifier == alice.data[CONF_CLIENT_IDENTIFIER]
    ]
    assert not set(own) & set(numbers)
    assert all(isinstance(number, int) for number in numbers)
    assert len(numbers) == 4
    await instance.remove(alice)
    assert key not in hass_storage


async def test_turned_on_again(plex_tv: Simulator, signed_in: SignedInDevices) -> None:
    """A disabled event entity forgets the devices; the next list is a baseline."""
    await signed_in.turn(EVENT, COUNT)
    await signed_in.turn(EVENT, on=False)
    plex_tv.sign_in_device("alice")
    await signed_in.next_list()
    await signed_in.turn(EVENT)
    await signed_in.next_list()
    assert not signed_in.events


async def test_an_incomplete_list(
    plex_tv: Simulator, signed_in: SignedInDevices
) -> None:
    """Devices that one list lacks are neither signed out nor signed in again."""
    device = plex_tv.sign_in_device("alice")
    await signed_in.turn(EVENT)
    for _ in range(3):
        plex_tv.quirks.devices_left_out = frozenset({device.id})
        await signed_in.next_list()
        plex_tv.quirks.devices_left_out = frozenset()
        await signed_in.next_list()
    assert not signed_in.events


@UNAVAILABLE
async def test_a_failure_after_an_incomplete_list(
    plex_tv: Simulator, signed_in: SignedInDevices
) -> None:
    """A poll that fails does not count as a second list without the device."""
    device = plex_tv.sign_in_device("alice")
    await signed_in.turn(EVENT)
    plex_tv.quirks.devices_left_out = frozenset({device.id})
    await signed_in.next_list()
    plex_tv.misbehave("GET", DEVICES, Fault.html(502))
    await signed_in.next_list()
    plex_tv.quirks.devices_left_out = frozenset()
    await signed_in.next_list()
    assert not signed_in.events


async def test_equal_lists(
    plex_tv: Simulator, alice: MockConfigEntry, signed_in: SignedInDevices
) -> None:
    """A second list counts even if it equals the first."""
    await signed_in.turn(EVENT)
    own = {"clientIdentifier": alice.data[CONF_CLIENT_IDENTIFIER], "id": 7}
    plex_tv.misbehave("GET", DEVICES, Fault.body(json.dumps([own])), times=2)
    for _ in range(2):
        assert not signed_in.events
        await signed_in.next_list()
    assert [kind for kind, _ in signed_in.events] == ["signed_out"] * 3


@UNAVAILABLE
@pytest.mark.parametrize("rows", [[], [{"id": 7, "name": "Shield"}]], ids=len)
async def test_a_list_without_this_home_assistant(
    instance: Instance,
    plex_tv: Simulator,
    signed_in: SignedInDevices,
    rows: list[dict[str, object]],
) -> None:
    """A list without the own row counts as failed: the entities are unavailable."""
    await signed_in.turn(EVENT, COUNT)
    plex_tv.misbehave("GET", DEVICES, Fault.body(json.dumps(rows)), times=None)
    for _ in range(3):
        await signed_in.next_list()
        assert instance.shows(EVENT, "unavailable")
        assert instance.shows(COUNT, "unavailable")
    plex_tv.behave()
    for _ in range(3):
        await signed_in.next_list()
    assert instance.shows(EVENT, "unknown")
    assert instance.shows(COUNT, "4")
    assert not signed_in.events


async def test_rows_without_a_number(
    plex_tv: Simulator, alice: MockConfigEntry, signed_in: SignedInDevices
) -> None:
    """While a row has no number of its own, no device counts as signed out."""
    plex_tv.sign_in_device("alice", name="Shield")
    await signed_in.turn(EVENT)
    own = {"clientIdentifier": alice.data[CONF_CLIENT_IDENTIFIER]}
    rows = [own, {"name": "Shield"}, {"id": 7, "name": "Tablet"}]
    plex_tv.misbehave("GET", DEVICES, Fault.body(json.dumps(rows)), times=3)
    for _ in range(6):
        await signed_in.next_list()
    assert [kind for kind, _ in signed_in.events] == ["signed_in", "signed_out"]
    assert {facts["name"] for _, facts in signed_in.events} == {"Tablet"}


async def test_another_row_of_this_home_assistant(
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    signed_in: SignedInDevices,
) -> None:
    """A new number in the row of this Home Assistant fires no event."""
    await signed_in.turn(EVENT, COUNT)
    own = {"clientIdentifier": alice.data[CONF_CLIENT_IDENTIFIER], "id": 7}
    rows = [own, *({"id": d.id} for d in plex_tv.devices("alice")[:-1])]
    plex_tv.misbehave("GET", DEVICES, Fault.body(json.dumps(rows)))
    await signed_in.next_list()
    assert instance.shows(COUNT, "2")
    assert not signed_in.events


async def test_many_changes_at_once(
    instance: Instance, plex_tv: Simulator, signed_in: SignedInDevices
) -> None:
    """One list fires at most fifty events; its other changes fire none later."""
    await signed_in.turn(EVENT, COUNT)
    for _ in range(60):
        plex_tv.sign_in_device("alice")
    await signed_in.next_list()
    assert len(signed_in.events) == 50
    await signed_in.next_list()
    assert len(signed_in.events) == 50
    assert instance.shows(COUNT, "64")


@UNAVAILABLE
@pytest.mark.parametrize(
    "fault",
    [Fault.html(502), Fault.status(401), Fault.rate_limited("900"), Fault.hang()],
    ids=str,
)
async def test_a_failure_concerns_nothing_else(
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    signed_in: SignedInDevices,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    """A list that fails leaves the account signed in, and logs one line."""
    await signed_in.turn(EVENT, COUNT)
    plex_tv.misbehave("GET", DEVICES, fault, times=None)
    plex_tv.sign_in_device("alice")
    caplog.clear()
    await instance.pass_hours(2)
    assert instance.shows(COUNT, "unavailable")
    assert instance.shows(EVENT, "unavailable")
    assert instance.shows(f"binary_sensor.{alice.title}_signed_in", "on")
    assert instance.shows(f"binary_sensor.{alice.title}_plex_pass", "on")
    assert not instance.flows
    assert [
        record.levelname
        for record in caplog.records
        if "Signed-in devices" in record.message and record.levelno > logging.INFO
    ] == ["ERROR"]
    plex_tv.behave()
    await signed_in.next_list()
    assert instance.shows(COUNT, "5")
    assert [kind for kind, _ in signed_in.events] == ["signed_in"]


@pytest.mark.allowed_logs(
    "Error fetching Signed-in devices", "Authentication failed while fetching"
)
async def test_a_lost_sign_in(
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    signed_in: SignedInDevices,
) -> None:
    """While the sign-in is lost, plex.tv is not polled for the list."""
    await signed_in.turn(COUNT)
    plex_tv.misbehave("GET", USER, Fault.status(401), times=None)
    plex_tv.revoke(alice.data[CONF_TOKEN])
    await signed_in.next_list()
    await instance.pass_time(5)
    assert instance.shows(f"binary_sensor.{alice.title}_signed_in", "off")
    [flow] = instance.flows
    assert flow["context"]["source"] == "reauth"
    asked = len(plex_tv.seen("GET", DEVICES))
    await instance.pass_hours(2)
    assert len(plex_tv.seen("GET", DEVICES)) == asked
    assert instance.shows(COUNT, "unavailable")
