"""The actions `get_devices` and `sign_out_device`."""

import json
from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_TOKEN
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER
from simulator import Fault
from tests.helpers.actions import act, failure, refusal, text_of
from tests.helpers.routes import DEVICE, DEVICES

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link

OWN = (
    "This is Home Assistant's own sign-in. To sign it out, delete the account under "
    "Settings > Devices & services > Plex Account"
)
UNKNOWN = (
    "No device with this ID is signed in to the account. It may have been signed out "
    "already"
)


async def listed(
    hass: HomeAssistant, data: dict[str, Any] | None = None
) -> dict[str, dict[str, Any]]:
    """Call the action `get_devices`, and return the devices by their names."""
    answer = await act(hass, "get_devices", data)
    assert set(answer) == {"devices"}
    return {device["name"]: device for device in answer["devices"]}


async def test_the_list(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """All fields of each device are listed; one device is this Home Assistant."""
    shield = plex_tv.sign_in_device("alice", name="Shield")
    devices = await listed(hass)
    assert devices["Shield"] == {
        "plex_device_id": str(shield.id),
        "name": "Shield",
        "product": "Plex for Android (TV)",
        "platform": "Android",
        "version": "10.18.0",
        "created_at": shield.created_at.replace(microsecond=0).isoformat(),
        "last_seen_at": shield.last_seen_at.replace(microsecond=0).isoformat(),
        "this_home_assistant": False,
    }
    [own] = [name for name, row in devices.items() if row["this_home_assistant"]]
    assert own == f"Home Assistant ({hass.config.location_name})"
    assert {"Firefox", "Attic", "Cabin"} < set(devices)


async def test_missing_fields(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """A field that plex.tv does not send is null."""
    own = {"clientIdentifier": alice.data[CONF_CLIENT_IDENTIFIER]}
    plex_tv.misbehave("GET", DEVICES, Fault.body(json.dumps([own])))
    [device] = (await listed(hass)).values()
    assert device.pop("this_home_assistant") is True
    assert set(device.values()) == {None}


async def test_no_secret_is_told(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The response contains no token, identifier or address."""
    plex_tv.sign_in_device("alice")
    answer = json.dumps(await act(hass, "get_devices"))
    assert not [secret for secret in plex_tv.secrets if secret in answer]


async def test_signing_out(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """A device is signed out by its ID, and no other; a number is an ID as well."""
    shield, tablet, other = [plex_tv.sign_in_device("alice") for _ in range(3)]
    await act(hass, "sign_out_device", {"plex_device_id": str(shield.id)})
    await act(hass, "sign_out_device", {"plex_device_id": tablet.id})
    valid = [plex_tv.token_is_valid(d.token) for d in (shield, tablet, other)]
    assert valid == [False, False, True]
    assert plex_tv.token_is_valid(alice.data[CONF_TOKEN])


async def test_the_chosen_account(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, alice: MockConfigEntry
) -> None:
    """With several accounts, devices of the chosen one are listed and signed out."""
    bob = await link("bob")
    device = plex_tv.sign_in_device("bob", name="Phone")
    data = {"plex_device_id": device.id, "config_entry_id": alice.entry_id}
    assert await refusal(hass, "sign_out_device", data) == UNKNOWN
    assert "Phone" in await listed(hass, {"config_entry_id": bob.entry_id})
    await act(hass, "sign_out_device", {**data, "config_entry_id": bob.entry_id})
    assert not plex_tv.token_is_valid(device.token)


async def test_this_home_assistant(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The own row is refused, also if another row has the same number."""
    [own] = [d for d in (await listed(hass)).values() if d["this_home_assistant"]]
    data = {"plex_device_id": own["plex_device_id"]}
    error = await failure(hass, "sign_out_device", data)
    assert type(error) is ServiceValidationError
    assert text_of(error) == OWN
    rows = [
        {"id": own["plex_device_id"], "name": "Twin"},
        {
            "id": own["plex_device_id"],
            "clientIdentifier": alice.data[CONF_CLIENT_IDENTIFIER],
        },
    ]
    plex_tv.misbehave("GET", DEVICES, Fault.body(json.dumps(rows)))
    assert await refusal(hass, "sign_out_device", data) == OWN
    assert not plex_tv.seen("DELETE", DEVICE)
    assert plex_tv.token_is_valid(alice.data[CONF_TOKEN])


@pytest.mark.parametrize("number", ["1", "", "None", "../users/signout", "7e8"])
async def test_an_unknown_device(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, number: str
) -> None:
    """An ID that plex.tv does not list is refused; it is never part of a path."""
    error = await failure(hass, "sign_out_device", {"plex_device_id": number})
    assert type(error) is ServiceValidationError
    assert text_of(error) == UNKNOWN
    assert not [seen for seen in plex_tv.requests if seen.method == "DELETE"]


async def test_a_device_that_is_gone_meanwhile(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """A device that is signed out after the list was sent counts as unknown."""
    device = plex_tv.sign_in_device("alice")
    plex_tv.misbehave("DELETE", DEVICE, Fault.status(404))
    data = {"plex_device_id": device.id}
    assert await refusal(hass, "sign_out_device", data) == UNKNOWN


async def test_a_list_that_is_incomplete(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """Without the row of this Home Assistant, nothing is listed or signed out."""
    device = plex_tv.sign_in_device("alice")
    rows = [{"id": device.id, "name": "Shield"}]
    plex_tv.misbehave("GET", DEVICES, Fault.body(json.dumps(rows)), times=None)
    text = (
        "The response from plex.tv could not be read. It is incomplete, or it is "
        "neither JSON nor XML"
    )
    assert await refusal(hass, "get_devices") == text
    assert await refusal(hass, "sign_out_device", {"plex_device_id": device.id}) == text
    assert plex_tv.token_is_valid(device.token)


async def test_signing_out_is_refused(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """Another refusal of plex.tv is shown as such."""
    device = plex_tv.sign_in_device("alice")
    plex_tv.misbehave("DELETE", DEVICE, Fault.status(403))
    assert await refusal(hass, "sign_out_device", {"plex_device_id": device.id}) == (
        "plex.tv refused the request: plex.tv answered 403 to removing a device: "
        "Forbidden"
    )
