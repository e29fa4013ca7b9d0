"""Adding to the watchlist, and removing from it."""

import asyncio
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    PlexTvAnswerTooLargeError,
    PlexTvAuthenticationError,
    PlexTvConnectionError,
    PlexTvError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from simulator import Fault, Simulator
from tests.helpers.clock import until
from tests.helpers.custom_faults import QUOTING, OversizedBody
from tests.helpers.errors import causes
from tests.helpers.routes import ADD, MATCHES, REMOVE, SEARCH, TITLES, WATCHLIST
from tests.helpers.watchlist import on_the_list

from .samples import CLIENT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from freezegun.api import FrozenDateTimeFactory

    from custom_components.plex_account.plextv import PlexTvClient, Title, Watchlist

APP = "https://app.plex.tv/?key=%2Flibrary%2Fmetadata%2F5d776aaa0000000000000002"


async def dune(watchlist: Watchlist) -> Title:
    """Return a title that is on no list."""
    [title] = await watchlist.search("Dune (2021)")
    return title


async def test_add_and_remove(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """A title is added at the top and removed; repeating either changes nothing."""
    title, before = await dune(watchlist), on_the_list(plex_tv)
    for _ in range(2):
        await watchlist.add(title)
        assert on_the_list(plex_tv) == ["Dune", *before]
    for _ in range(2):
        await watchlist.remove(title)
        assert on_the_list(plex_tv) == before
    for route in (ADD, REMOVE):
        seen = plex_tv.discover.seen("PUT", route)[-1]
        assert dict(seen.query) == {"ratingKey": title.key}
        assert seen.body == b""
        assert seen.headers["X-Plex-Token"]


@pytest.mark.parametrize(
    ("route", "fault"),
    [
        (ADD, Fault.body("{}")),
        (ADD, Fault.body("", status=204)),
        (ADD, Fault.status(409)),
        (REMOVE, Fault.body("{}")),
        (REMOVE, Fault.status(404)),
    ],
    ids=str,
)
async def test_successes(
    plex_tv: Simulator, watchlist: Watchlist, route: str, fault: Fault
) -> None:
    """A change succeeds with any success status, and if it was already made."""
    title = await dune(watchlist)
    plex_tv.discover.misbehave("PUT", route, fault)
    await (watchlist.add if route == ADD else watchlist.remove)(title)


@pytest.mark.parametrize("status", [400, 401, 403, 500])
async def test_failures(plex_tv: Simulator, watchlist: Watchlist, status: int) -> None:
    """Any other status is an error, and never an authentication error."""
    title = await dune(watchlist)
    for route, change in ((ADD, watchlist.add), (REMOVE, watchlist.remove)):
        plex_tv.discover.misbehave("PUT", route, Fault.status(status))
        with pytest.raises(PlexTvResponseError) as failure:
            await change(title)
        assert failure.value.status == status
        assert not isinstance(failure.value, PlexTvAuthenticationError)


async def test_a_title_that_is_gone(plex_tv: Simulator, watchlist: Watchlist) -> None:
    """404 for adding is an error, and so is 409 for removing."""
    title = await dune(watchlist)
    plex_tv.discover.misbehave("PUT", ADD, Fault.status(404))
    with pytest.raises(PlexTvResponseError):
        await watchlist.add(title)
    plex_tv.discover.misbehave("PUT", REMOVE, Fault.status(409))
    with pytest.raises(PlexTvResponseError):
        await watchlist.remove(title)


CALLS: tuple[tuple[str, str, Callable[[Watchlist, Title], Awaitable[object]]], ...] = (
    ("GET", WATCHLIST, lambda plex, _: plex.read()),
    ("GET", SEARCH, lambda plex, _: plex.search("Dune")),
    ("GET", MATCHES, lambda plex, _: plex.search("tmdb://1")),
    ("GET", TITLES, lambda plex, _: plex.search(APP)),
    ("PUT", ADD, lambda plex, title: plex.add(title)),
    ("PUT", REMOVE, lambda plex, title: plex.remove(title)),
)
each_call = pytest.mark.parametrize(
    ("method", "route", "call"), CALLS, ids=[f"{call[0]} {call[1]}" for call in CALLS]
)


@each_call
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.rate_limited("7"), PlexTvRateLimitError),
        (Fault.redirect("http://127.0.0.1:1/"), PlexTvResponseError),
        (Fault.truncated(), PlexTvResponseError),
        (Fault.reset(), PlexTvConnectionError),
        (QUOTING, PlexTvResponseError),
    ],
    ids=str,
)
async def test_bad_answers(
    plex_tv: Simulator,
    alice: PlexTvClient,
    watchlist: Watchlist,
    *,
    method: str,
    route: str,
    call: Callable[[Watchlist, Title], Awaitable[object]],
    fault: Fault,
    kind: type[PlexTvError],
) -> None:
    """Every request ends with the right error, which contains no secret."""
    title = await dune(watchlist)
    plex_tv.discover.misbehave(method, route, fault, times=None)
    with pytest.raises(PlexTvError) as failure:
        await call(watchlist, title)
    assert type(failure.value) is kind
    for error in causes(failure.value):
        for secret in (CLIENT, alice.headers()["X-Plex-Token"]):
            assert secret not in f"{error} {error!r} {vars(error)}"


@each_call
async def test_floods(
    plex_tv: Simulator,
    watchlist: Watchlist,
    *,
    method: str,
    route: str,
    call: Callable[[Watchlist, Title], Awaitable[object]],
) -> None:
    """No response is read beyond 5 MiB."""
    title = await dune(watchlist)
    flood = OversizedBody()
    plex_tv.discover.misbehave(method, route, flood.fault, times=None)
    with pytest.raises(PlexTvAnswerTooLargeError):
        await call(watchlist, title)
    await flood.end()


@each_call
async def test_silence(
    plex_tv: Simulator,
    watchlist: Watchlist,
    freezer: FrozenDateTimeFactory,
    *,
    method: str,
    route: str,
    call: Callable[[Watchlist, Title], Awaitable[object]],
) -> None:
    """The timeout is ten seconds, and a request can be cancelled."""
    title = await dune(watchlist)
    plex_tv.discover.misbehave(method, route, Fault.hang(), times=None)
    plex_tv.discover.requests.clear()
    waiting = asyncio.ensure_future(call(watchlist, title))
    await until(lambda: plex_tv.discover.seen(method, route))
    freezer.tick(11)
    with pytest.raises(PlexTvConnectionError):
        await waiting
    waiting = asyncio.ensure_future(call(watchlist, title))
    await until(lambda: len(plex_tv.discover.seen(method, route)) == 2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
