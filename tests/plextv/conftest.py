"""A simulator whose time can be moved, and clients of it."""

import os
from typing import TYPE_CHECKING

from aiohttp import ClientSession
from hypothesis import settings
import pytest

from custom_components.plex_account.plextv import PlexTvClient, PlexTvHosts
from simulator import Simulator

from . import CLIENT, DEVICE
from .asked import SERVER_TOKEN, Asked, attic_at
from .doors import Doors
from .virtual_time import VirtualTime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# How long an example takes depends on the machine: nothing is learned from it. To try
# very many, which takes longer than a test may otherwise:
# HYPOTHESIS_PROFILE=thorough scripts/test -k any -o timeout=0 -o faulthandler_timeout=0
settings.register_profile("quick", deadline=None, database=None)
settings.register_profile(
    "thorough", settings.get_profile("quick"), max_examples=10_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture
def virtual_time() -> VirtualTime:
    """Provide the time that plex.tv and whoever waits for it share."""
    return VirtualTime()


@pytest.fixture
async def plex_tv(
    socket_enabled: None, virtual_time: VirtualTime
) -> AsyncIterator[Simulator]:
    """Provide a plex.tv."""
    async with Simulator(now=virtual_time.now) as simulator:
        yield simulator


@pytest.fixture
async def session(plex_tv: Simulator) -> AsyncIterator[ClientSession]:
    """Provide a session as any program has one."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
def client(session: ClientSession, plex_tv: Simulator) -> PlexTvClient:
    """Provide a client that is not signed in."""
    return PlexTvClient(
        session,
        client_identifier=CLIENT,
        device=DEVICE,
        hosts=PlexTvHosts(api=plex_tv.url),
    )


@pytest.fixture
def alice(client: PlexTvClient, plex_tv: Simulator) -> PlexTvClient:
    """Provide a client that is signed in."""
    return client.with_token(plex_tv.sign_in("alice", client_identifier=CLIENT))


@pytest.fixture(params=["plex.tv", "the server"])
async def asked(
    request: pytest.FixtureRequest, plex_tv: Simulator, client: PlexTvClient
) -> AsyncIterator[Asked]:
    """Provide each of those who can be asked anything, in turn."""
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    alice = client.with_token(token)
    if request.param == "plex.tv":
        yield Asked(
            whom=request.param,
            token=token,
            seconds=10,
            simulator=plex_tv,
            ask=alice.call,
        )
        return
    async with Simulator() as machine:
        attic = attic_at(machine)
        yield Asked(
            whom=request.param,
            token=SERVER_TOKEN,
            seconds=30,
            simulator=machine,
            ask=lambda call: alice.call_server(attic, attic.connections[0], call),
        )


@pytest.fixture
async def doors(socket_enabled: None) -> AsyncIterator[Doors]:
    """Provide addresses with something behind them that answers when told to."""
    async with Doors() as doors:
        yield doors
