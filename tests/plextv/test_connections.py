"""The connections of a server."""

import json
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import Connection, PlexTvClient
from simulator import Fault
from tests.helpers.routes import RESOURCES

if TYPE_CHECKING:
    from simulator import Simulator

ENCRYPTED = "https://192-168-1-5.abc.plex.direct:32400"


async def read(
    plex_tv: Simulator, alice: PlexTvClient, listed: list[object], **more: object
) -> tuple[Connection, ...]:
    """Return the connections that are read from these fields."""
    row = {
        "clientIdentifier": "a1b2c3",
        "provides": "server",
        "connections": listed,
        **more,
    }
    plex_tv.misbehave("GET", RESOURCES, Fault.body(json.dumps([row])))
    [server] = await alice.get_servers()
    return server.connections


async def addresses(
    plex_tv: Simulator, alice: PlexTvClient, listed: list[object], **more: object
) -> list[str]:
    """Return the addresses of the connections."""
    return [connection.uri for connection in await read(plex_tv, alice, listed, **more)]


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
    """Equal addresses are normalised to one spelling."""
    assert await addresses(plex_tv, alice, [{"uri": uri}], owned=True) == [read_as]


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
    """Invalid addresses are left out, and the others stay."""
    good = {"uri": "http://192.168.1.6:32400"}
    assert await addresses(plex_tv, alice, [{"uri": uri}, good]) == [good["uri"]]


