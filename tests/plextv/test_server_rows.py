"""The rows of plex.tv's list that are servers."""

from datetime import UTC, datetime
from itertools import permutations
import json
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.plex_account.plextv import (
    PlexTvClient,
    PlexTvResponseError,
    RawRequest,
    Server,
)
from simulator import Fault
from tests.helpers.routes import RESOURCES
from tests.helpers.strategies import JSON, ROWS

if TYPE_CHECKING:
    from simulator import Simulator

ROW: Final = {"clientIdentifier": "a1b2c3", "provides": "server", "name": "Loft"}


async def read(
    plex_tv: Simulator, alice: PlexTvClient, rows: object
) -> tuple[Server, ...]:
    """Return the servers that are read from these rows."""
    plex_tv.misbehave("GET", RESOURCES, Fault.body(json.dumps(rows)))
    return await alice.get_servers()


async def read_one(plex_tv: Simulator, alice: PlexTvClient, **row: object) -> Server:
    """Return the server that is read from this row."""
    [server] = await read(plex_tv, alice, [{**ROW, **row}])
    return server


async def test_no_servers(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """An empty list has no servers."""
    assert await read(plex_tv, alice, []) == ()


async def test_servers_without_measure(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """A list of thousands of servers is unreadable; players do not count."""
    player = {"provides": "player"}
    listed = [{**ROW, "clientIdentifier": str(number)} for number in range(2501)]
    servers = await read(plex_tv, alice, [player, *listed[1:]])
    assert len(servers) == 2500
    with pytest.raises(PlexTvResponseError, match="cannot be read"):
        await read(plex_tv, alice, listed)


async def test_the_least_of_a_server(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """Everything but the identifier may be missing."""
    row = {"clientIdentifier": "a1b2c3", "provides": "server"}
    [server] = await read(plex_tv, alice, [row])
    assert server == Server(
        client_identifier="a1b2c3", name="Plex Media Server", owned=False
    )


@pytest.mark.parametrize(
    ("provides", "is_server"),
    [
        ("server", True),
        ("client,server", True),
        ("player, server ,pubsub-player", True),
        ("client,player,pubsub-player", False),
        ("server-manager", False),
        ("media server", False),
        ("", False),
        (None, False),
        (["server"], False),
        (1, False),
    ],
)
async def test_what_is_a_server(
    plex_tv: Simulator, alice: PlexTvClient, provides: object, *, is_server: bool
) -> None:
    """A row that provides `server`, among others, is a server."""
    servers = await read(plex_tv, alice, [{**ROW, "provides": provides}])
    assert len(servers) == is_server


async def test_rows_without_identifier(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """Rows without an identifier, and invalid ones, are left out."""
    values: list[object] = ["", " ", None, -7, [], "a1b2c3\u200b", "a1 b2", "a" * 129]
    nameless = [{**ROW, "clientIdentifier": value} for value in values]
    rubbish: list[object] = [None, 7, "server", [], {}, [ROW]]
    [server] = await read(plex_tv, alice, [*nameless, ROW, *rubbish])
    assert server.client_identifier == "a1b2c3"


OLD: Final = {**ROW, "name": "Old", "lastSeenAt": "2026-11-01T00:00:00Z"}
NEW: Final = {**ROW, "name": "New", "lastSeenAt": "2026-11-20T00:00:00Z"}
NEVER: Final = {**ROW, "name": "Never"}


@pytest.mark.parametrize("rows", permutations([OLD, NEW, NEVER]))
@pytest.mark.parametrize("owned", [False, True])
async def test_one_server_listed_twice(
    plex_tv: Simulator,
    alice: PlexTvClient,
    rows: tuple[dict[str, object], ...],
    *,
    owned: bool,
) -> None:
    """Of several rows of a server the last seen counts; the others are kept as well."""
    other = {**ROW, "clientIdentifier": "d4e5f6", "owned": owned}
    listed = [{**row, "owned": owned} for row in rows]
    server, loft = await read(plex_tv, alice, [listed[0], other, *listed[1:]])
    assert [row.name for row in server.rows] == ["New", "Old", "Never"]
    assert [row.name for row in loft.rows] == ["Loft"]


@pytest.mark.parametrize("own_first", [False, True])
async def test_an_own_server_is_replaced_by_no_other(
    plex_tv: Simulator, alice: PlexTvClient, *, own_first: bool
) -> None:
    """A shared row with an owned server's identifier is left out."""
    rows = [{**OLD, "owned": True}, {**NEW, "owned": False}]
    [server] = await read(plex_tv, alice, rows if own_first else rows[::-1])
    assert [row.name for row in server.rows] == ["Old"]


async def test_each_row_keeps_its_token(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """A row's token belongs to that row's addresses only."""
    rows = [
        {**OLD, "accessToken": "old", "connections": [{"uri": "http://old"}]},
        {**NEW, "accessToken": "new", "connections": [{"uri": "http://new"}]},
    ]
    [server] = await read(plex_tv, alice, rows)
    tokens = {
        connection.uri: server.row_of(connection).token
        for row in server.rows
        for connection in row.connections
    }
    assert tokens == {"http://new": "new", "http://old": "old"}
    assert server.row_of(None) is server
    [elsewhere] = server.other_rows[0].connections
    with pytest.raises(ValueError, match="not a connection"):
        await alice.request_server(server, elsewhere, RawRequest(path="/"))


async def test_no_end_of_rows(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """At most four rows of a server are kept."""
    rows = [{**ROW, "lastSeenAt": day * 86_400} for day in range(1, 50)]
    [server] = await read(plex_tv, alice, rows)
    days = [row.last_seen_at.day for row in server.rows if row.last_seen_at]
    assert days == [19, 18, 17, 16]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"name": " The\nloft "}, {"name": "The loft"}),
        ({"name": None}, {"name": "Plex Media Server"}),
        ({"owned": "1", "presence": 1}, {"owned": True, "presence": True}),
        ({"owned": "yes", "presence": []}, {"owned": False, "presence": None}),
        ({"sourceTitle": "bob"}, {"owner_name": "bob"}),
        ({"sourceTitle": 7, "platform": None}, {"owner_name": None, "platform": None}),
        ({"productVersion": "1.43.0"}, {"version": "1.43.0"}),
        ({"productVersion": 1.4}, {"version": None}),
        (
            {"lastSeenAt": 1_763_620_000},
            {"last_seen_at": datetime(2025, 11, 20, 6, 26, 40, tzinfo=UTC)},
        ),
        ({"lastSeenAt": "yesterday"}, {"last_seen_at": None}),
        ({"accessToken": "null"}, {"token": None}),
        ({"accessToken": "a b"}, {"token": None}),
        ({"accessToken": ["a"]}, {"token": None}),
        ({"connections": None}, {"connections": ()}),
        ({"connections": {"uri": "http://a"}}, {"connections": ()}),
    ],
    ids=str,
)
async def test_odd_servers(
    plex_tv: Simulator,
    alice: PlexTvClient,
    row: dict[str, object],
    expected: dict[str, object],
) -> None:
    """Invalid fields count as missing."""
    server = await read_one(plex_tv, alice, **row)
    assert {name: getattr(server, name) for name in expected} == expected


@given(st.lists(ROWS | JSON, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_rows(
    plex_tv: Simulator, alice: PlexTvClient, rows: list[object]
) -> None:
    """Any rows give servers that can be used (Hypothesis)."""
    servers = await read(plex_tv, alice, rows)
    identifiers = [server.client_identifier for server in servers]
    assert len(identifiers) == len(set(identifiers))
    for server in servers:
        assert server.name.isprintable()
        for connection in server.connections:
            assert connection.uri.startswith(("http://", "https://"))
            assert not connection.uri.endswith("/")
