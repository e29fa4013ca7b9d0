"""Folders of Home Assistants that are ready to be killed."""

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest

from .installation import Installation, link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session", autouse=True)
def _compile_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Spare all starts but the first most of their time, also where nothing is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture(scope="session")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepare a Home Assistant that somebody has just installed."""
    folder = tmp_path_factory.mktemp("homes") / "new"
    folder.mkdir()

    async def prepare() -> None:
        """Start it once, and stop it in peace."""
        async with Installation(folder):
            pass

    asyncio.run(prepare())
    return folder


@pytest.fixture(scope="session")
def linked(new: Path) -> Path:
    """Prepare a Home Assistant with an account, which no other plex.tv knows."""
    folder = new.with_name("linked")
    shutil.copytree(new, folder, symlinks=True)

    async def prepare() -> None:
        """Link the account, and stop in peace."""
        async with (
            Installation(folder) as installation,
            installation.home.frontend() as frontend,
        ):
            await link(installation, frontend)

    asyncio.run(prepare())
    return folder
