"""Run Home Assistant with a Plex Account that takes somebody else for plex.tv.

The component has no switch for that: what it holds for plex.tv is replaced from
outside, as soon as it is imported. It may be installed only while Home Assistant runs.
The same is done with the client of Home Assistant's own Plex integration, which would
otherwise send sign-ins of the simulator to plex.tv.
Run by `demo.home` with a pipe as standard input, whose end is Home Assistant's end.
"""

from argparse import ArgumentParser
from functools import partial
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
    from collections.abc import Callable, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

# The hosts that Home Assistant's own Plex integration uses, and their replacements.
PLEXAPI_HOSTS: Final = {
    "https://plex.tv": "api",
    "https://discover.provider.plex.tv": "discover",
    "https://metadata.provider.plex.tv": "discover",
}


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

    # Imported first, because it replaces voluptuous with Home Assistant's own, which
    # every component has to use.
    bootstrap = import_module("homeassistant.bootstrap")
    if arguments.bare:
        bootstrap.DEFAULT_INTEGRATIONS.clear()
        bootstrap.CRITICAL_INTEGRATIONS.clear()
    if arguments.marketplace:
        bootstrap.DEFAULT_INTEGRATIONS.update(("backup", "marketplace"))
        _replace_github(arguments.marketplace)
    # Components are only loaded from the configuration folder, as in production.
    sys.path[0] = arguments.folder
    hosts = {
        name: address
        for name in ("api", "link", "auth", "discover")
        if (address := getattr(arguments, name))
    }
    replacements: dict[str, Callable[[Any], None]] = {
        "custom_components.plex_account.plex_tv": partial(_replace_plex_tv, hosts)
    }
    if "api" in hosts:
        replacements["plexapi.myplex"] = partial(_replace_plexapi, hosts)
        replacements["plexapi.gdm"] = _silence_gdm
    sys.meta_path.insert(0, _Replacing(replacements))
    sys.argv = ["hass", "--config", arguments.folder, "--log-no-color"]
    result: int = import_module("homeassistant.__main__").main()
    return result


class _Replacing(MetaPathFinder):
    """A finder that changes modules as soon as they are imported."""

    def __init__(self, replacements: Mapping[str, Callable[[Any], None]]) -> None:
        """Store the functions that change modules, by the names of the modules."""
        self._replacements = replacements

    @override
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find the modules that are changed, and no others."""
        replace = self._replacements.get(fullname)
        if replace is None:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and (loader := spec.loader):
            execute = loader.exec_module

            def execute_and_replace(module: Any) -> None:
                """Execute the module, and then change it."""
                execute(module)
                replace(module)

            loader.exec_module = execute_and_replace  # type: ignore[method-assign]
        return spec


def _replace_plex_tv(hosts: Mapping[str, str], module: Any) -> None:
    """Replace the hosts of plex.tv, and allow servers on this machine."""
    url = import_module("yarl").URL
    plextv = import_module("custom_components.plex_account.plextv")
    module.PLEX_TV = plextv.PlexTvHosts(
        **{name: url(address) for name, address in hosts.items()}
    )
    module.NETWORKS = plextv.Networks(trusted=(IPv4Network("127.0.0.0/8"),))


def _replace_plexapi(hosts: Mapping[str, str], module: Any) -> None:
    """Redirect the requests of Home Assistant's own Plex integration to plex.tv."""
    account = module.MyPlexAccount
    query = account.query

    def query_elsewhere(self: Any, url: str, *args: Any, **more: Any) -> Any:
        """Send a request to the address that replaces its own."""
        for address, name in PLEXAPI_HOSTS.items():
            if url.startswith(f"{address}/") and name in hosts:
                here = hosts[name].rstrip("/") + url.removeprefix(address)
                return query(self, here, *args, **more)
        raise RuntimeError("The demo has nobody to ask there")

    account.query = query_elsewhere


def _silence_gdm(module: Any) -> None:
    """Disable PlexAPI's discovery of real players and servers on the network."""
    module.GDM.scan = lambda *_, **__: None


def _replace_github(address: str) -> None:
    """Replace the addresses of GitHub in Home Assistant's Marketplace."""
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
    """End Home Assistant when its parent process has ended, even if it was killed.

    Without `sys.stdin`, because this blocked thread would hold its lock at exit.
    """
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
