"""The steps of the README: added, installed, linked, updated, restarted."""

from typing import TYPE_CHECKING, Final

from tests.helpers.installation import link, signed_in

from .github import NUMBER
from .steps import install, installed, listed, release, wants_restart

if TYPE_CHECKING:
    from demo.frontend import Frontend, Socket
    from tests.helpers.installation import Installation
    from tests.helpers.release import Repository

    from .github import GitHub

UPDATE: Final = "update.plex_account"


async def update(frontend: Frontend, socket: Socket) -> None:
    """Check for a new version, and install it with the update entity."""
    await socket.command("marketplace/repository/refresh", repository=str(NUMBER))
    state = await frontend.call("GET", f"api/states/{UPDATE}")
    assert state["state"] == "on"
    assert state["attributes"]["latest_version"] == "0.2.0"
    await frontend.call("POST", "api/services/update/install", {"entity_id": UPDATE})


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
    """An account is linked without a restart, and works after update and restart."""
    release(repository, github, "0.1.0")
    home = installation.home
    async with home.frontend() as frontend, frontend.socket() as socket:
        await install(frontend, socket)
        assert installed(home) == "0.1.0"
        await link(installation, frontend)
        assert await signed_in(frontend)

        release(repository, github, "0.2.0")
        await update(frontend, socket)
        assert installed(home) == "0.2.0"
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
