"""Fixtures for the tests with other programs' clients."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.plexapi_addresses import plexapi_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator import Simulator

type InThread = Callable[..., asyncio.Future[Any]]


@pytest.fixture
def plexapi_asks_here(plex_tv: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point every address that PlexAPI holds at the simulator."""
    myplex = pytest.importorskip("plexapi.myplex", reason="dependency group peers")
    for cls, name, address in plexapi_addresses(plex_tv.url):
        monkeypatch.setattr(cls, name, address)
    query = myplex.MyPlexAccount.query

    def query_here(account: object, url: str, *args: object, **more: object) -> object:
        """Redirect a request whose address is hard-coded in PlexAPI."""
        here = url.replace("https://plex.tv", str(plex_tv.url.origin()))
        return query(account, here, *args, **more)

    monkeypatch.setattr(myplex.MyPlexAccount, "query", query_here)
    for name in ("DISCOVER", "METADATA"):
        monkeypatch.setattr(myplex.MyPlexAccount, name, str(plex_tv.discover.url))


@pytest.fixture
def no_question_to_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable PlexAPI's discovery of players on the network."""
    gdm = pytest.importorskip("plexapi.gdm", reason="dependency group peers")
    monkeypatch.setattr(gdm.GDM, "scan", lambda *_, **__: None)


@pytest.fixture
def in_thread() -> Iterator[InThread]:
    """Provide a function that runs a blocking call of PlexAPI in a thread."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda *call: asyncio.get_running_loop().run_in_executor(pool, *call)


@pytest.fixture
async def alice(plex_tv: Simulator, in_thread: InThread) -> Any:  # noqa: ANN401 - PlexAPI has no types
    """Provide PlexAPI, signed in as alice with an existing token."""
    myplex = pytest.importorskip("plexapi.myplex", reason="dependency group peers")
    token = plex_tv.sign_in("alice", client_identifier="peer")
    return await in_thread(lambda: myplex.MyPlexAccount(token=token))
