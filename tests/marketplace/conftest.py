"""GitHub with this repository, and a new Home Assistant."""

from typing import TYPE_CHECKING

import pytest

from tests.helpers.installation import Installation
from tests.helpers.release import Repository

from .github import GitHub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

CHANGES = """
## 0.2.0 - 2026-12-24

## 0.1.0 - 2026-12-01
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Provide a copy of this repository, which has two versions to release."""
    return Repository(tmp_path / "repository", CHANGES)


@pytest.fixture
async def github() -> AsyncIterator[GitHub]:
    """Provide the server that the Marketplace uses as GitHub."""
    async with GitHub() as github:
        yield github


@pytest.fixture
async def installation(tmp_path: Path, github: GitHub) -> AsyncIterator[Installation]:
    """Start a Home Assistant in which nothing is installed."""
    folder = tmp_path / "home"
    async with Installation(folder, marketplace=github.url) as installation:
        yield installation
