"""Linked accounts keep working after upgrades and downgrades.

For each version there is a file with what it stored: the entry, as Home Assistant
stores it, and the component's own storage. Before a release that stores something else,
a new file is made with `stored()`; the old ones stay as they are.
"""

from copy import deepcopy
import json
from pathlib import Path
import re
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntryState
import pytest

from contract.shapes import shape_of
from custom_components.plex_account.const import (
    CONF_ALLOW_TOKENS,
    CONF_CLIENT_IDENTIFIER,
    CONF_FOLLOW,
    DOMAIN,
    FOLLOW_SHARED,
)
from simulator import Fault
from tests.helpers.home_users import HomeUsers
from tests.repository.documents import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

FOLDER: Final = Path(__file__).parent
VERSIONS: Final = sorted(
    (path.stem for path in FOLDER.glob("*.json")),
    key=lambda version: [int(number) for number in version.split(".")],
)
NEWEST: Final = VERSIONS[-1]
# As Home Assistant 2026.8.1 writes its file of entries.
ENTRIES: Final = {"version": 1, "minor_version": 5, "key": "core.config_entries"}


def stored(entry: ConfigEntry, hass_storage: dict[str, Any]) -> dict[str, Any]:
    """Return what is stored of an account."""
    key = f"{DOMAIN}.{entry.entry_id}"
    return {
        "entry": json.loads(json.dumps(dict(entry.as_dict()))),
        "beside": {key: hass_storage[key]},
    }


def kept(version: str) -> dict[str, Any]:
    """Return what a version has stored."""
    found = json.loads((FOLDER / f"{version}.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture(params=VERSIONS)
def known(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Provide what each version has stored."""
    return kept(request.param)


type Start = Callable[[dict[str, Any]], Awaitable[ConfigEntry]]


@pytest.fixture
def start_with(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    hass_storage: dict[str, Any],
) -> Start:
    """Provide a function that starts with what a version has stored."""

    async def start_with(known: dict[str, Any]) -> ConfigEntry:
        """Start with what was stored, with the tokens and servers of the simulator."""
        client_identifier = known["entry"]["data"][CONF_CLIENT_IDENTIFIER]
        token = plex_tv.sign_in("alice", client_identifier)
        row = known["entry"] | {"data": known["entry"]["data"] | {"token": token}}
        row = deepcopy(row)
        for user in row["subentries"]:
            identifier = user["data"][CONF_CLIENT_IDENTIFIER]
            user["data"]["token"] = plex_tv.sign_in("casey", identifier)
        hass_storage["core.config_entries"] = {**ENTRIES, "data": {"entries": [row]}}
        hass_storage.update(deepcopy(known["beside"]))
        for server in hass_storage[f"{DOMAIN}.{row['entry_id']}"]["data"]["servers"]:
            control = plex_tv.servers[server["name"]]
            server["clientIdentifier"] = control.machine_identifier
        await hass.config_entries.async_initialize()
        [entry] = hass.config_entries.async_entries(DOMAIN)
        await instance.set_up(entry)
        await hass.async_block_till_done()
        return entry

    return start_with


async def test_upgrade(
    instance: Instance, start_with: Start, known: dict[str, Any]
) -> None:
    """An account that this version has linked works, with its options."""
    entry = await start_with(known)
    assert entry.state is ConfigEntryState.LOADED
    assert instance.shows("binary_sensor.alice_attic_signed_in", "on")
    reachable = "binary_sensor.attic_reachable"
    await instance.pass_time_until_shown(reachable, "on")
    for name in ("entry_id", "unique_id", "title", "options"):
        assert getattr(entry, name) == known["entry"][name]
    before = known["entry"]["data"][CONF_CLIENT_IDENTIFIER]
    assert entry.data[CONF_CLIENT_IDENTIFIER] == before
    assert instance.shows("binary_sensor.casey_signed_in", "on")
    assert instance.flows == []


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_upgrade_without_the_internet(
    instance: Instance, plex_tv: Simulator, start_with: Start, known: dict[str, Any]
) -> None:
    """The servers that this version has stored are enough for a start."""
    plex_tv.misbehave("*", "*", Fault.html(502), None)
    entry = await start_with(known)
    assert entry.state is ConfigEntryState.LOADED
    # Nothing responds at the stored addresses.
    await instance.pass_time(15)
    assert instance.shows("binary_sensor.attic_reachable", "off")
    assert instance.shows("sensor.alice_attic_servers_reachable", "0")


@pytest.mark.allowed_logs("which is higher than the current version")
async def test_downgrade(
    plex_tv: Simulator,
    start_with: Start,
    known: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An entry of a later version is kept and not signed out, which is logged."""
    later = known | {"entry": known["entry"] | {"version": 2}}
    later["entry"]["data"] = known["entry"]["data"] | {"unheard": {"of": 1}}
    entry = await start_with(later)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert entry.version == 2
    assert entry.data["unheard"] == {"of": 1}
    assert plex_tv.token_is_valid(entry.data["token"])
    assert plex_tv.requests == []
    assert "alice_attic" in caplog.text
    assert "which is higher than the current version" in caplog.text


async def test_minor_downgrade(start_with: Start, known: dict[str, Any]) -> None:
    """Data that a later minor version adds is kept, and the account works."""
    later = known | {"entry": known["entry"] | {"minor_version": 9}}
    later["entry"]["data"] = known["entry"]["data"] | {"unheard": {"of": 1}}
    later["entry"]["options"] = known["entry"]["options"] | {"unheard": True}
    entry = await start_with(later)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.minor_version == 9
    assert entry.data["unheard"] == {"of": 1}
    assert entry.options["unheard"] is True


async def test_layout(
    instance: Instance, plex_tv: Simulator, link: Link, hass_storage: dict[str, Any]
) -> None:
    """The data that is stored now has the layout of the newest file."""
    options = {CONF_ALLOW_TOKENS: True, CONF_FOLLOW: FOLLOW_SHARED}
    entry = await link("alice", options=options)
    await HomeUsers(instance, plex_tv, entry).add("casey")
    await instance.pass_time(2)
    layouts = [stored(entry, hass_storage), kept(NEWEST)]
    for layout in layouts:
        # The keys contain the ids of the entry and of the user.
        layout["beside"] = [*layout["beside"].values()]
        data = layout["beside"][0]["data"]
        data["home_names"] = [*data["home_names"].values()]
    now, before = (shape_of([layout]) for layout in layouts)
    assert now == before


def test_every_version() -> None:
    """Each file belongs to a version in the changelog; the first version has a file."""
    versions = re.findall(
        r"^## (\d+\.\d+\.\d+) - ", DOCUMENTS["CHANGELOG.md"].prose, re.MULTILINE
    )
    assert set(VERSIONS) <= set(versions)
    # Later versions need no file if they store the same as the version before.
    assert versions[-1] in VERSIONS
