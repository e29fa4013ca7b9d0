"""The list of servers and players."""

from typing import TYPE_CHECKING, Any

import pytest

from simulator import SimulatorError
from tests.simulator import CLIENT, with_token

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator

ALL_CONNECTIONS = {"includeHttps": "1", "includeRelay": "1", "includeIPv6": "1"}


async def resources(
    http: ClientSession, token: str, **query: str
) -> dict[str, dict[str, Any]]:
    """Request the resources and return them by name."""
    async with http.get(
        "/api/v2/resources", headers=with_token(token), params=query
    ) as response:
        assert response.status == 200
        return {resource["name"]: resource for resource in await response.json()}


async def test_query_selects_connections(http: ClientSession, token: str) -> None:
    """Relay, IPv6 and HTTPS connections are listed only on request."""
    plain = (await resources(http, token))["Attic"]["connections"]
    assert all(connection["protocol"] == "http" for connection in plain)
    assert not any(connection["relay"] for connection in plain)
    assert not any(connection["IPv6"] for connection in plain)
    assert "172.17.0.1" in {connection["address"] for connection in plain}

    every = (await resources(http, token, **ALL_CONNECTIONS))["Attic"]["connections"]
    assert len(every) == len(plain) + 2
    assert {connection["protocol"] for connection in every} == {"https"}
    assert any(connection["relay"] for connection in every)
    assert any(connection["IPv6"] for connection in every)
    assert all(
        connection["uri"].endswith(f".plex.direct.invalid:{connection['port']}")
        for connection in every
    )


async def test_add_and_remove_server(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """Servers can be added and removed while the simulator runs."""
    added = plex_tv.add_server("alice", name="Shed", owned=False, connections=8)
    assert "Shed" in plex_tv.people["alice"].servers
    shed = (await resources(http, token, **ALL_CONNECTIONS))["Shed"]
    assert len(shed["connections"]) == 8
    assert shed["owned"] is False
    with pytest.raises(SimulatorError):
        plex_tv.add_server("alice", name="Shed")

    plex_tv.remove_server("Shed")
    assert "Shed" not in await resources(http, token)
    assert shed["accessToken"] in plex_tv.secrets
    assert "Shed" not in plex_tv.people["alice"].servers
    assert "Shed" not in plex_tv.servers
    with pytest.raises(SimulatorError):
        plex_tv.remove_server("Shed")
    with pytest.raises(SimulatorError):
        await added.start()


async def test_secrets_and_names(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """The simulator lists every secret of its responses; names are not secret."""
    async with http.post("/api/v2/pins", headers=with_token(token)) as response:
        pin = await response.json()
    listed = await resources(http, token, **ALL_CONNECTIONS)
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
        listed["Bob's Basement"]["accessToken"],
        plex_tv.people["bob"].email,
    } <= plex_tv.secrets
    assert {"Attic", "alice_attic", "Casey"} <= plex_tv.names
    assert not plex_tv.names & plex_tv.secrets
    assert "" not in plex_tv.secrets | plex_tv.names
