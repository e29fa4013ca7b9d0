"""Lists with many rows or confusing ones."""

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from custom_components.plex_account.diagnostics import (
    async_get_config_entry_diagnostics,
)
from simulator import Fault
from tests.helpers.routes import RESOURCES
from tests.helpers.servers import NEXT_LIST, Servers

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance


def row(identifier: str, name: str, **fields: object) -> dict[str, Any]:
    """Describe a server that Bob shares."""
    return {
        "clientIdentifier": identifier,
        "provides": "server",
        "name": name,
        "owned": False,
        "sourceTitle": "Bob",
        **fields,
    }


def tell(plex_tv: Simulator, *rows: dict[str, Any]) -> None:
    """Set the servers that plex.tv lists."""
    fault = Fault.body(json.dumps(rows))
    plex_tv.misbehave("GET", RESOURCES, fault, times=None)


@pytest.mark.allowed_logs("servers of others are left out")
async def test_very_many_servers(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Two hundred shared servers are followed, and all own ones; it is logged once."""
    shared = [row(f"id{number}", f"Shared {number}") for number in range(250)]
    tell(plex_tv, *shared, row("own", "Own", owned=True))
    entry = await link("alice")
    await instance.pass_time(NEXT_LIST)
    devices = Servers(hass, entry).devices()
    assert len(devices) == 201
    assert "Own" in devices
    assert "Shared 199" in devices
    said = [record for record in caplog.records if "left out" in record.getMessage()]
    assert [(record.levelno, record.getMessage()) for record in said] == [
        (logging.WARNING, "50 servers of others are left out; 200 are followed")
    ]
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    assert diagnostics["servers_left_out"] == 50


async def test_names_of_own_servers(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """A shared server with the name of an own one is shown with its owner's name."""
    tell(
        plex_tv,
        row("one", "Attic"),
        row("two", "ATTIC", sourceTitle="Carol"),
        row("three", "Attic", owned=True),
    )
    entry = await link("alice")
    servers = Servers(hass, entry)
    assert sorted(filter(None, servers.devices())) == [
        "ATTIC (Carol)",
        "Attic",
        "Attic (Bob)",
    ]
    own = hass.states.get("binary_sensor.attic_reachable")
    assert own
    assert own.name == "Attic Reachable"


async def test_identifiers_that_look_alike(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """Only plain identifiers are accepted, so that none looks like another."""
    own = row("abc", "Own", owned=True)
    alike = ["abc\u200b", " abc", "abc\n", "\uff41bc", "ABC"]
    tell(plex_tv, *(row(each, f"Alike {each!r}") for each in alike), own)
    entry = await link("alice")
    assert sorted(filter(None, Servers(hass, entry).devices())) == [
        "Alike 'ABC'",
        "Own",
    ]


async def test_a_row_for_an_own_server(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """The row of a shared server never replaces that of an own one."""
    uri = "https://203.0.113.5:32400"
    stranger = row(
        "abc", "Stranger", lastSeenAt="2026-11-27T00:00:00Z", connections=[{"uri": uri}]
    )
    own = row("abc", "Own", owned=True, lastSeenAt="2020-01-01T00:00:00Z")
    for rows in ((stranger, own), (own, stranger)):
        tell(plex_tv, *rows)
        entry = await link("alice")
        assert [*Servers(hass, entry).devices()] == ["Own"]
        await hass.config_entries.async_remove(entry.entry_id)
