"""The diagnostics of an entry."""

import json
from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_TOKEN
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER
from simulator import Fault
from tests.helpers.home_users import PIN
from tests.helpers.signed_in_devices import COUNT, SignedInDevices
from tests.helpers.watchlist import ShownWatchlist

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.home_users import HomeUsers
    from tests.helpers.instance import Instance


type Download = Callable[[MockConfigEntry], Awaitable[dict[str, Any]]]


@pytest.fixture
def diagnostics(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Download:
    """Provide a way to download diagnostics as the frontend does."""

    async def download(entry: MockConfigEntry) -> dict[str, Any]:
        """Download the diagnostics of an entry."""
        told = await get_diagnostics_for_config_entry(hass, hass_client, entry)
        assert isinstance(told, dict)
        return told

    return download


@pytest.mark.parametrize("person", ["alice", "bob", "casey"])
async def test_no_secret_is_in_it(
    diagnostics: Download, plex_tv: Simulator, link: Link, person: str
) -> None:
    """The diagnostics hold no secret, name, address or place."""
    entry = await link(person)
    told = await diagnostics(entry)
    text = json.dumps(told)
    kept = {entry.data[CONF_TOKEN], entry.data[CONF_CLIENT_IDENTIFIER]}
    secrets = plex_tv.secrets | plex_tv.names | set(plex_tv.servers) | kept
    assert len(secrets) > 20
    assert not [secret for secret in secrets if secret in text]


async def test_what_is_in_it(
    instance: Instance, diagnostics: Download, link: Link
) -> None:
    """The fields of the diagnostics."""
    entry = await link("alice")
    await ShownWatchlist(instance).read()
    told = await diagnostics(entry)
    assert told["watchlist"] == {
        "last_update_success": True,
        "allowed": True,
        "titles": {"movie": 2, "show": 2},
        "on_servers": 0,
    }
    assert told["plex_tv"] == {
        "signed_in": True,
        "last_update_success": True,
        "last_error": None,
        "cause": None,
    }
    assert told["account"]["plex_pass"] is True
    assert [server["route"] for server in told["servers"]].count("local") == 1
    assert {server["owned"] for server in told["servers"]} == {True, False}
    devices = {"last_update_success": True, "count": None}
    assert told["signed_in_devices"] == devices
    await SignedInDevices(instance, entry).turn(COUNT)
    told = await diagnostics(entry)
    assert told["signed_in_devices"] == {**devices, "count": 4}


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
async def test_home_users(
    diagnostics: Download, plex_tv: Simulator, users: HomeUsers, alice: MockConfigEntry
) -> None:
    """Home users are counted, and no other data of them is included."""
    await users.add("dana")
    await users.add("casey")
    told = await diagnostics(alice)
    expected = {
        "count": 2,
        "signed_in": 2,
        "need_pin": 0,
        "left_home": 0,
        "with_watchlist": 1,
    }
    assert told["home_users"] == expected
    plex_tv.home.pins["casey"] = PIN
    for person in ("casey", "dana"):
        plex_tv.revoke(plex_tv.devices(person)[0].token)
    plex_tv.remove_home_user("dana")
    await users.next_poll()
    told = await diagnostics(alice)
    expected |= {"signed_in": 0, "need_pin": 1, "left_home": 1}
    assert told["home_users"] == expected


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_the_kind_of_an_error_is_in_it(
    instance: Instance, diagnostics: Download, plex_tv: Simulator, link: Link
) -> None:
    """The diagnostics name an error's class, never its text."""
    entry = await link("alice")
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    await instance.pass_time_until_shown(
        f"binary_sensor.{entry.title}_plex_pass", "unavailable"
    )
    told = await diagnostics(entry)
    assert told["plex_tv"] == {
        "signed_in": True,
        "last_update_success": False,
        "last_error": "UpdateFailed",
        "cause": "PlexTvResponseError",
    }


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_signed_out_account_has_one_too(
    diagnostics: Download, plex_tv: Simulator, link: Link
) -> None:
    """An account that was signed out has diagnostics as well."""
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    entry = await link("alice")
    told = await diagnostics(entry)
    assert told["plex_tv"]["signed_in"] is False
    assert told["account"] is None
    assert told["servers"] == []


async def test_an_account_that_is_not_loaded(
    diagnostics: Download, plex_tv: Simulator, link: Link
) -> None:
    """An entry that is not loaded has diagnostics as well."""
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    entry = await link("alice")
    told = await diagnostics(entry)
    assert set(told) == {"entry"}
    assert told["entry"]["state"] == "setup_retry"
    # Home Assistant 2026.8 does not keep the reason of a first refresh.
    assert told["entry"]["reason"] in {"cannot_connect", None}
