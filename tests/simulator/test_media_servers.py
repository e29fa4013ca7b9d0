"""Small media servers at addresses of this machine."""

import asyncio
import time
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout
import pytest

from simulator import Fault, ServerControl, Simulator
from tests.simulator import CLIENT, JSON, address, with_token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulator import Route

LONG_ENOUGH = ClientTimeout(total=1)
"""How long to wait for an answer that may never come."""


@pytest.fixture
async def plex_tv(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Provide a plex.tv whose servers answer."""
    async with Simulator(media_servers=True) as simulator:
        yield simulator


@pytest.fixture
def attic(plex_tv: Simulator) -> ServerControl:
    """Provide alice's server, which has a route of every kind."""
    return plex_tv.servers["Attic"]


async def identity(
    http: ClientSession,
    server: ServerControl,
    route: Route = "local",
    limit: ClientTimeout | None = None,
) -> str:
    """Ask a server who it is."""
    url = f"{address(server, route)}/identity"
    async with http.get(url, headers=JSON, timeout=limit) as response:
        assert response.status == 200
        found: str = (await response.json())["MediaContainer"]["machineIdentifier"]
        return found


async def test_every_listed_address(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """Each listed address answers with the server's identity or leads nowhere."""
    query = {"includeHttps": "1", "includeRelay": "1"}
    async with http.get(
        "/api/v2/resources", headers=with_token(token), params=query
    ) as response:
        servers = [r for r in await response.json() if r["provides"] == "server"]

    async def outcome(connection: dict[str, Any], expected: str) -> tuple[str, str]:
        assert connection["address"] == "127.0.0.1"
        assert connection["protocol"] == "http"
        route = "local" if connection["local"] else "remote"
        route = "relay" if connection["relay"] else route
        try:
            async with http.get(
                f"{connection['uri']}/identity", headers=JSON, timeout=LONG_ENOUGH
            ) as response:
                container = (await response.json())["MediaContainer"]
                assert container["machineIdentifier"] == expected
                return route, "answers"
        except TimeoutError:
            return route, "silent"
        except ClientConnectorError:
            return route, "refuses"

    outcomes = await asyncio.gather(
        *(
            asyncio.gather(
                *(outcome(c, server["clientIdentifier"]) for c in server["connections"])
            )
            for server in servers
        )
    )
    names = [server["name"] for server in servers]
    assert dict(zip(names, outcomes, strict=True)) == {
        "Attic": [
            ("local", "silent"),
            ("local", "answers"),
            ("local", "silent"),
            ("remote", "answers"),
            ("relay", "answers"),
        ],
        "Cabin": [("local", "silent"), ("remote", "answers")],
        "Bob's Basement": [
            ("local", "silent"),
            ("remote", "refuses"),
            ("relay", "answers"),
        ],
    }


async def test_stops_and_starts(http: ClientSession, attic: ServerControl) -> None:
    """A server can be gone on one route or on all, and come back at its place."""
    before = address(attic)
    await identity(http, attic)
    await attic.stop("local")
    with pytest.raises(ClientConnectorError):
        await identity(http, attic)
    assert await identity(http, attic, "remote") == attic.machine_identifier
    await attic.stop()
    for route in attic.listed_places:
        if route.answers:
            with pytest.raises(ClientError):
                await identity(http, attic, route.route)
    await attic.start("relay")
    assert await identity(http, attic, "relay") == attic.machine_identifier
    await attic.start()
    assert await identity(http, attic) == attic.machine_identifier
    assert address(attic) == before


async def test_lies(
    plex_tv: Simulator, http: ClientSession, attic: ServerControl
) -> None:
    """A server can answer with another one's identity, for a while."""
    other = plex_tv.servers["Cabin"].machine_identifier
    attic.lie(other)
    assert await identity(http, attic) == other
    attic.lie(None)
    assert await identity(http, attic) == attic.machine_identifier


async def test_identity_needs_no_token_and_is_xml(
    http: ClientSession, attic: ServerControl
) -> None:
    """Everybody may ask for the identity, and gets XML by default."""
    async with http.get(f"{address(attic)}/identity") as response:
        root = ET.fromstring(await response.text())  # noqa: S314 - our own
    assert root.attrib["machineIdentifier"] == attic.machine_identifier
    assert root.attrib["claimed"] == "1"


async def test_who_may_do_what(
    plex_tv: Simulator, http: ClientSession, attic: ServerControl, token: str
) -> None:
    """The owner may do everything, a guest look round, and others nothing."""

    async def statuses(given: str | None) -> list[int]:
        headers = JSON if given is None else {**JSON, "X-Plex-Token": given}
        found = []
        for path in ("/", "/library/sections", "/accounts", "/status/sessions"):
            async with http.get(f"{address(attic)}{path}", headers=headers) as response:
                found.append(response.status)
        return found

    assert await statuses(token) == [200, 200, 200, 200]
    assert await statuses(attic.guests["casey"]) == [200, 200, 403, 403]
    bobs = plex_tv.sign_in("bob", client_identifier=CLIENT)
    for refused in (bobs, plex_tv.sign_in("casey", client_identifier=CLIENT), None):
        assert await statuses(refused) == [401, 401, 401, 401]
    plex_tv.revoke(token)
    assert await statuses(token) == [401, 401, 401, 401]


async def test_websocket(
    plex_tv: Simulator, http: ClientSession, attic: ServerControl, token: str
) -> None:
    """A client may listen for news, and is let go when the server stops."""
    url = f"{address(attic)}/:/websockets/notifications?X-Plex-Token={token}"
    async with http.ws_connect(url) as listener:
        async with asyncio.timeout(0.9):
            await plex_tv.stop()
        assert (await listener.receive()).data is None


async def test_misbehaves(http: ClientSession, attic: ServerControl) -> None:
    """A media server remembers and misbehaves as plex.tv does."""
    attic.misbehave("GET", "/identity", Fault.html(503))
    async with http.get(f"{address(attic)}/identity") as response:
        assert response.status == 503
    attic.misbehave("GET", "*", Fault.hang(), times=None)
    with pytest.raises(TimeoutError):
        await identity(http, attic, limit=ClientTimeout(total=0.2))
    attic.behave()
    await identity(http, attic)
    assert [seen.path for seen in attic.requests] == ["/identity"] * 3


async def test_a_hundred_servers(
    plex_tv: Simulator, http: ClientSession, token: str
) -> None:
    """Listed servers cost nothing until they are started, and little then."""
    begun = time.perf_counter()
    servers = [
        plex_tv.add_server("alice", name=f"Server {number}", connections=8)
        for number in range(100)
    ]
    async with http.get(
        "/api/v2/resources", headers=with_token(token), params={"includeRelay": "1"}
    ) as response:
        listed = {r["name"]: r for r in await response.json()}
    assert time.perf_counter() - begun < 1
    assert {len(listed[server.name]["connections"]) for server in servers} == {8}

    first, *_ = listed["Server 0"]["connections"]
    with pytest.raises(ClientConnectorError):
        await http.get(f"{first['uri']}/identity")
    await servers[0].start()
    assert await identity(http, servers[0]) == servers[0].machine_identifier
