"""Home Assistant's own backup of a linked account, restored in a new folder."""

import asyncio
from contextlib import suppress
import shutil
from typing import TYPE_CHECKING, Any, Final

from aiohttp import ClientError

from demo.errors import DemoError
from tests.helpers.installation import PATIENCE, link, requests, signed_in, until

from .steps import install, installed, release

if TYPE_CHECKING:
    from pathlib import Path

    from demo.frontend import Socket
    from demo.home import Home
    from tests.helpers.installation import Installation
    from tests.helpers.release import Repository

    from .github import GitHub

AGENT: Final = "backup.local"
PASSWORD: Final = "of the backup"
# Seconds. Home Assistant restarts after it has unpacked the backup.
LIMIT: Final = 2 * PATIENCE


async def back_up(installation: Installation, socket: Socket) -> None:
    """Make a backup once the account is stored, and wait until it is complete."""
    await until(installation.has_stored)
    await socket.command("backup/generate", agent_ids=[AGENT], password=PASSWORD)
    await until(lambda: backups(socket), LIMIT)


async def backups(socket: Socket) -> list[dict[str, Any]]:
    """List the backups, once none is being made."""
    known = await socket.command("backup/info")
    found: list[dict[str, Any]] = known["backups"]
    return found if known["state"] == "idle" else []


async def restore(home: Home) -> None:
    """Restore the only backup, and wait until Home Assistant has restarted for it."""
    async with home.frontend() as frontend, frontend.socket() as socket:
        assert await frontend.accounts() == []
        [backup] = await backups(socket)
        with suppress(DemoError):
            await socket.command(
                "backup/restore",
                backup_id=backup["backup_id"],
                agent_id=AGENT,
                password=PASSWORD,
            )

    async def is_restored() -> bool:
        """Return whether Home Assistant runs again after the restore."""
        with suppress(ClientError, DemoError):
            async with home.frontend() as frontend, frontend.socket() as socket:
                event = (await socket.command("backup/info"))["last_action_event"]
                running = await frontend.is_running()
                return bool(running and event and event["state"] == "completed")
        return False

    await until(is_restored, LIMIT)


async def test_backup(
    installation: Installation, github: GitHub, repository: Repository, tmp_path: Path
) -> None:
    """The account works in a new Home Assistant, as the same authorised device."""
    release(repository, github, "0.1.0")
    home = installation.home
    async with home.frontend() as frontend, frontend.socket() as socket:
        await install(frontend, socket)
        await link(installation, frontend)
        await back_up(installation, socket)
    rows = await installation.rows()
    await home.stop()
    [stored] = installation.stored()

    # A new one at the same address, because the backup contains the port.
    folder = tmp_path / "new"
    shutil.copytree(home.folder / "backups", folder / "backups")
    new = installation.another_home(folder, port=home.url.port or 0)
    async with new:
        restarting = asyncio.create_task(new.run())
        await restore(new)
        async with new.frontend() as frontend:
            assert await signed_in(frontend)
            assert await requests(frontend) == []
            [account] = await frontend.accounts()
        assert account["entry_id"] == stored["entry_id"]
        assert installed(new) == "0.1.0"
        assert await installation.rows() == rows
        assert new.complaints == []
        assert not restarting.done()
    await restarting
