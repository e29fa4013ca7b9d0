"""The media servers on addresses of this machine."""

import asyncio
import gc
import socket
from typing import TYPE_CHECKING, Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout
import pytest
from yarl import URL

from simulator import Fault, Place, ServerControl, Simulator, SimulatorError
from tests.helpers.clock import PATIENCE, until, until_idle
from tests.simulator import CLIENT, JSON, address, with_token

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

    from simulator import Route


@pytest.fixture
def media_servers() -> bool:
    """Enable the media servers."""
    return True


async def identity(
    http: ClientSession,
    server: ServerControl,
    route: Route = "local",
    limit: ClientTimeout | None = None,
) -> str:
    """Return the machine identifier in a server's response."""
    url = f"{address(server, route)}/identity"
    async with http.get(url, headers=JSON, timeout=limit) as response:
        assert response.status == 200
        found: str = (await response.json())["MediaContainer"]["machineIdentifier"]
        return found


async def test_every_listed_address(
    http: ClientSession, token: str, freezer: FrozenDateTimeFactory
) -> None:
    """A listed address responds as its server, refuses connections or is silent."""
    query = {"includeHttps": "1", "includeRelay": "1"}
    async with http.get(
        "/api/v2/resources", headers=with_token(token), params=query
    ) as response:
        servers = [r for r in await response.json() if r["provides"] == "server"]

    silence = ClientTimeout(total=10)

    async def outcome(connection: dict[str, Any], expected: str) -> tuple[str, str]:
        assert connection["address"] == "127.0.0.1"
        assert connection["protocol"] == "http"
        route = "local" if connection["local"] else "remote"
        route = "relay" if connection["relay"] else route
        try:
            async with http.get(
                f"{connection['uri']}/identity", headers=JSON, timeout=silence
            ) as response:
                container = (await response.json())["MediaContainer"]
                assert container["machineIdentifier"] == expected
                return route, "answers"
        except TimeoutError:
            return route, "silent"
        except ClientConnectorError:
            return route, "refuses"

    asking = asyncio.gather(
        *(
            asyncio.gather(
                *(outcome(c, server["clientIdentifier"]) for c in server["connections"])
            )
            for server in servers
        )
    )
    await until_idle()
    freezer.tick(11)
    outcomes = await asking
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
    """A server can stop on one route or on all, and start again on the same ports."""
    before = address(attic)
    await identity(http, attic)
    await attic.stop("local")
    with pytest.raises(ClientConnectorError):
        await identity(http, attic)
    assert await identity(http, attic, "remote") == attic.machine_identifier
    await attic.stop()
    for route in attic.data.listed_places:
        if route.answers:
            with pytest.raises(ClientError):
                await identity(http, attic, route.route)
    await attic.start("relay")
    assert await identity(http, attic, "relay") == attic.machine_identifier
    await attic.start()
    assert await identity(http, attic) == attic.machine_identifier
    assert address(attic) == before


async def test_roles(
    plex_tv: Simulator, http: ClientSession, attic: ServerControl, token: str
) -> None:
    """The owner may use every route, a guest some, and other people none."""

    async def statuses(given: str | None) -> list[int]:
        headers = JSON if given is None else {**JSON, "X-Plex-Token": given}
        found = []
        for path in ("/", "/library/sections", "/accounts", "/status/sessions"):
            async with http.get(f"{address(attic)}{path}", headers=headers) as response:
                found.append(response.status)
        return found

    assert await statuses(token) == [200, 200, 200, 200]
    assert await statuses(attic.data.guests["casey"]) == [200, 200, 403, 403]
    bobs = plex_tv.sign_in("bob", client_identifier=CLIENT)
    for refused in (bobs, plex_tv.sign_in("casey", client_identifier=CLIENT), None):
        assert await statuses(refused) == [401, 401, 401, 401]
    plex_tv.revoke(token)
    assert await statuses(token) == [401, 401, 401, 401]


@pytest.mark.parametrize(
    ("path", "sizes"),
    [
        ("1/all", (3, 3)),
        ("1/all?X-Plex-Container-Start=1&X-Plex-Container-Size=1", (1, 3)),
        ("2/all?type=4", (0, 0)),
        ("9/all", None),
        ("9", None),
    ],
)
async def test_library(
    http: ClientSession,
    attic: ServerControl,
    token: str,
    path: str,
    sizes: tuple[int, int] | None,
) -> None:
    """A library can be read whole, by page and by type; an unknown one is a 404."""
    url = f"{address(attic)}/library/sections/{path}"
    async with http.get(url, headers=with_token(token)) as response:
        assert response.status == (200 if sizes else 404)
        if sizes:
            container = (await response.json())["MediaContainer"]
            assert (container["size"], container["totalSize"]) == sizes


