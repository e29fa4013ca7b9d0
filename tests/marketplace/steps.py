"""The steps of a person in the Marketplace, through the API of its panel."""

import json
from typing import TYPE_CHECKING, Any, Final

from demo.frontend import DOMAIN

from .github import ADDRESS, NUMBER

if TYPE_CHECKING:
    from demo.frontend import Frontend, Socket
    from demo.home import Home
    from tests.helpers.release import Repository

    from .github import GitHub

RESTART: Final = "restart_required"


def release(repository: Repository, github: GitHub, version: str) -> None:
    """Pack a version as the workflow does, and publish it."""
    done = repository.pack(version)
    assert (done.returncode, done.stderr) == (0, "")
    github.release(version, repository.zip)


def installed(home: Home) -> str:
    """Return the version that is installed, as its manifest says."""
    folder = home.folder / "custom_components" / DOMAIN
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return str(manifest["version"])


async def listed(socket: Socket) -> dict[str, Any]:
    """Return the repository as the Marketplace lists it."""
    [found] = await socket.command("marketplace/repositories/list")
    assert isinstance(found, dict)
    return found


async def wants_restart(socket: Socket) -> bool:
    """Return whether Home Assistant requires a restart."""
    issues = (await socket.command("repairs/list_issues"))["issues"]
    return RESTART in {issue["translation_key"] for issue in issues}


async def add(socket: Socket) -> None:
    """Accept the warning, and add the repository as the button in the README does."""
    await socket.command("marketplace/warning/accept")
    found = await socket.command("marketplace/repositories/detect", repository=ADDRESS)
    assert found == {"categories": ["integration"]}
    await socket.command(
        "marketplace/repositories/add", repository=ADDRESS, category="integration"
    )


async def install(frontend: Frontend, socket: Socket) -> None:
    """Add the repository and install the integration."""
    await add(socket)
    found = await listed(socket)
    assert found["can_install"]
    assert (found["name"], found["domain"]) == ("Plex Account", DOMAIN)
    assert (found["installed"], found["available_version"]) == (False, "0.1.0")
    assert await frontend.accounts() == []
    await socket.command("marketplace/repository/install", repository=str(NUMBER))
    assert not await wants_restart(socket)
