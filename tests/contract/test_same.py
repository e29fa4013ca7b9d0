"""A comparison of the simulator with itself finds no differences."""

import asyncio
from typing import TYPE_CHECKING, Final

import pytest

from contract.course import (
    NO_SERVER,
    NOT_SIGNED_IN,
    NOTHING_TO_ADD,
    ROW_IS_GONE,
    Service,
)
from tests.helpers.routes import ADD, PINS, REMOVE, SIGN_OUT, USER

from .changing_proxy import with_value

if TYPE_CHECKING:
    from contract.report import Report
    from simulator import Simulator

    from .changing_proxy import ChangingProxy
    from .conftest import Compare

# Seconds.
PAUSE: Final = 10_000.0
OF_SERVERS: Final = {
    "ask a shared server who it is",
    "ask an own server for its sessions",
    "ask an own server who it is",
    "listen to an own server",
}


def not_asked(report: Report) -> set[str]:
    """Return the names of the requests that could not be sent."""
    return {one.name for one in report.compared if one.not_asked}


async def test_without_account(plex_tv: Simulator, compare: Compare) -> None:
    """Without an account, a dozen requests are sent, none with a valid token."""
    report = await compare()
    assert report.summary == (
        "12 questions: 12 the same, 0 not answered, 0 not asked; differences: 0 that"
        " break the integration, 0 that the simulator does not know."
    )
    asked = plex_tv.requests + plex_tv.discover.requests
    assert len(asked) == 12
    tokens = {one.headers.get("X-Plex-Token") for one in asked} - {None}
    assert not any(plex_tv.token_is_valid(str(token)) for token in tokens)


async def test_pace(compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a pause before each request except the first, at least a second.

    The pauses are far longer than everything else, and are skipped.
    """
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def count(seconds: float) -> None:
        """Count the pauses, and skip them."""
        if seconds > PAUSE / 2:
            pauses.append(seconds)
        await sleep(0 if seconds > PAUSE / 2 else seconds)

    monkeypatch.setattr(asyncio, "sleep", count)
    await compare(pause=PAUSE)
    assert len(pauses) == 11
    assert Service().pause >= 1.0


@pytest.mark.parametrize("person", ["alice", "bob"])
async def test_with_account(plex_tv: Simulator, compare: Compare, person: str) -> None:
    """Everything that the integration reads is requested, and no sign-in is left."""
    before = plex_tv.devices(person)
    report = await compare(person)
    assert [one.name for one in report.compared if one.differences] == []
    assert [one.name for one in report.compared if one.unanswered] == []
    names = {one.name for one in report.compared if not one.not_asked}
    assert {"ask an own server for its sessions", "listen to an own server"} <= names
    assert report.notes == [ROW_IS_GONE]
    assert plex_tv.devices(person) == before
    assert not any(plex_tv.token_is_valid(pin.token or "") for pin in plex_tv.pins)
    assert plex_tv.discover.seen("PUT", ADD) == []


async def test_write(plex_tv: Simulator, compare: Compare) -> None:
    """With `write`, a title is added to the watchlist and removed again."""
    before = plex_tv.discover.watchlist("alice")
    report = await compare("alice", write=True)
    assert [one.name for one in report.compared if one.differences] == []
    [added] = plex_tv.discover.seen("PUT", ADD)
    [removed] = plex_tv.discover.seen("PUT", REMOVE)
    assert added.query == removed.query
    assert plex_tv.discover.watchlist("alice") == before


async def test_nothing_to_write(plex_tv: Simulator, compare: Compare) -> None:
    """A title that is already on the watchlist is not changed."""
    for year in (1984, 2021):
        plex_tv.discover.add("alice", plex_tv.discover.title("Dune", year=year))
    report = await compare("alice", write=True)
    assert NOTHING_TO_ADD in report.notes
    assert plex_tv.discover.seen("PUT", ADD) == []
    assert len(plex_tv.discover.watchlist("alice")) == 6


async def test_no_server(plex_tv: Simulator, compare: Compare) -> None:
    """Without a server that responds, everything else is compared."""
    for server in plex_tv.servers.values():
        await server.stop()
    report = await compare("bob")
    assert NO_SERVER in report.notes
    assert [one.name for one in report.compared if one.differences] == []
    assert not_asked(report) == OF_SERVERS
    assert f", {len(OF_SERVERS)} not asked;" in report.summary
    name = "listen to an own server"
    assert f"## {name}\n\nNot asked: it needs an own server that" in report.text


async def test_nothing_in_the_account(plex_tv: Simulator, compare: Compare) -> None:
    """An account with a player, without servers and watchlist, is no difference."""
    plex_tv.add_person("dora")
    plex_tv.add_player("dora", name="Tablet")
    report = await compare("dora", write=True)
    assert [one.name for one in report.compared if one.differences] == []
    assert not_asked(report) == OF_SERVERS


async def test_no_texts(
    plex_tv: Simulator, api: ChangingProxy, compare: Compare
) -> None:
    """An empty text is not reported as unread."""
    api.change("GET", USER, with_value("title", ""))
    report = await compare("alice")
    assert [one.name for one in report.compared if one.differences] == []


async def test_nobody_approves(plex_tv: Simulator, compare: Compare) -> None:
    """A code that nobody approved is reported, and no sign-out is sent."""
    report = await compare("nobody")
    assert report.notes == [NOT_SIGNED_IN]
    assert plex_tv.seen("DELETE", SIGN_OUT) == []
    assert len(plex_tv.seen("POST", PINS)) == 3
    assert {"read the account", "sign out", *OF_SERVERS} <= not_asked(report)
