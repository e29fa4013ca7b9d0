"""Servers at forbidden addresses: in the home network, and Home Assistant's own."""

import asyncio
import json
import socket
from typing import TYPE_CHECKING, override

from aiohttp.abc import AbstractResolver, ResolveResult
from homeassistant.components.http import ApiConfig
import pytest
from yarl import URL

from custom_components.plex_account import plex_tv as plex_tv_module
from custom_components.plex_account.plextv import (
    Connection,
    Networks,
    Server,
    ServerSessions,
    find_connection,
)
from simulator import Fault
from tests.helpers.fake_servers import HOST, identity
from tests.helpers.networks import THIS_MACHINE
from tests.helpers.routes import RESOURCES
from tests.helpers.servers import NEXT_LIST, Servers

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from custom_components.plex_account.plextv.networks import Network
    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.fake_servers import FakeServers
    from tests.helpers.instance import Instance

NAME = "a" * 40
PLEX_DIRECT = "127-0-0-1.0123456789abcdef.plex.direct"


class LyingResolver(AbstractResolver):
    """A resolver of every name to this machine, optionally after other addresses."""

    def __init__(self, others: int = 0) -> None:
        """Put this many other addresses first."""
        self._hosts = [f"192.168.1.{number}" for number in range(others)] + [HOST]

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in self._hosts
        ]

    @override
    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("10.0.0.1", {"home", "any"}),
        ("172.31.255.254", {"home", "any"}),
        ("192.168.1.5", {"home", "any"}),
        ("::ffff:192.168.1.5", {"home", "any"}),
        ("fd00::5", {"home", "any"}),
        ("2002:c0a8:105::1", {"home", "any"}),
        ("64:ff9b::192.168.1.5", {"home", "any"}),
        ("93.184.215.14", {"internet", "any"}),
        ("::ffff:93.184.215.14", {"internet", "any"}),
        ("64:ff9b::5db8:d70e", {"internet", "any"}),
        ("2a00:1450:4001:831::200e", {"internet", "any"}),
        ("127.0.0.1", {"any"}),
        ("::1", {"any"}),
        ("100.64.0.1", {"any"}),
        ("198.51.100.1", {"any"}),
        ("169.254.169.254", set()),
        ("::ffff:169.254.169.254", set()),
        ("64:ff9b::169.254.169.254", set()),
        ("fe80::1", set()),
        ("fe80::1%eth0", set()),
        ("0.0.0.0", set()),  # noqa: S104 - it must get no request
        ("::", set()),
        ("224.0.0.251", set()),
        ("ff02::fb", set()),
        ("127.1", set()),
        ("2130706433", set()),
    ],
)
def test_networks(address: str, networks: set[Network]) -> None:
    """Each address belongs to the right networks, in any spelling."""
    kinds: tuple[Network, ...] = ("home", "internet", "any", "none")
    assert {kind for kind in kinds if Networks().contain(address, kind)} == networks


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "localhost",
        "plex.example",
        PLEX_DIRECT,
        "[::ffff:127.0.0.1]",
        "[::1]",
    ],
)
@pytest.mark.parametrize("network", ["internet", "home", "none"])
async def test_what_is_connected_to_counts(
    fake_servers: FakeServers, host: str, network: Network
) -> None:
    """No spelling and no name leads to an address outside the allowed network."""
    fake = await fake_servers.open("remote")
    fake.answer_with(identity(NAME))
    port = URL(fake.connection.uri).port
    found = {}
    # Where the address is allowed, it gets a request, so that no other failure counts.
    plain = host in {"127.0.0.1", "localhost", "plex.example", PLEX_DIRECT}
    for networks in (Networks(), THIS_MACHINE) if plain else (Networks(),):
        sessions = ServerSessions(networks=networks, resolver=LyingResolver)
        connection = Connection(
            uri=f"http://{host}:{port}", local=False, relay=False, network=network
        )
        server = Server(
            client_identifier=NAME, name="A", owned=False, connections=(connection,)
        )
        found[networks] = await find_connection(
            sessions, server, last=None, slots=asyncio.Semaphore(1)
        )
        if networks == Networks():
            assert not fake.requests
        await sessions.close()
    assert found[Networks()] is None
    assert not plain or found[THIS_MACHINE] == connection


@pytest.mark.parametrize(("others", "found"), [(15, True), (16, False)])
async def test_a_name_with_many_addresses(
    fake_servers: FakeServers, others: int, *, found: bool
) -> None:
    """Only the first addresses of a name are tried, to limit the time of a search."""
    fake = await fake_servers.open("remote")
    fake.answer_with(identity(NAME))
    connection = Connection(
        uri=f"http://plex.example:{URL(fake.connection.uri).port}",
        local=False,
        relay=False,
        network="internet",
    )
    server = Server(
        client_identifier=NAME, name="A", owned=False, connections=(connection,)
    )
    sessions = ServerSessions(
        networks=THIS_MACHINE, resolver=lambda: LyingResolver(others)
    )
    answering = await find_connection(
        sessions, server, last=None, slots=asyncio.Semaphore(1)
    )
    assert answering == (connection if found else None)
    await sessions.close()


@pytest.mark.parametrize("itself", [False, True])
async def test_home_assistant_itself(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, *, itself: bool
) -> None:
    """Home Assistant's own port gets no request, even if plex.tv lists it."""
    attic = plex_tv.servers["Attic"]
    attic.places = tuple(place for place in attic.places if place.answers)[:1]
    [place] = attic.data.listed_places
    port = place.port if itself else 1
    hass.config.api = ApiConfig(HOST, HOST, port, use_ssl=False)
    entry = await link("alice")
    state = Servers(hass, entry).state("Attic", "reachable")
    assert state == ("off" if itself else "on")
    assert bool(attic.requests) is not itself


async def test_shared_servers_choose_no_address_at_home(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    monkeypatch: pytest.MonkeyPatch,
    fake_servers: FakeServers,
) -> None:
    """A shared server at an address of this home gets no request."""
    monkeypatch.setattr(plex_tv_module, "NETWORKS", Networks())
    fake = await fake_servers.open("local")
    fake.answer_with(identity(NAME))
    rows = [
        {
            "clientIdentifier": NAME,
            "provides": "server",
            "name": "Basement",
            "owned": False,
            "sourceTitle": "Bob",
            "accessToken": "a-token",
            "publicAddressMatches": False,
            "connections": [
                {"uri": fake.connection.uri, "local": local, "relay": relay}
                for local, relay in ((True, False), (False, False), (False, True))
            ],
        }
    ]
    plex_tv.misbehave("GET", RESOURCES, Fault.body(json.dumps(rows)), times=None)
    entry = await link("alice")
    await instance.pass_time(NEXT_LIST)
    assert Servers(hass, entry).state("Basement", "reachable") == "off"
    assert not fake.requests
    assert fake_servers.connections.most == 0
