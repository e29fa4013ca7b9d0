"""The servers that an account owns or may use."""

from datetime import UTC, datetime
import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.plex_account.plextv import (
    Connection,
    PlexTvAuthenticationError,
    PlexTvClient,
    PlexTvResponseError,
    Server,
)
from simulator import Fault

from . import CLIENT

if TYPE_CHECKING:
    from simulator import Simulator

RESOURCES = "/api/v2/resources"
ROW = {"clientIdentifier": "a1b2c3", "provides": "server", "name": "Loft"}
UNREADABLE = r"^plex\.tv's answer to listing the servers cannot be read$"


async def read(
    plex_tv: Simulator, alice: PlexTvClient, rows: object
) -> tuple[Server, ...]:
    """Read servers that plex.tv describes like this."""
    plex_tv.misbehave("GET", RESOURCES, Fault.body(json.dumps(rows)))
    return await alice.get_servers()


async def read_one(plex_tv: Simulator, alice: PlexTvClient, **row: object) -> Server:
    """Read one server that plex.tv describes like this."""
    [server] = await read(plex_tv, alice, [{**ROW, **row}])
    return server


async def addresses(
    plex_tv: Simulator, alice: PlexTvClient, connections: object
) -> list[str]:
    """Read the addresses of a server that plex.tv lists with these connections."""
    server = await read_one(plex_tv, alice, connections=connections)
    return [connection.uri for connection in server.connections]


async def test_owned_and_shared(plex_tv: Simulator, client: PlexTvClient) -> None:
    """A person's servers, and those that somebody shares with her; no players."""
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    servers = await client.with_token(token).get_servers()
    assert [server.name for server in servers] == ["Attic", "Cabin", "Bob's Basement"]
    attic, cabin, basement = servers
    known = plex_tv.servers["Attic"]
    assert attic.client_identifier == known.machine_identifier
    assert (attic.owned, attic.owner_name) == (True, None)
    assert (attic.version, attic.platform) == (known.version, "Linux")
    assert (attic.presence, cabin.presence) == (True, False)
    assert attic.last_seen_at == datetime(2026, 11, 20, 6, 43, 34, tzinfo=UTC)
    assert attic.token == token
    assert (basement.owned, basement.owner_name) == (False, "bob_basement")
    assert basement.token == plex_tv.servers["Bob's Basement"].guests["alice"]


async def test_everybody_sees_her_own(plex_tv: Simulator, client: PlexTvClient) -> None:
    """Another account has other servers, or another token for the same one."""
    token = plex_tv.sign_in("casey", client_identifier=CLIENT)
    [attic] = await client.with_token(token).get_servers()
    assert (attic.name, attic.owned, attic.owner_name) == ("Attic", False, "alice_attic")
    assert attic.token == plex_tv.servers["Attic"].guests["casey"] != token


