"""Run Home Assistant with a Plex Account that takes somebody else for plex.tv.

The component has no switch for that: what it holds for plex.tv is replaced from
outside, as soon as it is imported. It may be installed only while Home Assistant runs.
Run by `demo.home` with a pipe as standard input, whose end is Home Assistant's end.
"""

from argparse import ArgumentParser
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from ipaddress import IPv4Network
import os
import signal
import sys
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, override

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

REPLACED: Final = "custom_components.plex_account.plex_tv"


def main() -> int:
    """Start Home Assistant in a configuration folder."""
    parser = ArgumentParser(prog="python -m demo.launch", description=__doc__)
    parser.add_argument("folder", help="configuration folder")
    parser.add_argument("--api", help="address that stands for plex.tv")
    parser.add_argument("--link", help="address of the page that takes a code")
    parser.add_argument("--auth", help="address of the page to sign in")
    parser.add_argument("--discover", help="address that stands for Discover")
    parser.add_argument(
        "--bare",
        action="store_true",
        help="set up just what the configuration names, not even the frontend",
    )
    parser.add_argument(
        "--marketplace", help="address that stands for GitHub, in the Marketplace"
    )
    arguments = parser.parse_args()
    Thread(target=_end_with_parent, daemon=True).start()

    # First of all, because Home Assistant puts its own voluptuous in place, which no
    # component may miss.
    bootstrap = import_module("homeassistant.bootstrap")
    if arguments.bare:
        bootstrap.DEFAULT_INTEGRATIONS.clear()
        bootstrap.CRITICAL_INTEGRATIONS.clear()
    if arguments.marketplace:
        bootstrap.DEFAULT_INTEGRATIONS.update(("backup", "marketplace"))
        _replace_github(arguments.marketplace)
    # Components come from the configuration folder alone, as in every Home Assistant.
    sys.path[0] = arguments.folder
    hosts = {
        name: address
        for name in ("api", "link", "auth", "discover")
        if (address := getattr(arguments, name))
    }
    sys.meta_path.insert(0, _Replacing(hosts))
    sys.argv = ["hass", "--config", arguments.folder, "--log-no-color"]
    result: int = import_module("homeassistant.__main__").main()
    return result


class _Replacing(MetaPathFinder):
    """Gives the component other addresses than those of plex.tv."""

    def __init__(self, hosts: dict[str, str]) -> None:
        """Keep the addresses."""
        self._hosts = hosts

    @override
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find the module that holds the addresses, and no other."""
        if fullname != REPLACED:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and (loader := spec.loader):
            execute = loader.exec_module

            def execute_and_replace(module: Any) -> None:
                """Replace what was defined just now."""
                execute(module)
                self._replace(module)

            loader.exec_module = execute_and_replace  # type: ignore[method-assign]
        return spec

    def _replace(self, module: Any) -> None:
        """Replace plex.tv, and let the servers of the simulator be on this machine."""
        url = import_module("yarl").URL
        plextv = import_module("custom_components.plex_account.plextv")
        hosts = {name: url(address) for name, address in self._hosts.items()}
        module.PLEX_TV = plextv.PlexTvHosts(**hosts)
        module.NETWORKS = plextv.Networks(trusted=(IPv4Network("127.0.0.0/8"),))


def _replace_github(address: str) -> None:
    """Give Home Assistant's Marketplace another address than GitHub's."""
    profiles = import_module("homeassistant.components.marketplace.profiles")
    profiles.PROFILES[profiles.DEFAULT_PROFILE] = profiles.DownloadProfile(
        id=profiles.DEFAULT_PROFILE,
        operator="a stand-in on this machine",
        api=f"{address}/api",
        uses_github_account=True,
        github=f"{address}/github",
        raw=f"{address}/raw",
        catalog=f"{address}/catalog",
    )


def _end_with_parent() -> None:
    """End Home Assistant when whoever started it is gone, however that happened.

    Not through `sys.stdin`, whose lock a sleeping thread would hold at the very end.
    """
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