@pytest.mark.usefixtures("freezer")
async def test_websocket(
    plex_tv: Simulator, http: ClientSession, attic: ServerControl, token: str
) -> None:
    """A WebSocket stays open until the server stops, which does not wait for it."""
    url = f"{address(attic)}/:/websockets/notifications?X-Plex-Token={token}"
    async with http.ws_connect(url) as listener:
        stopping = asyncio.create_task(plex_tv.stop())
        await until(stopping.done)
        assert (await listener.receive()).data is None


async def test_a_stop_keeps_the_ports(plex_tv: Simulator, attic: ServerControl) -> None:
    """No other program can get a port during a stop or after it."""

    def ports() -> list[int | None]:
        return [*attic.ports.values(), plex_tv.url.port, plex_tv.discover.url.port]

    before = ports()
    stopping = asyncio.create_task(plex_tv.stop())
    while True:
        for port in before:
            with socket.socket() as other, pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", port))
        if stopping.done():
            break
        await asyncio.sleep(0)
    await plex_tv.start()
    assert ports() == before


async def test_misbehaves(http: ClientSession, attic: ServerControl) -> None:
    """A media server records requests and can send bad responses, as plex.tv does."""
    attic.misbehave("GET", "/identity", Fault.html(503))
    async with http.get(f"{address(attic)}/identity") as response:
        assert response.status == 503
    attic.misbehave("GET", "*", Fault.hang(), times=None)
    with pytest.raises(TimeoutError):
        await identity(http, attic, limit=ClientTimeout(total=0.2))
    attic.behave()
    await identity(http, attic)
    assert [seen.path for seen in attic.requests] == ["/identity"] * 3


async def test_secret_addresses(plex_tv: Simulator, attic: ServerControl) -> None:
    """An address of this machine is a secret only together with its port."""
    assert {f"127.0.0.1:{place.port}" for place in attic.data.listed_places} < (
        plex_tv.secrets
    )
    assert "127.0.0.1" not in plex_tv.secrets


async def test_added_server(plex_tv: Simulator, http: ClientSession) -> None:
    """An added server refuses connections until it is started."""
    shed = plex_tv.add_server("alice", name="Shed", connections=8)
    assert len(shed.data.listed_places) == 8
    with pytest.raises(ClientConnectorError):
        await identity(http, shed)
    await shed.start()
    assert await identity(http, shed) == shed.machine_identifier


async def test_new_places(
    plex_tv: Simulator, http: ClientSession, attic: ServerControl
) -> None:
    """When the places of a server change, the listed addresses follow at once."""
    before = attic.data.listed_places
    attic.places = attic.places[3:]
    assert attic.data.listed_places == before[3:]
    assert await identity(http, attic, "remote") == attic.machine_identifier
    cabin = plex_tv.servers["Cabin"]
    cabin.places = cabin.places[:1]
    await plex_tv.stop()
    await plex_tv.start()
    assert [place.route for place in attic.data.listed_places] == ["remote", "relay"]
    assert await identity(http, attic, "remote") == attic.machine_identifier
    [silent] = cabin.data.listed_places
    _, writer = await asyncio.open_connection(silent.address, silent.port)
    writer.close()


async def test_places_without_a_machine(plex_tv: Simulator) -> None:
    """A server can be listed at addresses without a media server."""
    places = (Place(route="remote", address="127.0.0.1", port=1),)
    shed = plex_tv.add_server("alice", name="Shed", places=places)
    assert shed.data.listed_places == places
    with pytest.raises(SimulatorError):
        await shed.start()


@pytest.mark.parametrize("turns", range(8))
async def test_a_stop_while_somebody_connects(attic: ServerControl, turns: int) -> None:
    """A stop closes a connection that was just accepted."""
    port = URL(address(attic)).port
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(turns):
            await asyncio.sleep(0)
        await attic.stop()
        connection.settimeout(PATIENCE)
        assert await asyncio.to_thread(read_to_the_end, connection) == b""
    gc.collect()


def read_to_the_end(connection: socket.socket) -> bytes:
    """Return the data until the connection ends, by a reset or not."""
    try:
        return connection.recv(1)
    except ConnectionResetError:
        return b""