async def test_connections_by_preference(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """Local before remote before relay, and otherwise as plex.tv lists them."""
    attic, *_ = await alice.get_servers()
    known = plex_tv.servers["Attic"]
    assert [connection.route for connection in attic.connections] == [
        "local",
        "local",
        "local",
        "remote",
        "relay",
    ]
    assert [connection.uri for connection in attic.connections] == [
        f"https://{known.name_of(place)}:{place.port}" for place in known.places
    ]
    assert all(connection.secure for connection in attic.connections)


async def test_every_address_is_asked_for(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """plex.tv lists encrypted, relayed and IPv6 addresses only on demand."""
    await alice.get_servers()
    [seen] = plex_tv.seen("GET", RESOURCES)
    assert dict(seen.query) == {
        "includeHttps": "1",
        "includeRelay": "1",
        "includeIPv6": "1",
    }
    assert seen.headers["Accept"] == "application/json"
    assert plex_tv.token_is_valid(seen.headers["X-Plex-Token"])


async def test_servers_appear_and_vanish(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """Each answer is the whole truth of its moment."""
    before = await alice.get_servers()
    plex_tv.add_server("alice", name="Shed", owned=False)
    assert {server.name for server in await alice.get_servers()} == {
        *(server.name for server in before),
        "Shed",
    }
    plex_tv.remove_server("Shed")
    assert await alice.get_servers() == before


@pytest.mark.parametrize("quirk", ["string_booleans", "string_ports", "unknown_fields"])
async def test_odd_shapes(plex_tv: Simulator, alice: PlexTvClient, quirk: str) -> None:
    """Servers in any shape that plex.tv has used read the same."""
    usual = await alice.get_servers()
    setattr(plex_tv.quirks, quirk, True)
    assert await alice.get_servers() == usual


async def test_a_server_may_lack_what_it_needs(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """A server without token or without connections is a server all the same."""
    usual = await alice.get_servers()
    plex_tv.quirks.token_absent = True
    plex_tv.quirks.connections_empty = True
    servers = await alice.get_servers()
    assert [server.name for server in servers] == [server.name for server in usual]
    assert {server.token for server in servers} == {None}
    assert {server.connections for server in servers} == {()}


async def test_nothing_secret_shows(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """A server's text has neither its token nor its addresses nor its identifier."""
    servers = await alice.get_servers()
    identifiers = {server.client_identifier for server in servers}
    text = repr(servers)
    assert "Attic" in text
    assert not [secret for secret in plex_tv.secrets | identifiers if secret in text]


@pytest.mark.parametrize("rows", [{}, {"resources": []}, None, "server", 7, True])
async def test_no_list(plex_tv: Simulator, alice: PlexTvClient, rows: object) -> None:
    """Anything but a bare array is not what was asked for."""
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await read(plex_tv, alice, rows)


async def test_no_json(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """XML and rubbish are not what was asked for either."""
    plex_tv.misbehave("GET", RESOURCES, Fault.body(b"[" * 200_000))
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await alice.get_servers()
    plex_tv.quirks.xml_despite_accept = True
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await alice.get_servers()


async def test_a_rejected_token(plex_tv: Simulator, client: PlexTvClient) -> None:
    """Whoever is signed out learns of it here too."""
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    plex_tv.revoke(token)
    with pytest.raises(PlexTvAuthenticationError, match="401 to listing the servers"):
        await client.with_token(token).get_servers()


async def test_no_servers(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """An account need not have any."""
    assert await read(plex_tv, alice, []) == ()


async def test_the_least_of_a_server(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """All but the identifier may be missing."""
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
    """Whatever else it provides."""
    servers = await read(plex_tv, alice, [{**ROW, "provides": provides}])
    assert len(servers) == is_server


async def test_rows_without_identifier(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """A server that nobody can tell from others is left out, and so is rubbish."""
    nameless: list[object] = [
        {**ROW, "clientIdentifier": value} for value in ("", " ", None, 7, [])
    ]
    rubbish: list[object] = [None, 7, "server", [], {}, [ROW]]
    [server] = await read(plex_tv, alice, [*nameless, ROW, *rubbish])
    assert server.client_identifier == "a1b2c3"


async def test_one_server_listed_twice(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """The first row counts, also when it is the emptier one."""
    first, other = {**ROW, "name": "First"}, {**ROW, "clientIdentifier": "d4e5f6"}
    again = {**ROW, "name": "Again", "accessToken": "abc", "owned": True}
    servers = await read(plex_tv, alice, [first, other, again])
    assert [server.name for server in servers] == ["First", "Loft"]
    assert (servers[0].token, servers[0].owned) == (None, False)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"name": " The\nloft "}, {"name": "The loft"}),
        ({"name": None}, {"name": "Plex Media Server"}),
        ({"owned": "1", "presence": 1}, {"owned": True, "presence": True}),
        ({"owned": "yes", "presence": []}, {"owned": False, "presence": False}),
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
    """What cannot be read of a server counts as missing."""
    server = await read_one(plex_tv, alice, **row)
    assert {name: getattr(server, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("uri", "read_as"),
    [
        ("http://192.168.1.5:32400", "http://192.168.1.5:32400"),
        (
            "HTTPS://192-168-1-5.ABC.Plex.Direct:32400/",
            "https://192-168-1-5.abc.plex.direct:32400",
        ),
        ("https://plex.example:443", "https://plex.example"),
        ("https://example.com/plex/", "https://example.com/plex"),
        ("http://[fd00::50]:32400", "http://[fd00::50]:32400"),
        ("http://media_box:32400", "http://media_box:32400"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        (f"http://a.example/{'x' * 1007}", f"http://a.example/{'x' * 1007}"),
    ],
)
async def test_addresses_have_one_spelling(
    plex_tv: Simulator, alice: PlexTvClient, uri: str, read_as: str
) -> None:
    """So that the same one is known again."""
    assert await addresses(plex_tv, alice, [{"uri": uri}]) == [read_as]


@pytest.mark.parametrize(
    "uri",
    [
        None,
        7,
        "",
        "192.168.1.5:32400",
        "//192.168.1.5:32400",
        "http://",
        "http:///identity",
        "http:192.168.1.5",
        "ftp://192.168.1.5",
        "file:///etc/passwd",
        "ws://192.168.1.5:32400",
        "http://somebody@192.168.1.5",
        "http://somebody:else@192.168.1.5",
        "http://:else@192.168.1.5",
        "http://@192.168.1.5",
        "http://192.168.1.5:0",
        "http://192.168.1.5:99999",
        "http://192.168.1.5:port",
        "http://192.168.1.5?X-Plex-Token=abc",
        "http://192.168.1.5#top",
        "http://192.168.1.5\\@example.com",
        "http://192.168.1.5 ",
        "http://192.168.1.5\r\nX-Plex-Token: abc",
        "http://192.168\t.1.5",
        "http://192.168.1.5\x00",
        "http://[::1",
        "http://[fe80::1%25eth0]:32400",
        "http://*:32400",
        "http://a%00b",
        "http://a,b",
        "http://pl\ud83dex.example",
        f"http://a.example/{'x' * 1008}",
    ],
)
async def test_addresses_that_are_none(
    plex_tv: Simulator, alice: PlexTvClient, uri: object
) -> None:
    """They are left out, and the others stay."""
    good = {"uri": "http://192.168.1.6:32400"}
    assert await addresses(plex_tv, alice, [{"uri": uri}, good]) == [good["uri"]]


async def test_connections_that_are_none(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """Rubbish among the connections is left out."""
    listed = [None, 7, "http://a", [], {}, {"url": "http://a"}, {"uri": "http://b"}]
    assert await addresses(plex_tv, alice, listed) == ["http://b"]


async def test_preference(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """Local, remote, relay; encrypted before plain; then the order of the list."""
    server = await read_one(
        plex_tv,
        alice,
        connections=[
            {"uri": "http://relay", "relay": True},
            {"uri": "https://relay", "relay": "1", "local": True},
            {"uri": "http://remote", "local": False, "relay": False},
            {"uri": "https://remote2", "local": "0"},
            {"uri": "https://remote1", "local": "perhaps"},
            {"uri": "http://local", "local": True},
            {"uri": "https://local2", "local": 1},
            {"uri": "https://local1", "local": "true"},
        ],
    )
    assert [(each.route, each.secure, each.uri) for each in server.connections] == [
        ("local", True, "https://local2"),
        ("local", True, "https://local1"),
        ("local", False, "http://local"),
        ("remote", True, "https://remote2"),
        ("remote", True, "https://remote1"),
        ("remote", False, "http://remote"),
        ("relay", True, "https://relay"),
        ("relay", False, "http://relay"),
    ]


async def test_each_address_once(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """An address listed twice is the more preferred of the two."""
    server = await read_one(
        plex_tv,
        alice,
        connections=[
            {"uri": "https://a/", "relay": True},
            {"uri": "http://b"},
            {"uri": "HTTPS://A:443", "local": True},
        ],
    )
    assert server.connections == (
        Connection(uri="https://a", local=True, relay=False),
        Connection(uri="http://b", local=False, relay=False),
    )


async def test_no_end_of_connections(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """The hundred most preferred ones are kept."""
    listed: list[dict[str, Any]] = [
        {"uri": f"http://relay{number}", "relay": True} for number in range(1000)
    ]
    listed.append({"uri": "http://local", "local": True})
    read = await addresses(plex_tv, alice, listed)
    assert read == ["http://local", *(f"http://relay{number}" for number in range(99))]


async def test_a_hundred_servers(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """The largest account there may be fits well into the largest answer there is."""
    for number in range(100):
        plex_tv.add_server("alice", name=f"Server {number}", connections=8)
    servers = await alice.get_servers()
    assert len(servers) == 103
    assert {len(server.connections) for server in servers[-100:]} == {8}


KEYS = st.sampled_from(
    ["provides", "clientIdentifier", "connections", "uri", "owned", "local", "relay"]
    + ["name", "accessToken", "lastSeenAt", "sourceTitle", "presence", "platform"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["server", "http://a", "https://[::1]:1/x/", "1", "a1b2c3"])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)
)
ROWS = st.fixed_dictionaries(
    {"provides": st.just("server"), "clientIdentifier": SCALARS}, optional={}
).flatmap(lambda row: st.dictionaries(KEYS, JSON).map(lambda other: {**other, **row}))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS | JSON))
async def test_any_rows(
    plex_tv: Simulator, alice: PlexTvClient, rows: list[object]
) -> None:
    """Whatever stands in the list, what comes out of it can be used."""
    for server in await read(plex_tv, alice, rows):
        assert server.client_identifier
        assert server.name
        for connection in server.connections:
            assert connection.uri.startswith(("http://", "https://"))
            assert not connection.uri.endswith("/")
