"""Fixtures: a simulator and an HTTP client for it."""

from typing import TYPE_CHECKING

from aiohttp import ClientSession
import pytest

from simulator import Simulator
from tests.simulator import CLIENT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
def media_servers() -> bool:
    """Disable the media servers."""
    return False


@pytest.fixture
async def plex_tv(
    socket_enabled: None, *, media_servers: bool
) -> AsyncIterator[Simulator]:
    """Provide a simulator; some modules enable its media servers."""
    async with Simulator(media_servers=media_servers) as simulator:
        yield simulator


@pytest.fixture
async def http(plex_tv: Simulator) -> AsyncIterator[ClientSession]:
    """Provide a session with the simulator as its base URL."""
    async with ClientSession(plex_tv.url) as session:
        yield session


@pytest.fixture
def token(plex_tv: Simulator) -> str:
    """Provide a token of alice."""
    return plex_tv.sign_in("alice", client_identifier=CLIENT)
