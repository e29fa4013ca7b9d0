"""The cleanup after failures and interruptions, and the report of what is left."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from aiohttp import web
import pytest

from contract.course import PRODUCT, SIGN_IN_LEFT, TITLE_LEFT
from simulator import Fault
from tests.helpers.routes import (
    ADD,
    APPROVAL,
    DEVICE,
    DEVICES,
    PIN,
    PING,
    REMOVE,
    SIGN_OUT,
)

from .changing_proxy import with_value

if TYPE_CHECKING:
    from simulator import Simulator

    from .changing_proxy import ChangingProxy
    from .conftest import Compare

OUTAGE: Final = Fault.html(502)


def nothing_is_left(plex_tv: Simulator) -> bool:
    """Return whether no client of the run is signed in any more."""
    rows = [device.facts.get("product") for device in plex_tv.devices("alice")]
    return PRODUCT not in rows


@pytest.mark.parametrize(
    "failing",
    [
        {("GET", PIN): 1},
        {("PUT", APPROVAL): 1},
        {("DELETE", DEVICE): 1},
        {("DELETE", SIGN_OUT): 1},
        {("DELETE", SIGN_OUT): 1, ("GET", DEVICES): 2},
        {("DELETE", SIGN_OUT): 2, ("GET", DEVICES): 3, ("DELETE", DEVICE): 1},
    ],
    ids=lambda failing: ", ".join(f"{path} {n}" for (_, path), n in failing.items()),
)
@pytest.mark.parametrize("fault", [OUTAGE, Fault.rate_limited()], ids=str)
async def test_outage(
    plex_tv: Simulator,
    compare: Compare,
    fault: Fault,
    failing: dict[tuple[str, str], int],
) -> None:
    """A failed cleanup is retried, or done by the other client."""

    def begin() -> None:
        """Let requests fail once the person has signed in."""
        for (method, path), times in failing.items():
            plex_tv.misbehave(method, path, fault, times)

    report = await compare("alice", approved=begin)
    assert nothing_is_left(plex_tv)
    assert SIGN_IN_LEFT not in report.notes


async def test_code_that_was_approved_during_an_outage(
    plex_tv: Simulator, compare: Compare
) -> None:
    """A sign-in that is interrupted after the approval is removed."""

    def give_up() -> None:
        """Cancel the run before it gets the token."""
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await compare("alice", approved=give_up)
    assert nothing_is_left(plex_tv)


async def test_row_without_a_number(
    plex_tv: Simulator, api: ChangingProxy, compare: Compare
) -> None:
    """A client whose row has no number for its removal is signed out."""
    api.change("GET", DEVICES, with_value("id", "row"))
    report = await compare("alice")
    assert nothing_is_left(plex_tv)
    assert SIGN_IN_LEFT in report.notes


async def test_left(
    plex_tv: Simulator, compare: Compare, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sign-in that could not be removed is reported, with the place to remove it."""
    for path in (SIGN_OUT, DEVICE):
        plex_tv.misbehave("DELETE", path, OUTAGE, None)
    report = await compare("alice")
    assert not nothing_is_left(plex_tv)
    assert SIGN_IN_LEFT in report.notes
    assert SIGN_IN_LEFT in report.text
    printed = capsys.readouterr().out
    assert SIGN_IN_LEFT in printed
    assert "Authorized Devices" in printed


async def test_title(plex_tv: Simulator, compare: Compare) -> None:
    """A title is removed from the watchlist, even if that fails at first."""
    before = plex_tv.discover.watchlist("alice")
    plex_tv.discover.misbehave("PUT", REMOVE, OUTAGE, 2)
    report = await compare("alice", write=True)
    assert plex_tv.discover.watchlist("alice") == before
    assert TITLE_LEFT not in report.notes


async def test_title_left(
    plex_tv: Simulator, compare: Compare, capsys: pytest.CaptureFixture[str]
) -> None:
    """A title that stays on the watchlist is printed, and not in the report."""
    plex_tv.discover.misbehave("PUT", REMOVE, OUTAGE, None)
    report = await compare("alice", write=True)
    assert TITLE_LEFT in report.notes
    assert f"{TITLE_LEFT} It is Dune (" in capsys.readouterr().out
    assert "Dune" not in report.text


@pytest.mark.parametrize(
    ("which", "method", "path"),
    [
        ("plex.tv", "GET", PIN),
        ("plex.tv", "GET", PING),
        ("plex.tv", "PUT", APPROVAL),
        ("plex.tv", "DELETE", SIGN_OUT),
        ("plex.tv", "DELETE", DEVICE),
        ("discover", "PUT", ADD),
        ("discover", "PUT", REMOVE),
    ],
)
async def test_interrupted(
    plex_tv: Simulator, compare: Compare, which: str, method: str, path: str
) -> None:
    """An interruption during any request leaves nothing behind."""
    before = plex_tv.discover.watchlist("alice")
    host = plex_tv.discover if which == "discover" else plex_tv
    hanging = asyncio.Event()

    def hang() -> None:
        """Make the next request hang."""
        host.misbehave(method, path, Fault("hang", hang_and_tell))

    async def hang_and_tell(_: web.Request) -> web.StreamResponse:
        """Signal that a request hangs."""
        hanging.set()
        await asyncio.Event().wait()
        return web.Response()

    running = asyncio.ensure_future(compare("alice", write=True, approved=hang))
    await hanging.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert running.cancelled()
    assert nothing_is_left(plex_tv)
    assert plex_tv.discover.watchlist("alice") == before
