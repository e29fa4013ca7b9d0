"""The watchlist, as read and changed by PlexAPI, which reads XML."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from simulator import Simulator

    from .conftest import InThread

REASON = "PlexAPI is not installed (dependency group peers)"
myplex = pytest.importorskip("plexapi.myplex", reason=REASON)
exceptions = pytest.importorskip("plexapi.exceptions", reason=REASON)

pytestmark = pytest.mark.usefixtures("plexapi_asks_here")


async def test_reads(
    plex_tv: Simulator,
    alice: Any,  # noqa: ANN401 - PlexAPI has no types
    in_thread: InThread,
) -> None:
    """PlexAPI reads every page of films and series."""
    titles = await in_thread(alice.watchlist)
    assert {title.guid for title in titles} == {
        title.guid for title in plex_tv.discover.watchlist("alice")
    }
    films = await in_thread(lambda: alice.watchlist(libtype="movie", sort="titleSort"))
    assert [film.title for film in films] == ["Basement", "The Lantern Keepers"]
    plex_tv.discover.fill("alice", 250)
    assert len(await in_thread(alice.watchlist)) == 250


async def test_searches_adds_and_removes(
    plex_tv: Simulator,
    alice: Any,  # noqa: ANN401 - PlexAPI has no types
    in_thread: InThread,
) -> None:
    """PlexAPI finds both films of one name, adds one to the list, and removes it."""
    found = await in_thread(alice.searchDiscover, "Dune")
    assert {film.year for film in found} == {1984, 2021}
    [dune] = [film for film in found if film.year == 2021]
    assert not await in_thread(alice.onWatchlist, dune)
    await in_thread(alice.addToWatchlist, dune)
    assert await in_thread(alice.onWatchlist, dune)
    assert plex_tv.discover.watchlist("alice")[0].guid == dune.guid
    with pytest.raises(exceptions.BadRequest):
        await in_thread(alice.addToWatchlist, dune)
    await in_thread(alice.removeFromWatchlist, dune)
    assert not await in_thread(alice.onWatchlist, dune)


async def test_who_may_not(plex_tv: Simulator, in_thread: InThread) -> None:
    """PlexAPI reports that a managed user may not use Discover."""
    token = plex_tv.sign_in("casey", client_identifier="peer")
    casey = await in_thread(lambda: myplex.MyPlexAccount(token=token))
    with pytest.raises(exceptions.BadRequest):
        await in_thread(casey.watchlist)
