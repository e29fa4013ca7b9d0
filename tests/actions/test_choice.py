"""The fields `account` and `server` of the actions."""

from typing import TYPE_CHECKING

from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.actions import (
    ACTIONS,
    UNKNOWN_SERVER,
    act,
    device_id,
    failure,
    text_of,
)
from tests.helpers.routes import PING

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

each_action = pytest.mark.parametrize("action", ACTIONS)
each_of_a_server = pytest.mark.parametrize("action", ["request", "get_token"])


async def wrong(hass: HomeAssistant, action: str, choice: dict[str, str]) -> str:
    """Call an action with a wrong choice, and return the error's text."""
    error = await failure(hass, action, {**ACTIONS[action], **choice})
    assert type(error) is ServiceValidationError
    return text_of(error)


def somebody_elses(hass: HomeAssistant) -> MockConfigEntry:
    """Add an entry of another integration."""
    entry = MockConfigEntry(domain="other", title="Other")
    entry.add_to_hass(hass)
    return entry


@each_action
async def test_no_such_account(
    hass: HomeAssistant, alice: MockConfigEntry, action: str
) -> None:
    """An unknown entry, or one of another integration, is refused."""
    other = somebody_elses(hass).entry_id
    assert await wrong(hass, action, {"config_entry_id": "gone"}) == (
        "Integration plex_account config entry with ID gone was not found"
    )
    assert await wrong(hass, action, {"config_entry_id": other}) == (
        "Config entry Other does not belong to integration plex_account"
    )


@each_action
async def test_several_accounts(
    hass: HomeAssistant, link: Link, alice: MockConfigEntry, action: str
) -> None:
    """With several accounts the field is required."""
    await link("bob")
    text = "Several accounts are linked. Choose one"
    assert await wrong(hass, action, {}) == text


async def test_the_chosen_account(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, alice: MockConfigEntry
) -> None:
    """The chosen account is used, or the account of the chosen server."""
    bob = await link("bob")
    for entry, name in ((alice, "alice_attic"), (bob, "bob_basement")):
        data = {"path": "/api/v2/user", "config_entry_id": entry.entry_id}
        assert (await act(hass, "request", data))["data"]["username"] == name
    basement = plex_tv.servers["Bob's Basement"]
    for entry, token in (
        (alice, basement.data.guests["alice"]),
        (bob, bob.data["token"]),
    ):
        device = device_id(hass, entry, "Bob's Basement")
        data = {"path": "/library/sections", "device_id": device}
        for choice in ({}, {"config_entry_id": entry.entry_id}):
            assert (await act(hass, "request", data | choice))["status"] == 200
            assert basement.requests[-1].headers["X-Plex-Token"] == token


@each_action
async def test_an_account_that_is_not_loaded(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, action: str
) -> None:
    """The actions of an unloaded account fail with the reason."""
    device = device_id(hass, alice, "Attic")
    assert await hass.config_entries.async_unload(alice.entry_id)
    text = "Config entry alice_attic for integration plex_account is not loaded"
    assert await wrong(hass, action, {}) == text
    assert await wrong(hass, action, {"config_entry_id": alice.entry_id}) == text
    if action in {"request", "get_token"}:
        assert await wrong(hass, action, {"device_id": device}) == text
    assert not plex_tv.requests


@each_action
async def test_the_last_account_is_removed(
    hass: HomeAssistant, alice: MockConfigEntry, action: str
) -> None:
    """The actions stay registered without any account."""
    await hass.config_entries.async_remove(alice.entry_id)
    assert hass.services.has_service(DOMAIN, action)
    text = "Could not find config entry for integration plex_account"
    assert await wrong(hass, action, {}) == text


@each_action
async def test_an_account_that_waits_for_plex_tv(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, action: str
) -> None:
    """An account whose set-up is being retried is not loaded."""
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    await link("alice")
    text = "Config entry alice_attic for integration plex_account is not loaded"
    assert await wrong(hass, action, {}) == text


async def test_an_account_comes_back(
    hass: HomeAssistant, instance: Instance, alice: MockConfigEntry
) -> None:
    """The actions work again after an account was unloaded and set up."""
    assert await hass.config_entries.async_unload(alice.entry_id)
    await instance.set_up(alice)
    assert (await act(hass, "request"))["status"] == 200


@each_of_a_server
async def test_no_such_server(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, action: str
) -> None:
    """A device that is not a server is refused."""
    other = dr.async_get(hass).async_get_or_create(
        config_entry_id=somebody_elses(hass).entry_id,
        identifiers={("other", plex_tv.servers["Attic"].machine_identifier)},
    )
    for device in ("", "gone", other.id, device_id(hass, alice, "alice_attic")):
        assert await wrong(hass, action, {"device_id": device}) == UNKNOWN_SERVER
    assert not plex_tv.requests


@each_of_a_server
async def test_a_server_of_another_account(
    hass: HomeAssistant, link: Link, alice: MockConfigEntry, action: str
) -> None:
    """A server of another account than the chosen one is refused."""
    bob = await link("bob")
    choice = {
        "config_entry_id": alice.entry_id,
        "device_id": device_id(hass, bob, "Bob's Basement"),
    }
    assert await wrong(hass, action, choice) == UNKNOWN_SERVER


async def test_a_ping_needs_no_choice(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The field may be left out if there is one account."""
    await act(hass, "request", {"path": PING})
    assert len(plex_tv.seen("GET", PING)) == 1
