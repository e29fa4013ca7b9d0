"""Changed responses are found, with the right verdict."""

from typing import TYPE_CHECKING, Any, Final

import pytest

from contract.course import NOT_SIGNED_IN, ROW_STAYS
from contract.differences import BREAKS, UNKNOWN
from custom_components.plex_account.plextv.transport import MAX_LIST_BYTES
from simulator import Fault
from tests.helpers.routes import (
    DEVICE,
    DEVICES,
    EVENTS,
    IDENTITY,
    PIN,
    PINS,
    RESOURCES,
    SEARCH,
    SESSIONS,
    USER,
)

from .changing_proxy import renamed, with_value
from .found import found

if TYPE_CHECKING:
    from simulator import Simulator

    from .changing_proxy import Change, ChangingProxy
    from .conftest import Compare
    from .found import Found

A_PIN: Final = "/api/v2/pins/*"
WATCHLIST: Final = "/library/sections/watchlist/*"


@pytest.mark.parametrize(
    ("method", "path", "change", "expected"),
    [
        pytest.param(
            "POST",
            PINS,
            renamed("id", "pinId"),
            {
                ("make a short PIN", BREAKS, "missing", "id"),
                ("make a short PIN", UNKNOWN, "new", "pinId"),
                ("make a short PIN", BREAKS, "what the client makes of it", ""),
            },
            id="a field that is needed has another name",
        ),
        pytest.param(
            "POST",
            PINS,
            renamed("trusted", "isTrusted"),
            {
                ("make a short PIN", BREAKS, "missing", "trusted"),
                ("make a short PIN", UNKNOWN, "new", "isTrusted"),
            },
            id="a field that is read has another name",
        ),
        pytest.param(
            "POST",
            PINS,
            with_value("id", "a text"),
            {
                ("make a short PIN", BREAKS, "what the client makes of it", ""),
            },
            id="a number became a text that is none",
        ),
        pytest.param(
            "POST",
            PINS,
            with_value("createdAt", 1_763_900_000),
            {("make a short PIN", UNKNOWN, "type", "createdAt")},
            id="a type that the client reads as well",
        ),
        pytest.param(
            "POST",
            PINS,
            with_value("expiresAt", [1]),
            {("make a short PIN", BREAKS, "type", "expiresAt")},
            id="a type that the client cannot read",
        ),
        pytest.param(
            "GET",
            "/api/v2/pins/1",
            with_value("code", 1021),
            {
                (
                    "ask about a PIN that nobody made",
                    BREAKS,
                    "what the client makes of it",
                    "",
                ),
                (
                    "ask about a PIN that nobody made",
                    UNKNOWN,
                    "number of the error",
                    "",
                ),
            },
            id="another number of an error",
        ),
    ],
)
async def test_pins(
    compare: Compare,
    api: ChangingProxy,
    method: str,
    path: str,
    change: Change,
    expected: Found,
) -> None:
    """Changes of responses without an account are found."""
    api.change(method, path, change)
    differences = found(await compare())
    assert expected <= differences
    about = {name for name, *_ in expected}
    assert {one for one in differences if one[0] in about} == expected


@pytest.mark.parametrize(
    ("path", "change", "expected"),
    [
        (
            USER,
            renamed("username", "userName"),
            {
                ("read the account", BREAKS, "missing", "username"),
                ("read the account", UNKNOWN, "new", "userName"),
            },
        ),
        (
            USER,
            renamed("thumb", "avatar"),
            {
                ("read the account", UNKNOWN, "missing", "thumb"),
                ("read the account", UNKNOWN, "new", "avatar"),
            },
        ),
        (
            RESOURCES,
            renamed("presence", "online"),
            {
                ("list the servers", BREAKS, "missing", "[].presence"),
                ("list the servers", UNKNOWN, "new", "[].online"),
            },
        ),
        (
            RESOURCES,
            with_value("connections", None),
            {("list the servers", BREAKS, "type", "[].connections")},
        ),
        (
            DEVICES,
            with_value("provides", None),
            {
                (name, UNKNOWN, "type", "[].provides")
                for name in (
                    "list the signed-in devices",
                    "list the signed-in devices after signing out",
                    "remove the row of a device",
                )
            },
        ),
    ],
)
async def test_account(
    compare: Compare, api: ChangingProxy, path: str, change: Change, expected: Found
) -> None:
    """Changes of responses about an account are found."""
    api.change("GET", path, change)
    differences = found(await compare("alice"))
    about = {name for name, *_ in expected}
    assert {one for one in differences if one[0] in about} == expected


@pytest.mark.parametrize(
    ("path", "change", "expected"),
    [
        (
            WATCHLIST,
            renamed("totalSize", "total"),
            ("read the watchlist", BREAKS, "missing", "MediaContainer.totalSize"),
        ),
        (
            SEARCH,
            renamed("Metadata", "Title"),
            (
                "search for a title",
                BREAKS,
                "missing",
                "MediaContainer.SearchResults.[].SearchResult.[].Metadata",
            ),
        ),
        (
            SEARCH,
            renamed("score", "points"),
            (
                "search for a title",
                UNKNOWN,
                "missing",
                "MediaContainer.SearchResults.[].SearchResult.[].score",
            ),
        ),
    ],
)
async def test_discover(
    compare: Compare,
    discover: ChangingProxy,
    path: str,
    change: Change,
    expected: tuple[str, str, str, str],
) -> None:
    """Changes of watchlist and catalogue are found."""
    discover.change("GET", path, change)
    assert expected in found(await compare("alice"))


