"""Fixtures: a simulator with a virtual clock, and clients of it."""

from typing import TYPE_CHECKING

from aiohttp import ClientSession
import pytest

from custom_components.plex_account.plextv import MediaServer, PlexTvClient, Watchlist
from simulator import Simulator
from tests.helpers.hosts import hosts_of

from .connection_search import Searcher
from .raw_targets import SERVER_TOKEN, RawTarget, attic_at
from .samples import CLIENT, IDENTITY
from .served import described
from .virtual_time import VirtualTime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from freezegun.api import FrozenDateTimeFactory

    from custom_components.plex_account.plextv import ServerSessions
    from simulator import ServerControl
    from tests.helpers.fake_servers import FakeServers


@pytest.fixture
def virtual_time() -> VirtualTime:
    """Provide the clock that the simulator and the client share."""
    return VirtualTime()


@pytest.fixture
async def plex_tv(
    socket_enabled: None, virtual_time: VirtualTime
) -> AsyncIterator[Simulator]:
    """Provide a plex.tv whose media servers run."""
    async with Simulator(now=virtual_time.now, media_servers=True) as simulator:
        yield simulator


@pytest.fixture
async def session(plex_tv: Simulator) -> AsyncIterator[ClientSession]:
    """Provide a plain aiohttp session."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
def searcher(
    sessions: ServerSessions, fake_servers: FakeServers, freezer: FrozenDateTimeFactory
) -> Searcher:
    """Provide searches for the connection of a server."""
    return Searcher(sessions, fake_servers, freezer)


@pytest.fixture
def client(
    session: ClientSession, sessions: ServerSessions, plex_tv: Simulator
) -> PlexTvClient:
    """Provide a client that is not signed in."""
    return PlexTvClient(
        session,
        IDENTITY,
        hosts=hosts_of(plex_tv),
        server_sessions=sessions,
    )


@pytest.fixture
def alice(client: PlexTvClient, plex_tv: Simulator) -> PlexTvClient:
    """Provide a client that is signed in."""
    return client.with_token(plex_tv.sign_in("alice", client_identifier=CLIENT))


@pytest.fixture
def watchlist(alice: PlexTvClient) -> Watchlist:
    """Provide the watchlist of alice."""
    return Watchlist(alice.transport)


@pytest.fixture(params=["plex.tv", "the server"])
async def target(
    request: pytest.FixtureRequest, plex_tv: Simulator, client: PlexTvClient
) -> AsyncIterator[RawTarget]:
    """Provide each target of a raw request: plex.tv and a server."""
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    alice = client.with_token(token)
    if request.param == "plex.tv":
        yield RawTarget(
            whom=request.param,
            token=token,
            seconds=10,
            simulator=plex_tv,
            send=alice.request,
        )
        return
    async with Simulator() as machine:
        attic = attic_at(machine)
        yield RawTarget(
            whom=request.param,
            token=SERVER_TOKEN,
            seconds=30,
            simulator=machine,
            send=lambda call: alice.request_server(attic, attic.connections[0], call),
        )


@pytest.fixture
def server(
    client: PlexTvClient, plex_tv: Simulator, attic: ServerControl
) -> MediaServer:
    """Provide the server with the token of its owner."""
    listed = described(attic, plex_tv.sign_in("alice", client_identifier=CLIENT))
    return MediaServer(client.transport, listed, listed.connections[0])


@pytest.fixture
def shared(client: PlexTvClient, attic: ServerControl) -> MediaServer:
    """Provide the server with the token of casey, with whom it is shared."""
    listed = described(attic, attic.data.guests["casey"])
    return MediaServer(client.transport, listed, listed.connections[0])
