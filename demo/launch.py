"""Run Home Assistant with a Plex Account that takes somebody else for plex.tv.

The component has no switch for that: what it holds for plex.tv is replaced from
outside.
Run by `demo.home` with a pipe as standard input, whose end is Home Assistant's end.
"""

from argparse import ArgumentParser
from importlib import import_module
from ipaddress import IPv4Network
import os
import signal
import sys
from threading import Thread
from typing import Any


def main() -> int:
    """Start Home Assistant in a configuration folder."""
    parser = ArgumentParser(prog="python -m demo.launch", description=__doc__)
    parser.add_argument("folder", help="configuration folder")
    parser.add_argument("--api", help="address that stands for plex.tv")
    parser.add_argument("--link", help="address of the page that takes a code")
    parser.add_argument("--auth", help="address of the page to sign in")
    parser.add_argument(
        "--bare",
        action="store_true",
        help="set up just what the configuration names, not even the frontend",
    )
    arguments = parser.parse_args()
    Thread(target=_end_with_parent, daemon=True).start()

    # First of all, because Home Assistant puts its own voluptuous in place, which no
    # component may miss.
    bootstrap = import_module("homeassistant.bootstrap")
    if arguments.bare:
        bootstrap.DEFAULT_INTEGRATIONS.clear()
        bootstrap.CRITICAL_INTEGRATIONS.clear()
    # Components come from the configuration folder alone, as in every Home Assistant.
    sys.path[0] = arguments.folder
    hosts = {
        name: address
        for name in ("api", "link", "auth")
        if (address := getattr(arguments, name))
    }
    _replace_plex_tv(hosts)
    sys.argv = ["hass", "--config", arguments.folder, "--log-no-color"]
    result: int = import_module("homeassistant.__main__").main()
    return result


def _replace_plex_tv(hosts: dict[str, str]) -> None:
    """Give the component other addresses than those of plex.tv."""
    url = import_module("yarl").URL
    plextv = import_module("custom_components.plex_account.plextv")
    plex_tv: Any = import_module("custom_components.plex_account.plex_tv")
    plex_tv.PLEX_TV = plextv.PlexTvHosts(
        **{name: url(address) for name, address in hosts.items()}
    )
    # The servers of the simulator are on this machine.
    plex_tv.NETWORKS = plextv.Networks(trusted=(IPv4Network("127.0.0.0/8"),))


def _end_with_parent() -> None:
    """End Home Assistant when whoever started it is gone, however that happened.

    Not through `sys.stdin`, whose lock a sleeping thread would hold at the very end.
    """
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
