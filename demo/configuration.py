"""The configuration folder of a Home Assistant that is there just to be looked at."""

import json
import os
from pathlib import Path
import shutil
from typing import Final
from zoneinfo import available_timezones

REPOSITORY: Final = Path(__file__).resolve().parent.parent
BLUEPRINTS: Final = REPOSITORY / "blueprints"
HOST: Final = "127.0.0.1"

# Whoever can reach the loopback address of this machine is signed in. The second
# provider is only there because onboarding creates its user with it.
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
# Where the editors of automations, scripts and scenes write to.
EDITORS: Final = """\
automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
"""
INTEGRATIONS: Final = ("history", "logbook", "my")
# All that linking an account takes over Home Assistant's interface.
BARE_INTEGRATIONS: Final = ("api", "config", "network", "onboarding", "websocket_api")

# Everything but the user, whom only Home Assistant itself can make.
ONBOARDED: Final = ("core_config", "analytics", "integration")


def write_configuration(
    folder: Path, port: int, *, bare: bool = False, marketplace: bool = False
) -> None:
    """Make a folder fit for Home Assistant, or an earlier one fit for another port.

    With `marketplace`, Home Assistant's Marketplace is signed in to GitHub, and nothing
    is installed yet.
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
    # An address in configuration.yaml is on trial: after five minutes Home Assistant
    # goes back to its usual one. In its own storage it is there for good, and every
    # version understands the oldest layout of that.
    _store(folder, "http", 1, {"server_host": [HOST], "server_port": port})
    if not (folder / ".storage" / "onboarding").exists():
        _store(folder, "onboarding", 4, {"done": ONBOARDED})


def _sign_in_to_github(folder: Path) -> None:
    """Make the Marketplace's entry, with a token, unless there are entries already."""
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
    """Have Home Assistant offer the blueprints, as if they had been imported.

    It looks into no folder that is a link, and writes to files through links.
    """
    copies = folder / "blueprints"
    for kind in BLUEPRINTS.iterdir():
        copy = copies / kind.name / "plex_account"
        if copy.is_symlink():
            copy.unlink()
    shutil.copytree(BLUEPRINTS, copies, dirs_exist_ok=True)


def _store(folder: Path, key: str, version: int, data: object) -> None:
    """Write what Home Assistant would have stored itself."""
    file = folder / ".storage" / key
    file.parent.mkdir(exist_ok=True)
    stored = {"version": version, "minor_version": 1, "key": key, "data": data}
    file.write_text(json.dumps(stored), encoding="utf-8")


def _time_zone() -> str:
    """Return the time zone of this machine: the clock of whoever looks at the demo."""
    place = os.path.realpath("/etc/localtime").rpartition("/zoneinfo/")[2]
    name = os.environ.get("TZ", place)
    return name if name in available_timezones() else "UTC"
