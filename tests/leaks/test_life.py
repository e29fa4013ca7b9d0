"""A whole life of an account tells none of its secrets."""

from typing import TYPE_CHECKING, Final

from homeassistant.const import CONF_TOKEN
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from .life import SIGNED_IN

if TYPE_CHECKING:
    from homeassistant.components.recorder import Recorder

    from .life import Life

HEARD: Final = (
    ("database", SIGNED_IN),
    ("devices", "Attic"),
    ("diagnostics", "last_update_success"),
    ("entities", SIGNED_IN),
    ("error of create_claim", "PlexTvConnectionError"),
    ("error of request", "not_found"),
    ("events", "state_changed"),
    ("flows", "reauth_confirm"),
    ("issues", "config_entry_reauth"),
    ("log of custom_components.plex_account", "Finished fetching"),
    ("log of homeassistant.core", "Bus:Handling"),
    ("response of get_servers", "Cabin"),
    ("response of request", "MediaContainer"),
    ("states", SIGNED_IN),
    ("storage", "alice_attic"),
    ("system health", "accounts_linked"),
)


@pytest.mark.allowed_logs(
    "Error fetching Plex account", "Authentication failed while fetching"
)
async def test_a_life(life: Life, recorder_mock: Recorder) -> None:
    """Linked, followed, used, lost, linked again, set up and removed."""
    alice = await life.link("alice", "code")
    await life.use(alice)
    handed_out = await life.hand_out(alice)
    assert handed_out["token"] == alice.data[CONF_TOKEN]
    await life.look_around(alice)
    await life.outages()
    await life.lose_sign_in(alice)
    casey = await life.link("casey", "browser")
    await life.look_around(casey)
    kept = await life.read_storage()
    for entry in (alice, casey):
        await life.hass.config_entries.async_remove(entry.entry_id)
    await async_wait_recording_done(life.hass)
    life.witness.reads_database(recorder_mock.db_url)

    # What a test of silence is worth without: there were secrets, and much was heard.
    told = {secret for data in kept for secret in data.values()}
    assert told <= life.plex_tv.secrets
    assert len(told) == 4
    assert len(life.plex_tv.secrets) > 40
    for where, part in HEARD:
        assert life.witness.heard_of(where, part), where
    assert life.witness.knows(life.plex_tv.secrets - life.typed) == {}
