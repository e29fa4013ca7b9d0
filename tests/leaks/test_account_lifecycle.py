"""No output during the life of an account contains a secret."""

from typing import TYPE_CHECKING, Final

from homeassistant.const import CONF_TOKEN
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from .account_lifecycle import SIGNED_IN

if TYPE_CHECKING:
    from homeassistant.components.recorder import Recorder

    from .account_lifecycle import AccountLifecycle

COLLECTED: Final = (
    ("database", SIGNED_IN),
    ("devices", "Attic"),
    ("diagnostics", "last_update_success"),
    ("entities", SIGNED_IN),
    ("error of create_claim", "PlexTvConnectionError"),
    ("error of get_servers", "home_user_signed_out"),
    ("error of request", "not_found"),
    ("error of sign_out_device", "own_device"),
    ("error of add_item", "PlexTvConnectionError"),
    ("titles", "Basement"),
    ("events", "A New Film"),
    ("events", "state_changed"),
    ("flows", "reauth_confirm"),
    ("flows", "wrong_pin"),
    ("issues", "home_user_pin"),
    ("issues", "config_entry_reauth"),
    ("log of custom_components.plex_account", "Finished fetching"),
    ("log of homeassistant.core", "Bus:Handling"),
    ("response of get_devices", "Shield"),
    ("response of get_servers", "Cabin"),
    ("response of request", "MediaContainer"),
    ("states", SIGNED_IN),
    ("storage", "alice_attic"),
    ("system health", "accounts_linked"),
)


@pytest.mark.allowed_logs(
    "Error fetching Plex account",
    "Error fetching Signed-in devices",
    "Authentication failed while fetching",
    "rejects the sign-in of a Home user",
)
async def test_a_life(lifecycle: AccountLifecycle, recorder_mock: Recorder) -> None:
    """No secret leaks while accounts are linked, used, signed out and removed."""
    alice = await lifecycle.link("alice", "code")
    await lifecycle.use(alice)
    handed_out = await lifecycle.hand_out(alice)
    await lifecycle.play()
    assert handed_out["token"] == alice.data[CONF_TOKEN]
    await lifecycle.follow_devices(alice)
    await lifecycle.home(alice)
    await lifecycle.look_around(alice)
    await lifecycle.outages()
    await lifecycle.lose_sign_in(alice)
    casey = await lifecycle.link("casey", "browser")
    await lifecycle.look_around(casey)
    kept = await lifecycle.read_storage()
    for entry in (alice, casey):
        await lifecycle.hass.config_entries.async_remove(entry.entry_id)
    await async_wait_recording_done(lifecycle.hass)
    lifecycle.output.record_database(recorder_mock.db_url)

    # Proves that there were secrets, and that output was recorded.
    told = {secret for data in kept for secret in data.values()}
    assert told <= lifecycle.plex_tv.secrets
    assert len(told) == 4
    assert len(lifecycle.plex_tv.secrets) > 40
    for where, part in COLLECTED:
        assert lifecycle.output.contains(where, part), where
    assert lifecycle.output.find(lifecycle.plex_tv.secrets - lifecycle.typed) == {}
