"""The configuration folder of the demo's Home Assistant."""

import json
import os
from pathlib import Path
import shutil
from typing import Final
from zoneinfo import available_timezones

REPOSITORY: Final = Path(__file__).resolve().parent.parent
BLUEPRINTS: Final = REPOSITORY / "blueprints"
HOST: Final = "127.0.0.1"

# Every browser on this machine is signed in. The second provider is only there because
# onboarding creates its user with it.
CONFIGURATION: Final = """\
homeassistant:
  name: Home
  country: GB
  time_zone: {time_zone}
  auth_providers:
    - type: trusted_networks
      trusted_networks:
        - {host}
      allow_bypass_login: true
    - type: homeassistant
{integrations}:
"""
# The files that the editors of automations, scripts and scenes write.
EDITORS: Final = """\
automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
"""
INTEGRATIONS: Final = ("history", "logbook", "my")
# The integrations that are needed to link an account through Home Assistant's API.
BARE_INTEGRATIONS: Final = ("api", "config", "network", "onboarding", "websocket_api")

# All steps of onboarding except the user, which only Home Assistant can create.
ONBOARDED: Final = ("core_config", "analytics", "integration")


def write_configuration(
    folder: Path, port: int, *, bare: bool = False, marketplace: bool = False
) -> None:
    """Prepare a new configuration folder, or an earlier one for another port.

    With `marketplace`, Home Assistant's Marketplace is signed in to GitHub, and Plex
    Account is not installed yet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if marketplace:
        _sign_in_to_github(folder)
    else:
        components = folder / "custom_components"
        components.mkdir(exist_ok=True)
        link = components / "plex_account"
        if not link.is_symlink():
            link.symlink_to(REPOSITORY / "custom_components" / "plex_account")
    integrations = ":\n".join(BARE_INTEGRATIONS if bare else INTEGRATIONS)
    configuration = CONFIGURATION.format(
        host=HOST, time_zone=_time_zone(), integrations=integrations
    )
    if not bare:
        configuration += EDITORS
        for name in ("automations", "scripts", "scenes"):
            (folder / f"{name}.yaml").touch()
        _offer_blueprints(folder)
    (folder / "configuration.yaml").write_text(configuration, encoding="utf-8")
    # Home Assistant reverts an address in configuration.yaml after five minutes. One in
    # its own storage is permanent, and every version reads the oldest layout of it.
    _store(folder, "http", 1, {"server_host": [HOST], "server_port": port})
    if not (folder / ".storage" / "onboarding").exists():
        _store(folder, "onboarding", 4, {"done": ONBOARDED})


def _sign_in_to_github(folder: Path) -> None:
    """Create the Marketplace's entry, with a token, unless there are entries."""
    if (folder / ".storage" / "core.config_entries").exists():
        return
    entry = {
        "entry_id": "marketplace",
        "version": 1,
        "domain": "marketplace",
        "title": "",
        "data": {"token": "of nobody"},
        "options": {},
        "source": "system",
        "unique_id": None,
        "disabled_by": None,
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
    }
    _store(folder, "core.config_entries", 1, {"entries": [entry]})


def _offer_blueprints(folder: Path) -> None:
    """Copy the blueprints, as if they had been imported.

    Links do not work: Home Assistant ignores linked folders, and would write to the
    repository through linked files.
    """
    copies = folder / "blueprints"
    for kind in BLUEPRINTS.iterdir():
        copy = copies / kind.name / "plex_account"
        if copy.is_symlink():
            copy.unlink()
    shutil.copytree(BLUEPRINTS, copies, dirs_exist_ok=True)


def _store(folder: Path, key: str, version: int, data: object) -> None:
    """Write a file of Home Assistant's own storage."""
    file = folder / ".storage" / key
    file.parent.mkdir(exist_ok=True)
    stored = {"version": version, "minor_version": 1, "key": key, "data": data}
    file.write_text(json.dumps(stored), encoding="utf-8")


def _time_zone() -> str:
    """Return the time zone of this machine."""
    place = os.path.realpath("/etc/localtime").rpartition("/zoneinfo/")[2]
    name = os.environ.get("TZ", place)
    return name if name in available_timezones() else "UTC"
