"""The addresses at which plex.tv says that a server can be found."""

import json
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import Connection, PlexTvClient
from simulator import Fault

if TYPE_CHECKING:
    from simulator import Simulator


async def read(
    plex_tv: Simulator, alice: PlexTvClient, listed: list[object]
) -> tuple[Connection, ...]:
    """Read the connections of a server that plex.tv describes like this."""
    row = {"clientIdentifier": "a1b2c3", "provides": "server", "connections": listed}
    plex_tv.misbehave("GET", "/api/v2/resources", Fault.body(json.dumps([row])))
    [server] = await alice.get_servers()
    return server.connections


async def addresses(
    plex_tv: Simulator, alice: PlexTvClient, listed: list[object]
) -> list[str]:
    """Read no more than the addresses."""
    return [connection.uri for connection in await read(plex_tv, alice, listed)]


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
    rubbish: list[object] = [None, 7, "http://a", [], {}, {"url": "http://a"}]
    good = {"uri": "http://b"}
    assert await addresses(plex_tv, alice, [*rubbish, good]) == ["http://b"]


async def test_preference(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """Local, remote, relay; encrypted before plain; then the order of the list."""
    connections = await read(
        plex_tv,
        alice,
        [
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
    assert [(each.route, each.secure, each.uri) for each in connections] == [
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
    connections = await read(
        plex_tv,
        alice,
        [
            {"uri": "https://a/", "relay": True},
            {"uri": "http://b"},
            {"uri": "HTTPS://A:443", "local": True},
        ],
    )
    assert connections == (
        Connection(uri="https://a", local=True, relay=False),
        Connection(uri="http://b", local=False, relay=False),
    )


async def test_no_end_of_connections(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """The hundred most preferred ones are kept."""
    relays = [f"http://relay{number}" for number in range(1000)]
    listed: list[object] = [{"uri": uri, "relay": True} for uri in relays]
    listed.append({"uri": "http://local", "local": True})
    assert await addresses(plex_tv, alice, listed) == ["http://local", *relays[:99]]
