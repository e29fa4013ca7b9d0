"""A server that quotes secrets in responses and errors."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from homeassistant.const import CONF_TOKEN
import pytest

from custom_components.plex_account.const import (
    CONF_ALLOW_TOKENS,
    CONF_CLIENT_IDENTIFIER,
)
from simulator import Fault
from tests.helpers.actions import act, device_id, failure
from tests.helpers.errors import causes
from tests.helpers.routes import PING, SECTIONS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link

HOSTILE = "Bob's Basement"
ADDRESSES = (
    "203.0.113.77",
    "2001:db8:77::1",
    "203-0-113-77.0123456789abcdef.plex.direct",
    "carol@mail.example",
)


def known(plex_tv: Simulator, entry: MockConfigEntry) -> list[str]:
    """Return every token and identifier that the account knows, of all its servers."""
    assert entry.unique_id
    secrets = [
        entry.data[CONF_TOKEN],
        entry.data[CONF_CLIENT_IDENTIFIER],
        entry.unique_id,
        plex_tv.servers[HOSTILE].data.guests["alice"],
    ]
    return secrets + [each.machine_identifier for each in plex_tv.servers.values()]


async def test_answers(hass: HomeAssistant, plex_tv: Simulator, link: Link) -> None:
    """No response contains a secret of the account, whichever server sends it."""
    entry = await link("alice")
    secrets = [*known(plex_tv, entry), *ADDRESSES]
    told: dict[str, Any] = {
        "plain": secrets,
        "names": dict.fromkeys(secrets, 1),
        "texts": [f"a {secret} b" for secret in secrets],
        "urls": [
            f"?a={quote(quote(secret, safe=''), safe='')}&b" for secret in secrets
        ],
        "json": [json.dumps({"a": secret}) for secret in secrets],
        "left": "The Attic Window",
    }
    server = plex_tv.servers[HOSTILE]
    server.misbehave("GET", "*", Fault.body(json.dumps(told)), times=None)
    data = {"device_id": device_id(hass, entry, HOSTILE), "path": "/library"}
    answer = await act(hass, "request", data)
    assert answer["data"]["left"] == "The Attic Window"
    assert {secret for secret in secrets if secret in json.dumps(answer)} == set()
    assert {*answer["data"]["plain"]} == {"**REDACTED**"}
    plex_tv.misbehave("GET", PING, Fault.body(json.dumps(told)))
    answer = await act(hass, "request", {"path": PING})
    assert {secret for secret in secrets if secret in json.dumps(answer)} == set()
    hass.config_entries.async_update_entry(entry, options={CONF_ALLOW_TOKENS: True})
    assert (await act(hass, "request", data))["data"] == told


@pytest.mark.parametrize("status", [400, 401, 403, 422, 500])
async def test_errors(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, status: int
) -> None:
    """An error contains the server's text without the account's secrets."""
    entry = await link("alice")
    server = plex_tv.servers[HOSTILE]
    data = {"device_id": device_id(hass, entry, HOSTILE), "path": "/library"}
    for secret in (*known(plex_tv, entry), *ADDRESSES):
        body = json.dumps({"error": f"Not for {secret}, said {quote(secret)}"})
        server.misbehave("GET", "*", Fault.status(status, body=body))
        error = await failure(hass, "request", data)
        text = str(error.translation_placeholders)
        assert "Not for **REDACTED**, said" in text
        told = [text, *map(str, causes(error))]
        assert len(told) >= 3
        assert [one for one in told if secret in one] == []


async def test_a_server_cannot_choose_what_is_taken_out(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """An identifier that could be a word is not redacted from responses."""
    plex_tv.servers[HOSTILE].data.machine_identifier = "MediaContainer"
    entry = await link("alice")
    data = {"device_id": device_id(hass, entry, "Attic"), "path": SECTIONS}
    answer = await act(hass, "request", data)
    assert answer["data"]["MediaContainer"]["Directory"]
