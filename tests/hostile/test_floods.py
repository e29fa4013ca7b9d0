"""Endless responses of servers: interim responses, headers, chunks."""

import asyncio
import ssl
from typing import TYPE_CHECKING

from aiohttp import ClientSession
import pytest

from custom_components.plex_account.plextv import (
    Connection,
    PlexTvClient,
    PlexTvConnectionError,
    PlexTvError,
    RawRequest,
    Server,
    ServerSessions,
    find_connection,
)
from tests.helpers.certificates import certificate
from tests.helpers.clock import until, until_idle
from tests.helpers.fake_servers import HOST
from tests.helpers.networks import THIS_MACHINE
from tests.plextv.samples import IDENTITY

from .flooding_server import FLOODS, FloodingServer

if TYPE_CHECKING:
    from pathlib import Path

KIB = 1024
MIB = 1024 * KIB
# The size of the buffers of both ends of a connection on loopback.
IN_BUFFERS = 8 * MIB


def server_at(*uris: str) -> Server:
    """Describe a shared server with these addresses."""
    return Server(
        client_identifier="a" * 40,
        name="Basement",
        owned=False,
        token="a-token",
        connections=tuple(
            Connection(uri=uri, local=False, relay=False) for uri in uris
        ),
    )


async def search(sessions: ServerSessions, server: Server) -> Connection | None:
    """Search for a server's connection."""
    return await find_connection(
        sessions, server, last=None, slots=asyncio.Semaphore(64)
    )


async def act(sessions: ServerSessions, server: Server) -> None:
    """Send a request to a server as an action does."""
    async with ClientSession() as session:
        client = PlexTvClient(session, IDENTITY, server_sessions=sessions)
        await client.request_server(
            server, server.connections[0], RawRequest(path="/status/sessions")
        )


@pytest.mark.parametrize("kind", FLOODS)
@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.usefixtures("freezer")
async def test_identity(
    socket_enabled: None, tmp_path: Path, kind: str, *, encrypted: bool
) -> None:
    """The connection is closed after some KiB, even before a timeout."""
    pem = certificate(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(pem)
    flooding = await FloodingServer(kind).start(tls if encrypted else None)
    sessions = ServerSessions(
        networks=THIS_MACHINE, ssl=ssl.create_default_context(cafile=pem)
    )
    assert await search(sessions, server_at(flooding.uri)) is None
    await until(lambda: not flooding.open)
    assert flooding.connections == 1
    assert flooding.sent < IN_BUFFERS
    await sessions.close()
    await flooding.close()


@pytest.mark.parametrize("kind", FLOODS)
@pytest.mark.usefixtures("freezer")
async def test_an_action(sessions: ServerSessions, kind: str) -> None:
    """The response to an action ends in an error after some MiB."""
    flooding = await FloodingServer(kind).start()
    with pytest.raises(PlexTvError):
        await act(sessions, server_at(flooding.uri))
    await until(lambda: not flooding.open)
    assert flooding.sent < 7 * MIB + IN_BUFFERS
    await flooding.close()


async def test_redirects(sessions: ServerSessions) -> None:
    """No redirect makes the client send a request, with the token, elsewhere."""
    asked: list[bytes] = []

    async def redirect(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Redirect to this server itself."""
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(
            b"HTTP/1.1 307 Go\r\nLocation: %b/elsewhere\r\nContent-Length: 0\r\n\r\n"
            % uri.encode()
        )
        writer.close()

    listening = await asyncio.start_server(redirect, HOST, 0)
    uri = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    server = server_at(uri)
    assert await search(sessions, server) is None
    with pytest.raises(PlexTvError):
        await act(sessions, server)
    assert [line.split()[1] for line in asked] == [b"/identity", b"/status/sessions"]
    listening.close()


@pytest.mark.usefixtures("freezer")
async def test_a_server_with_many_addresses(sessions: ServerSessions) -> None:
    """A server with many addresses takes only a part of the slots for requests."""
    waiting: list[asyncio.StreamWriter] = []

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Never respond."""
        waiting.append(writer)
        await reader.read()

    listening = await asyncio.start_server(hang, HOST, 0)
    port = listening.sockets[0].getsockname()[1]
    many = server_at(*(f"http://127.0.0.1:{port}/{number}" for number in range(100)))
    slots = asyncio.Semaphore(64)
    search = asyncio.create_task(
        find_connection(sessions, many, last=None, slots=slots)
    )
    await until(lambda: len(waiting) >= 16)
    await until_idle()
    assert len(waiting) == 16
    assert not slots.locked()
    search.cancel()
    await asyncio.gather(search, return_exceptions=True)
    listening.close()
    listening.abort_clients()


async def test_errors_tell_nothing_of_the_server(sessions: ServerSessions) -> None:
    """No error contains the address or the token."""
    flooding = await FloodingServer("interim responses").start()
    with pytest.raises(PlexTvConnectionError) as info:
        await act(sessions, server_at(flooding.uri))
    said = repr(info.value)
    assert flooding.uri.rpartition(":")[2] not in said
    assert "a-token" not in said
    assert info.value.__cause__ is None
    await flooding.close()