async def test_status(compare: Compare, api: ChangingProxy) -> None:
    """A new status only breaks us if the client reads it differently."""
    api.answer_with("POST", PINS, 202)
    api.answer_with("GET", USER, 403)
    differences = found(await compare())
    assert ("make a short PIN", UNKNOWN, "status", "") in differences
    rejected = "read the account with a token that nobody has"
    assert (rejected, BREAKS, "what the client makes of it", "") in differences


async def test_servers(plex_tv: Simulator, compare: Compare) -> None:
    """Changes of responses of media servers are found."""
    attic = plex_tv.servers["Attic"]
    body = '{"MediaContainer": {"size": 1, "Metadata": [{"sessionKey": "1"}]}}'
    attic.misbehave("GET", SESSIONS, Fault.body(body), None)
    report = await compare("alice")
    name = "ask an own server for its sessions"
    assert (name, BREAKS, "missing", "MediaContainer.Metadata.[].type") in found(report)


async def test_silent_stream(plex_tv: Simulator, compare: Compare) -> None:
    """A stream that sends nothing breaks us."""
    for server in plex_tv.servers.values():
        server.push.silent = True
    differences = found(await compare("alice"))
    name = "listen to an own server"
    assert (name, BREAKS, "what the client makes of it", "") in differences
    assert {one[0] for one in differences} == {name}


async def test_refused_stream(plex_tv: Simulator, compare: Compare) -> None:
    """A stream that is refused breaks us."""
    attic = plex_tv.servers["Attic"]
    attic.misbehave("GET", EVENTS, Fault.status(404), None)
    name = "listen to an own server"
    assert (name, BREAKS, "what the client makes of it", "") in found(
        await compare("alice")
    )


async def test_header(plex_tv: Simulator, compare: Compare) -> None:
    """A relevant header that is new or missing is found."""
    plex_tv.discover.quirks.no_etag = True
    fault = Fault.status(404, headers={"X-RateLimit-Limit": "60"})
    plex_tv.misbehave("GET", PIN, fault, None)
    differences = found(await compare())
    name = "ask about a PIN that nobody made"
    assert (name, UNKNOWN, "headers", "") in differences


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault.html(502), "out of order (502)"),
        (Fault.rate_limited(), "too many requests (429)"),
        (Fault.reset(), "no answer"),
    ],
    ids=str,
)
async def test_outage(
    plex_tv: Simulator, compare: Compare, fault: Fault, why: str
) -> None:
    """An outage is no difference, and requests that depend on it are not sent."""
    plex_tv.misbehave("*", "*", fault, None)
    report = await compare("alice")
    unanswered = {one.name: one.unanswered for one in report.compared}
    assert unanswered["make a short PIN"] == why
    not_asked = {one.name: one.not_asked for one in report.compared}
    assert not_asked["ask about a short PIN"] == "a PIN"
    assert not_asked["sign out"] == "a second client that is signed in"
    assert found(report) == set()
    assert f"Not answered: {why}." in report.text
    assert not report.nobody_answered


async def test_another_server(plex_tv: Simulator, compare: Compare) -> None:
    """A server whose identity is not confirmed gets no other requests."""
    attic = plex_tv.servers["Attic"]
    attic.misbehave("GET", IDENTITY, Fault.html(404), None)
    report = await compare("alice")
    assert found(report) == set()
    assert len([one for one in attic.requests if one.path != IDENTITY]) == 0


async def test_row_stays(
    plex_tv: Simulator, api: ChangingProxy, compare: Compare
) -> None:
    """A row that remains after signing out is reported and removed."""
    before = plex_tv.devices("alice")
    rows: dict[str, Any] = {}

    def kept(value: list[Any]) -> list[Any]:
        """List each row until it is removed by its number."""
        rows.update({row["id"]: row for row in value})
        removed = [one.path for one in plex_tv.seen("DELETE", DEVICE)]
        return [
            row
            for number, row in rows.items()
            if f"/devices/{number}.xml" not in removed
        ]

    api.change("GET", DEVICES, kept)
    api.answer_with("DELETE", "/devices/*.xml", 204)
    report = await compare("alice")
    assert report.notes == [ROW_STAYS]
    assert len(plex_tv.seen("DELETE", DEVICE)) == 2
    assert plex_tv.devices("alice") == before


async def test_not_json(plex_tv: Simulator, compare: Compare) -> None:
    """An HTML page instead of JSON is found."""
    page = Fault.html(404)
    plex_tv.misbehave("GET", PIN, page, None)
    differences = found(await compare())
    for verdict, what in (
        (BREAKS, "what the client makes of it"),
        (UNKNOWN, "type of the body"),
    ):
        assert ("ask about a PIN as another client", verdict, what, "") in differences


async def test_too_large(plex_tv: Simulator, compare: Compare) -> None:
    """A response that is larger than the client reads breaks us."""
    plex_tv.misbehave("POST", PINS, Fault.huge(MAX_LIST_BYTES + 1), None)
    differences = found(await compare())
    made = "what the client makes of it"
    assert ("make a short PIN", BREAKS, made, "") in differences


async def test_no_short_code(
    plex_tv: Simulator, api: ChangingProxy, compare: Compare
) -> None:
    """A strong code is not shown, because it cannot be typed on the link page."""

    def broken(value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Break the responses with a short code."""
        return {} if len(value.get("code", "")) == 4 else value

    api.change("POST", PINS, broken)
    report = await compare("alice")
    assert report.notes == [NOT_SIGNED_IN]
    assert not any(pin.token for pin in plex_tv.pins)