async def test_connections_that_are_none(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """Invalid rows are left out."""
    rubbish: list[object] = [None, 7, "http://a", [], {}, {"url": "http://a"}]
    good = {"uri": "http://b"}
    assert await addresses(plex_tv, alice, [*rubbish, good]) == ["http://b"]


async def test_preference(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """Encrypted connections come first; then local, remote, relay; then list order."""
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
        ("remote", True, "https://remote2"),
        ("remote", True, "https://remote1"),
        ("relay", True, "https://relay"),
        ("local", False, "http://local"),
        ("remote", False, "http://remote"),
        ("relay", False, "http://relay"),
    ]


async def test_each_address_once(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """If an address is listed twice, the preferred connection is kept."""
    connections = await read(
        plex_tv,
        alice,
        [
            {"uri": "https://a/", "relay": True},
            {"uri": "http://b"},
            {"uri": "HTTPS://A:443", "local": True},
        ],
        owned=True,
    )
    assert connections == (
        Connection(uri="https://a", local=True, relay=False),
        Connection(uri="http://b", local=False, relay=False, network="home"),
    )


@pytest.mark.parametrize(("owned", "most"), [(True, 100), (False, 20)])
async def test_no_end_of_connections(
    plex_tv: Simulator, alice: PlexTvClient, *, owned: bool, most: int
) -> None:
    """Only the most preferred connections are kept, and fewer of a shared server."""
    relays = [f"http://relay{number}" for number in range(900)]
    listed: list[object] = [{"uri": uri, "relay": True} for uri in relays]
    listed.append({"uri": "http://local", "local": True})
    kept = await addresses(plex_tv, alice, listed, owned=owned)
    assert kept == ["http://local", *relays[: most - 1]]


@pytest.mark.parametrize(
    ("more", "uri", "local", "network"),
    [
        ({"owned": True}, ENCRYPTED, True, "any"),
        ({"owned": True}, "https://plex.example", False, "any"),
        ({"owned": True}, "http://192.168.1.5:32400", True, "home"),
        ({"owned": True}, "http://plex.example", False, "home"),
        ({}, "https://plex.example", False, "internet"),
        ({}, ENCRYPTED, True, "none"),
        ({}, "http://plex.example", False, "none"),
        ({}, "http://192.168.1.5:32400", True, "none"),
        ({"publicAddressMatches": "1"}, "https://plex.example", False, "internet"),
        ({"publicAddressMatches": "1"}, ENCRYPTED, True, "home"),
        ({"publicAddressMatches": "1"}, "http://192.168.1.5:32400", True, "none"),
    ],
    ids=str,
)
async def test_where_an_address_must_be(
    plex_tv: Simulator,
    alice: PlexTvClient,
    more: dict[str, object],
    uri: str,
    network: str,
    *,
    local: bool,
) -> None:
    """Owner, encryption and public address determine the network of a connection."""
    [connection] = await read(
        plex_tv, alice, [{"uri": uri, "local": local}], httpsRequired=True, **more
    )
    assert connection.network == network


async def test_servers_of_others_have_no_path(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """The owner of a shared server cannot choose a path for requests to an address."""
    listed: list[object] = [{"uri": "https://a.example/plex"}, {"uri": "https://b/"}]
    assert await addresses(plex_tv, alice, listed) == ["https://b"]


def at_home(**fields: object) -> dict[str, object]:
    """Return a local connection whose name DNS rebinding protection blocks."""
    return {
        "protocol": "https",
        "address": "192.168.1.5",
        "port": 32400,
        "uri": ENCRYPTED,
        "local": True,
        "relay": False,
        "IPv6": False,
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "unencrypted"),
    [
        ({}, "http://192.168.1.5:32400"),
        ({"port": "32400", "local": "1"}, "http://192.168.1.5:32400"),
        ({"port": 80}, "http://192.168.1.5"),
        ({"address": "10.255.255.255"}, "http://10.255.255.255:32400"),
        ({"address": "172.16.0.1"}, "http://172.16.0.1:32400"),
        ({"address": "172.31.255.254"}, "http://172.31.255.254:32400"),
        ({"address": "fd00::50", "IPv6": True}, "http://[fd00::50]:32400"),
        ({"address": "FC00:0:0::1"}, "http://[fc00::1]:32400"),
    ],
    ids=str,
)
async def test_own_servers_are_also_at_their_bare_address(
    plex_tv: Simulator, alice: PlexTvClient, fields: dict[str, object], unencrypted: str
) -> None:
    """Owned servers get a connection to the bare IP address as well."""
    relay = {"uri": "https://relay", "relay": True}
    listed: list[object] = [at_home(**fields), relay]
    connections = await read(plex_tv, alice, listed, owned=True, httpsRequired="0")
    assert [(each.uri, each.route) for each in connections] == [
        (ENCRYPTED, "local"),
        ("https://relay", "relay"),
        (unencrypted, "local"),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"local": False},
        {"local": None},
        {"relay": True},
        {"port": 0},
        {"port": None},
        {"port": 65_536},
        {"port": -1},
        {"port": "32400/path"},
        {"port": True},
        *(
            {"address": address}
            for address in (
                None,
                3_232_235_781,
                ["192.168.1.5"],
                "",
                "8.8.8.8",
                "172.15.255.255",
                "172.32.0.1",
                "100.64.0.1",
                "203.0.113.5",
                "127.0.0.1",
                "0.0.0.0",  # noqa: S104 - it must get no request
                "169.254.1.5",
                "224.0.0.251",
                "255.255.255.255",
                "fe80::1",
                "::1",
                "::",
                "ff02::1",
                "fec0::1",
                "2001:db8::1",
                "::ffff:192.168.1.5",
                "64:ff9b::192.168.1.5",
                "fd00::50%eth0",
                "[fd00::50]",
                "nas.local",
                "localhost",
                "192.168.1",
                "192.168.1.5.",
                "192.168.001.005",
                "0xc0a80105",
                "3232235781",
                "192.168.1.5@example.com",
                "192.168.1.5/plex",
                " 192.168.1.5",
                "\uff11\uff19\uff12.168.1.5",
            )
        ),
    ],
    ids=str,
)
async def test_bare_addresses_that_are_not_of_the_home(
    plex_tv: Simulator, alice: PlexTvClient, fields: dict[str, object]
) -> None:
    """Only private addresses get an unencrypted connection."""
    listed: list[object] = [at_home(**fields)]
    assert await addresses(plex_tv, alice, listed, owned=True) == [ENCRYPTED]


@pytest.mark.parametrize(
    "more",
    [{"owned": False}, {"owned": None}, {"owned": True, "httpsRequired": "1"}],
    ids=str,
)
async def test_servers_without_a_bare_address(
    plex_tv: Simulator, alice: PlexTvClient, more: dict[str, object]
) -> None:
    """Shared servers, and those that require encryption, get no bare address."""
    assert await addresses(plex_tv, alice, [at_home()], **more) == [ENCRYPTED]


async def test_a_bare_address_that_is_listed_anyway(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """A bare address that plex.tv lists as well is one connection."""
    plain = "http://192.168.1.5:32400"
    listed: list[object] = [at_home(uri=plain), at_home(uri=plain, local=False)]
    assert await addresses(plex_tv, alice, listed, owned=True) == [plain]
    assert await addresses(plex_tv, alice, [at_home(uri=None)], owned=True) == [plain]
