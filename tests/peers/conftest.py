"""What the tests with other programs' clients share."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from simulator import Simulator


@pytest.fixture
def plexapi_asks_here(plex_tv: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point every address that PlexAPI holds at the simulator."""
    myplex = pytest.importorskip("plexapi.myplex", reason="dependency group peers")
    for cls in (
        myplex.MyPlexPinLogin,
        myplex.MyPlexAccount,
        myplex.MyPlexResource,
        myplex.MyPlexDevice,
        myplex.MyPlexUser,
    ):
        for name, value in list(vars(cls).items()):
            if isinstance(value, str) and value.startswith("https://plex.tv/"):
                address = value.replace("https://plex.tv", str(plex_tv.url))
                monkeypatch.setattr(cls, name, address)
    query = myplex.MyPlexAccount.query

    def query_here(account: object, url: str, *args: object, **more: object) -> object:
        """Send a request whose address PlexAPI writes where it is needed."""
        here = url.replace("https://plex.tv", str(plex_tv.url.origin()))
        return query(account, here, *args, **more)

    monkeypatch.setattr(myplex.MyPlexAccount, "query", query_here)
    for name in ("DISCOVER", "METADATA"):
        monkeypatch.setattr(myplex.MyPlexAccount, name, str(plex_tv.discover.url))
