"""Actions whose request is rejected, with a valid and with a lost sign-in."""

import asyncio
from typing import TYPE_CHECKING

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import CONF_TOKEN
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.actions import (
    ACTIONS,
    SIGNED_OUT,
    act,
    device_id,
    failure,
    refusal,
    text_of,
)
from tests.helpers.clock import until
from tests.helpers.custom_faults import late
from tests.helpers.routes import HOME_USERS, RESOURCES, SECTIONS, USER

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

REFUSED = (
    "plex.tv refused the request: plex.tv answered 401 to a request: User could not be "
    "authenticated"
)


def is_signed_in(instance: Instance, entry: MockConfigEntry) -> bool:
    """Return whether sensor and flows agree that the account is signed in."""
    flows = instance.flows
    assert {flow["context"]["source"] for flow in flows} <= {SOURCE_REAUTH}
    signed_in = instance.shows(f"binary_sensor.{entry.title}_signed_in", "on")
    assert signed_in != bool(flows)
    return signed_in


@pytest.mark.allowed_logs("Authentication failed while fetching")
@pytest.mark.parametrize("action", ["request", "approve_code", "create_claim"])
async def test_a_rejected_token(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    action: str,
) -> None:
    """A rejected action fails and starts one reauthentication."""
    plex_tv.revoke(alice.data[CONF_TOKEN])
    assert is_signed_in(instance, alice)
    error = await instance.in_time(failure(hass, action))
    assert type(error) is HomeAssistantError
    assert text_of(error) == SIGNED_OUT
    await hass.async_block_till_done()
    assert not is_signed_in(instance, alice)
    asked = len(plex_tv.requests)
    for later in ACTIONS:
        assert await refusal(hass, later) == SIGNED_OUT
    attic = {"path": SECTIONS, "device_id": device_id(hass, alice, "Attic")}
    assert await refusal(hass, "request", attic) == SIGNED_OUT
    assert len(plex_tv.requests) == asked
    assert len(instance.flows) == 1


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_token_rejected_in_old_words(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The 422 of an old route counts as a rejected token."""
    fault = Fault.status(422, body="<errors><error>Invalid token</error></errors>")
    plex_tv.misbehave("*", "*", fault, times=None)
    assert await instance.in_time(refusal(hass, "request")) == SIGNED_OUT
    await hass.async_block_till_done()
    assert not is_signed_in(instance, alice)


@pytest.mark.allowed_logs("Authentication failed while fetching")
@pytest.mark.parametrize("action", ACTIONS)
async def test_rejected_since_the_start(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link, action: str
) -> None:
    """An account whose token was rejected at the start refuses actions."""
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    entry = await link("alice")
    assert await refusal(hass, action) == SIGNED_OUT
    assert not is_signed_in(instance, entry)


async def test_one_route_rejects(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """A 401 of one route alone is not a lost sign-in."""
    plex_tv.misbehave("GET", HOME_USERS, Fault.status(401), times=None)
    error = await failure(hass, "request", {"path": HOME_USERS})
    assert type(error) is HomeAssistantError
    assert text_of(error) == REFUSED
    await hass.async_block_till_done()
    assert is_signed_in(instance, alice)
    assert (await act(hass, "request"))["status"] == 200


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_nobody_knows(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """A failed check of the token is not a lost sign-in."""
    plex_tv.misbehave("GET", HOME_USERS, Fault.status(401), times=None)
    plex_tv.misbehave("GET", RESOURCES, Fault.html(502), times=None)
    plex_tv.misbehave("GET", USER, Fault.html(502), times=None)
    assert await refusal(hass, "request", {"path": HOME_USERS}) == REFUSED
    await hass.async_block_till_done()
    assert is_signed_in(instance, alice)


@pytest.mark.parametrize(
    "fault",
    [Fault.html(401), Fault.status(422, body='{"error": "Invalid token"}')],
    ids=["401", "422"],
)
@pytest.mark.parametrize("name", ["Attic", "Bob's Basement"])
async def test_a_server_rejects(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    name: str,
    fault: Fault,
) -> None:
    """A 401 of a server is not a lost sign-in."""
    plex_tv.servers[name].misbehave("GET", SECTIONS, fault)
    data = {"path": SECTIONS, "device_id": device_id(hass, alice, name)}
    text = await refusal(hass, "request", data)
    assert text.startswith(f"{name} refused the request: the server answered 4")
    await hass.async_block_till_done()
    assert is_signed_in(instance, alice)
    assert not plex_tv.requests


async def test_the_owner_alone(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """A 403 of a shared server gives an error that names the server."""
    data = {"path": "/accounts", "device_id": device_id(hass, alice, "Bob's Basement")}
    assert await refusal(hass, "request", data) == (
        "Bob's Basement refused the request: the server answered 403 to a request"
    )


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_many_actions_ask_once(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """Fifty rejected actions check the token once."""
    plex_tv.revoke(alice.data[CONF_TOKEN])
    refusals = asyncio.gather(*(refusal(hass, "request") for _ in range(50)))

    async def done() -> list[str]:
        return await refusals

    assert set(await instance.in_time(done())) == {SIGNED_OUT}
    assert len(plex_tv.seen("GET", RESOURCES)) == 1
    assert len(plex_tv.seen("GET", USER)) == 1


async def test_the_account_goes_meanwhile(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """Removing the entry during a request gives a translated error."""
    removed = asyncio.Event()
    plex_tv.misbehave("GET", HOME_USERS, late(removed, Fault.status(401)))
    acting = hass.async_create_task(refusal(hass, "request", {"path": HOME_USERS}))
    await until(lambda: plex_tv.seen("GET", HOME_USERS))
    await hass.config_entries.async_remove(alice.entry_id)
    removed.set()
    assert await acting == REFUSED
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
