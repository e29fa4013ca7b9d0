"""The addresses of plex.tv that PlexAPI holds in its classes."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yarl import URL


def plexapi_addresses(plex_tv: URL) -> Iterator[tuple[type, str, str]]:
    """Yield class, attribute and its address at a simulated plex.tv."""
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
                yield cls, name, value.replace("https://plex.tv", str(plex_tv))
