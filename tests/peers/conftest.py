"""What the tests with other programs' clients share."""

from typing import TYPE_CHECKING

import pytest

from simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def plex_tv(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Provide a plex.tv with media servers."""
    async with Simulator(media_servers=True) as simulator:
        yield simulator
