"""Connections: HTTPS, their number, and closing them; the id of each response."""

import asyncio
import ssl
from typing import TYPE_CHECKING

from aiohttp import ClientConnectorCertificateError, ClientSession
import pytest

from simulator import Fault, Simulator
from tests.helpers.certificates import certificate
from tests.helpers.clock import until
from tests.helpers.routes import USER
from tests.simulator import CLIENT, HEADERS, with_token

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.allowed_logs("Error on transport creation")
async def test_https(socket_enabled: None, tmp_path: Path) -> None:
    """With a certificate, plex.tv and its servers use HTTPS only."""
    pem = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    trusted = ssl.create_default_context(cafile=pem)
    async with (
        Simulator(media_servers=True, tls=context) as plex_tv,
        ClientSession(plex_tv.url) as http,
    ):
        headers = with_token(plex_tv.sign_in("bob", CLIENT))
        with pytest.raises(ClientConnectorCertificateError):
            await http.get(USER, headers=headers)
        async with http.get(
            "/api/v2/resources", headers=headers, ssl=trusted
        ) as response:
            [basement] = await response.json()
        for connection in basement["connections"]:
            assert connection["protocol"] == "https"
            assert connection["uri"].startswith("https://127.0.0.1:")
        [port] = [
            place.port
            for place in plex_tv.servers["Bob's Basement"].data.listed_places
            if place.answers
        ]
        url = f"https://127.0.0.1:{port}/identity"
        async with http.get(url, ssl=trusted) as response:
            assert response.status == 200


async def test_connections(plex_tv: Simulator, http: ClientSession) -> None:
    """Open connections and pending responses are counted; `hang_up` closes them."""
    assert (plex_tv.connections, plex_tv.answering) == (0, 0)
    async with http.get(USER, headers=HEADERS) as response:
        await response.read()
    assert (plex_tv.connections, plex_tv.answering) == (1, 0)
    plex_tv.misbehave("GET", USER, Fault.hang())
    asking = asyncio.create_task(http.get(USER, headers=HEADERS))
    await until(lambda: plex_tv.answering == 1)
    asking.cancel()
    await until(lambda: (plex_tv.connections, plex_tv.answering) == (0, 0))
    async with http.get(USER, headers=HEADERS) as response:
        await response.read()
    plex_tv.hang_up()
    await until(lambda: plex_tv.connections == 0)
    async with http.get(USER, headers=HEADERS) as response:
        assert response.status == 401


async def test_request_id(http: ClientSession) -> None:
    """Every response has an id of its own in a header."""
    ids = set()
    for _ in range(2):
        async with http.get(USER, headers=HEADERS) as response:
            ids.add(response.headers["x-request-id"])
    assert len(ids) == 2
