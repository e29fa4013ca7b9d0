"""Servers and players as plex.tv lists them."""

from typing import TYPE_CHECKING, Any

import pytest

from simulator import SimulatorError
from tests.simulator import CLIENT, with_token

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator

EVERYTHING = {"includeHttps": "1", "includeRelay": "1", "includeIPv6": "1"}


async def resources(
    http: ClientSession, token: str, **query: str
) -> dict[str, dict[str, Any]]:
    """List what a token sees, by name."""
    async with http.get(
        "/api/v2/resources", headers=with_token(token), params=query
    ) as response:
        assert response.status == 200
        return {resource["name"]: resource for resource in await response.json()}


async def test_owned_shared_and_player(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """People see their servers, those shared with them, and their players."""
    listed = await resources(http, token)
    assert set(listed) == {"Attic", "Cabin", "Bob's Basement", "Living Room TV"}
    seen = plex_tv.people["alice"].servers
    assert seen == ["Attic", "Cabin", "Bob's Basement"]

    attic = listed["Attic"]
    assert attic["owned"] is True
    assert attic["accessToken"] == token
    assert attic["ownerId"] is attic["sourceTitle"] is None
    assert attic["provides"] == "server"
    assert attic["clientIdentifier"] == plex_tv.servers["Attic"].machine_identifier

    basement = listed["Bob's Basement"]
    assert basement["owned"] is False
    assert basement["accessToken"] not in {None, token}
    assert basement["accessToken"] in plex_tv.secrets
    assert basement["ownerId"] == plex_tv.people["bob"].id
    assert basement["sourceTitle"] == plex_tv.people["bob"].title

    player = listed["Living Room TV"]
    assert player["accessToken"] is None
    assert "server" not in player["provides"].split(",")
    assert player["connections"] == []
    assert "natLoopbackSupported" not in player
    assert listed["Cabin"]["presence"] is False


@pytest.mark.parametrize(
    ("person", "names"),
    [("bob", {"Bob's Basement"}), ("casey", {"Attic"})],
)
async def test_everybody_sees_their_own(
    plex_tv: Simulator, http: ClientSession, person: str, names: set[str]
) -> None:
    """Who owns a server and who is a guest see it differently."""
    token = plex_tv.sign_in(person, client_identifier=CLIENT)
    listed = await resources(http, token)
    assert set(listed) == names
    if person == "casey":
        assert listed["Attic"]["home"] is True
        assert listed["Attic"]["accessToken"] != token


async def test_query_decides_which_connections(http: ClientSession, token: str) -> None:
    """Relays, IPv6 and HTTPS are listed only when they are asked for."""
    plain = (await resources(http, token))["Attic"]["connections"]
    assert all(connection["protocol"] == "http" for connection in plain)
    assert not any(connection["relay"] for connection in plain)
    assert not any(connection["IPv6"] for connection in plain)
    assert "172.17.0.1" in {connection["address"] for connection in plain}

    every = (await resources(http, token, **EVERYTHING))["Attic"]["connections"]
    assert len(every) == len(plain) + 2
    assert {connection["protocol"] for connection in every} == {"https"}
    assert any(connection["relay"] for connection in every)
    assert any(connection["IPv6"] for connection in every)
    assert all(
        connection["uri"].endswith(f".plex.direct.invalid:{connection['port']}")
        for connection in every
    )


async def test_servers_come_and_go(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """Servers can be given and taken away while it runs."""
    added = plex_tv.add_server("alice", name="Shed", owned=False, connections=8)
    shed = (await resources(http, token, **EVERYTHING))["Shed"]
    assert len(shed["connections"]) == 8
    assert shed["owned"] is False
    with pytest.raises(SimulatorError):
        plex_tv.add_server("alice", name="Shed")

    plex_tv.remove_server("Shed")
    assert "Shed" not in await resources(http, token)
    assert shed["accessToken"] in plex_tv.secrets
    assert added.name not in plex_tv.people["alice"].servers
    with pytest.raises(SimulatorError):
        plex_tv.remove_server("Shed")
    with pytest.raises(SimulatorError):
        await added.start()


async def test_secrets_and_names(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """Everything that must never be shown is known, and nothing that may be."""
    async with http.post("/api/v2/pins", headers=with_token(token)) as response:
        pin = await response.json()
    listed = await resources(http, token, **EVERYTHING)
    for resource in listed.values():
        for connection in resource["connections"]:
            host = connection["uri"].removeprefix("https://")
            assert any(secret in host for secret in plex_tv.secrets)
            assert connection["address"] in plex_tv.secrets
    assert {
        token,
        CLIENT,
        pin["code"],
        str(pin["id"]),
        pin["location"]["city"],
        pin["location"]["postal_code"],
        pin["location"]["coordinates"],
        plex_tv.people["alice"].email,
        plex_tv.people["bob"].email,
    } <= plex_tv.secrets
    assert {"Attic", "alice_attic", "Casey"} <= plex_tv.names
    assert not plex_tv.names & plex_tv.secrets
    assert "" not in plex_tv.secrets | plex_tv.names
    assert "127.0.0.1" not in plex_tv.secrets
