"""Configuration folders from which each kill starts."""

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.helpers.installation import Installation, link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session", autouse=True)
def _compile_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Share compiled bytecode, so that only the first start compiles."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture(scope="session")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepare a new configuration folder."""
    folder = tmp_path_factory.mktemp("homes") / "new"
    folder.mkdir()

    async def prepare() -> None:
        """Start once, and stop cleanly."""
        async with Installation(folder):
            pass

    asyncio.run(prepare())
    return folder


@pytest.fixture(scope="session")
def linked(new: Path) -> Path:
    """Prepare a folder with an account whose token no other simulator accepts."""
    folder = new.with_name("linked")
    shutil.copytree(new, folder, symlinks=True)

    async def prepare() -> None:
        """Link the account, and stop cleanly."""
        async with (
            Installation(folder) as installation,
            installation.home.frontend() as frontend,
        ):
            await link(installation, frontend)

    asyncio.run(prepare())
    return folder
