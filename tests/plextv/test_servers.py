"""The list of an account's servers."""

from datetime import UTC, datetime
import json
from string import ascii_letters
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    PlexTvAuthenticationError,
    PlexTvClient,
    PlexTvResponseError,
)
from custom_components.plex_account.plextv.servers import without_player
from simulator import Fault, Simulator
from tests.helpers.responses import answered
from tests.helpers.routes import RESOURCES

from .samples import CLIENT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

UNREADABLE = r"^plex\.tv's answer to listing the servers cannot be read$"


@pytest.fixture
async def plex_tv(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Provide a plex.tv that lists all kinds of addresses, without media servers."""
    async with Simulator() as simulator:
        yield simulator


async def test_owned_and_shared(plex_tv: Simulator, client: PlexTvClient) -> None:
    """Owned and shared servers are listed; players are not."""
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    servers = await client.with_token(token).get_servers()
    assert [server.name for server in servers] == ["Attic", "Cabin", "Bob's Basement"]
    attic, cabin, basement = servers
    known = plex_tv.servers["Attic"]
    assert attic.client_identifier == known.machine_identifier
    assert (attic.owned, attic.owner_name) == (True, None)
    assert (attic.version, attic.platform) == (known.data.version, "Linux")
    assert (attic.presence, cabin.presence) == (True, False)
    assert attic.last_seen_at == datetime(2026, 11, 20, 6, 43, 34, tzinfo=UTC)
    assert attic.token == token
    assert (basement.owned, basement.owner_name) == (False, "bob_basement")
    assert basement.token == plex_tv.servers["Bob's Basement"].data.guests["alice"]


async def test_everybody_sees_her_own(plex_tv: Simulator, client: PlexTvClient) -> None:
    """Each account has its own servers and its own tokens for shared ones."""
    token = plex_tv.sign_in("casey", client_identifier=CLIENT)
    [attic] = await client.with_token(token).get_servers()
    assert (attic.name, attic.owned, attic.owner_name) == (
        "Attic",
        False,
        "alice_attic",
    )
    assert attic.token == plex_tv.servers["Attic"].data.guests["casey"] != token


async def test_connections_by_preference(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """Local before remote before relay; bare private addresses come last."""
    attic, *_ = await alice.get_servers()
    known = plex_tv.servers["Attic"]
    assert [connection.route for connection in attic.connections] == [
        *("local", "local", "local", "remote", "relay"),
        *("local", "local", "local"),
    ]
    assert [connection.uri for connection in attic.connections] == [
        *(
            f"https://{known.data.name_of(place)}:{place.port}"
            for place in known.places
        ),
        *(f"http://{place.host}:{place.port}" for place in known.places[:3]),
    ]


async def test_no_bare_addresses(plex_tv: Simulator, client: PlexTvClient) -> None:
    """Shared servers, and those that require encryption, have no bare addresses."""
    plex_tv.servers["Attic"].data.https_required = True
    for person in ("alice", "casey"):
        token = plex_tv.sign_in(person, client_identifier=CLIENT)
        attic, *_ = await client.with_token(token).get_servers()
        assert len(attic.connections) == 5
        assert all(connection.secure for connection in attic.connections)
        plex_tv.servers["Attic"].data.https_required = False


async def test_every_address_is_asked_for(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """The request includes HTTPS, relay and IPv6 connections."""
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
    """The list of servers follows plex.tv's response."""
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
    """All shapes of servers that plex.tv has used are parsed equally."""
    usual = await alice.get_servers()
    setattr(plex_tv.quirks, quirk, True)
    assert await alice.get_servers() == usual


async def test_a_server_may_lack_what_it_needs(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """A server may have no token and no connections."""
    usual = await alice.get_servers()
    plex_tv.quirks.token_absent = True
    plex_tv.quirks.connections_empty = True
    servers = await alice.get_servers()
    assert [server.name for server in servers] == [server.name for server in usual]
    assert {server.token for server in servers} == {None}
    assert {server.connections for server in servers} == {()}


async def test_nothing_secret_shows(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """A server's text contains no token, address or identifier."""
    servers = await alice.get_servers()
    identifiers = {server.client_identifier for server in servers}
    text = repr(servers)
    assert "Attic" in text
    assert not [secret for secret in plex_tv.secrets | identifiers if secret in text]


@pytest.mark.parametrize("rows", [{}, {"resources": []}, None, "server", 7, True])
async def test_no_list(plex_tv: Simulator, alice: PlexTvClient, rows: object) -> None:
    """Anything but a JSON array is unreadable."""
    plex_tv.misbehave("GET", RESOURCES, Fault.body(json.dumps(rows)))
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await alice.get_servers()


async def test_no_json(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """XML and invalid JSON are unreadable."""
    plex_tv.misbehave("GET", RESOURCES, Fault.body(b"[" * 200_000))
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await alice.get_servers()
    plex_tv.quirks.xml_despite_accept = True
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await alice.get_servers()


async def test_a_rejected_token(plex_tv: Simulator, client: PlexTvClient) -> None:
    """A revoked token raises an authentication error."""
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    plex_tv.revoke(token)
    with pytest.raises(PlexTvAuthenticationError, match="401 to listing the servers"):
        await client.with_token(token).get_servers()


async def test_a_thousand_servers(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """A list of a thousand servers is below the size limit."""
    for number in range(1000):
        plex_tv.add_server("alice", name=f"Server {number}", connections=8)
    servers = await alice.get_servers()
    own = [server for server in servers if server.owned]
    assert len(own) == 1002
    assert {
        sum(connection.secure for connection in server.connections)
        for server in own[-1000:]
    } == {8}


async def test_thousands_of_players(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """Thousands of players, which plex.tv lists as well, are left out."""
    for number in range(5000):
        plex_tv.add_player("alice", name=f"Player {number}")
    servers = await alice.get_servers()
    assert [server.name for server in servers] == ["Attic", "Cabin", "Bob's Basement"]


def test_players_take_no_memory() -> None:
    """Players are dropped while the list is parsed, not after it."""
    player: dict[str, object] = {
        "provides": "client,player",
        "connections": [],
        **dict.fromkeys(ascii_letters),
    }
    response = answered(json.dumps([player] * 5_000).encode())
    tracemalloc.start()
    try:
        rows = response.json_array(without_player)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not any(rows)
    assert peak < 2 * len(response.body)


async def test_own_servers_come_first(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """Own servers precede a shared one that plex.tv lists earlier."""
    plex_tv.add_server("alice", name="Own")
    servers = await alice.get_servers()
    assert [server.name for server in servers] == [
        *("Attic", "Cabin", "Own", "Bob's Basement"),
    ]
