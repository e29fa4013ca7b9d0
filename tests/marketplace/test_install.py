"""The steps of the README: added, installed, linked, updated, restarted."""

import json
from typing import TYPE_CHECKING, Any, Final

from demo.frontend import DOMAIN
from tests.helpers.installation import link, signed_in

from .github import NAME, NUMBER

if TYPE_CHECKING:
    from demo.frontend import Frontend, Socket
    from tests.helpers.installation import Installation
    from tests.helpers.release import Repository

    from .github import GitHub

ADDRESS: Final = f"https://github.com/{NAME}"
UPDATE: Final = "update.plex_account"
RESTART: Final = "restart_required"


def release(repository: Repository, github: GitHub, version: str) -> None:
    """Pack a version as the workflow does, and publish it."""
    done = repository.pack(version)
    assert (done.returncode, done.stderr) == (0, "")
    github.release(version, repository.zip)


def installed(installation: Installation) -> str:
    """Return the version that is installed, as its manifest says."""
    folder = installation.home.folder / "custom_components" / DOMAIN
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return str(manifest["version"])


async def listed(socket: Socket) -> dict[str, Any]:
    """Return what the Marketplace shows of the repository."""
    [found] = await socket.command("marketplace/repositories/list")
    assert isinstance(found, dict)
    return found


async def wants_restart(socket: Socket) -> bool:
    """Tell whether Home Assistant wants to be restarted."""
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


async def update(frontend: Frontend, socket: Socket) -> None:
    """Look for a new version, and install it with the entity."""
    await socket.command("marketplace/repository/refresh", repository=str(NUMBER))
    state = await frontend.call("GET", f"api/states/{UPDATE}")
    assert state["state"] == "on"
    assert state["attributes"]["latest_version"] == "0.2.0"
    await frontend.call("POST", "api/services/update/install", {"entity_id": UPDATE})


async def install(frontend: Frontend, socket: Socket) -> None:
    """Add the repository and install what it offers."""
    await add(socket)
    found = await listed(socket)
    assert found["can_install"]
    assert (found["name"], found["domain"]) == ("Plex Account", DOMAIN)
    assert (found["installed"], found["available_version"]) == (False, "0.1.0")
    assert await frontend.accounts() == []
    await socket.command("marketplace/repository/install", repository=str(NUMBER))
    assert not await wants_restart(socket)


async def assert_up_to_date(frontend: Frontend, socket: Socket) -> None:
    """Assert that the account works and nothing is left to install or restart."""
    assert await signed_in(frontend)
    assert not await wants_restart(socket)
    found = await listed(socket)
    assert (found["installed"], found["installed_version"]) == (True, "0.2.0")
    state = await frontend.call("GET", f"api/states/{UPDATE}")
    assert state["state"] == "off"


async def test_install(
    installation: Installation, github: GitHub, repository: Repository
) -> None:
    """An account is linked without a restart, and works after an update and one."""
    release(repository, github, "0.1.0")
    home = installation.home
    async with home.frontend() as frontend, frontend.socket() as socket:
        await install(frontend, socket)
        assert installed(installation) == "0.1.0"
        await link(installation, frontend)
        assert await signed_in(frontend)

        release(repository, github, "0.2.0")
        await update(frontend, socket)
        assert installed(installation) == "0.2.0"
        assert await wants_restart(socket)
        assert await signed_in(frontend)
    rows = await installation.rows()
    assert home.complaints == []

    await home.stop()
    stored = installation.stored()
    await home.start()
    async with home.frontend() as frontend, frontend.socket() as socket:
        await assert_up_to_date(frontend, socket)
    assert len(stored) == 1
    assert installation.stored() == stored
    assert await installation.rows() == rows
    assert home.complaints == []
    assert github.downloads == ["0.1.0", "0.2.0"]
    assert github.unknown == []
