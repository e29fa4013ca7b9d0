"""What counts as an answer of the server that is looked for."""

import gzip
import json
import ssl
import tracemalloc
from typing import TYPE_CHECKING

from aiohttp import ClientSession, TCPConnector
import pytest

from custom_components.plex_account.plextv import Connection

from .certificates import certificate
from .doors import answer, identity
from .no_names import NoNames
from .searches import ANOTHER, NAME, search, server

if TYPE_CHECKING:
    from pathlib import Path

    from .doors import Doors

KIB = 1024
GZIP = "Content-Encoding: gzip"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def container(**members: object) -> str:
    """Write a container in JSON."""
    return json.dumps({"MediaContainer": members})


BODY = container(machineIdentifier=NAME).encode()
GOOD = {
    "JSON": identity(NAME),
    "no type": answer(BODY),
    "spaces": answer(container(machineIdentifier=f" {NAME}\n")),
    "XML": answer(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<MediaContainer size="0" claimed="1" machineIdentifier="{NAME}"/>'
    ),
    "packed": answer(gzip.compress(BODY), GZIP),
    "chunked": b"%b%x\r\n%b\r\n0\r\n\r\n" % (CHUNKED, len(BODY), BODY),
    "largest": answer(BODY.ljust(64 * KIB)),
}


@pytest.mark.parametrize("whole", GOOD.values(), ids=GOOD)
async def test_the_server_itself(
    doors: Doors, session: ClientSession, whole: bytes
) -> None:
    """It says its identifier, in JSON or in XML."""
    door = await doors.open("local")
    door.says(whole)
    assert await search(session, server(door)) == door.connection


ENTITY = (
    f'<!DOCTYPE a [<!ENTITY name "{NAME}">]>'
    '<MediaContainer machineIdentifier="&name;"/>'
)
BAD = {
    "another": identity(ANOTHER),
    "another's XML": answer(f'<MediaContainer machineIdentifier="{ANOTHER}"/>'),
    "nobody": identity(None),
    "number": identity(7),
    "list": identity([NAME]),
    "longer": identity(f"{NAME}0"),
    "elsewhere": answer(json.dumps({"machineIdentifier": NAME})),
    "no container": answer("{}"),
    "empty container": answer(container()),
    "container of text": answer(json.dumps({"MediaContainer": NAME})),
    "list of containers": answer(f"[{container(machineIdentifier=NAME)}]"),
    "text": answer(json.dumps(NAME)),
    "null": answer("null"),
    "nothing": answer(""),
    "half": answer(BODY[:-2]),
    "page": answer(f"<!DOCTYPE html><html machineIdentifier='{NAME}'></html>"),
    "entity": answer(ENTITY),
    "entity in UTF-16": answer(ENTITY.encode("utf-16")),
    "empty XML": answer("<MediaContainer/>"),
    "inner XML": answer(f'<a><MediaContainer machineIdentifier="{NAME}"/></a>'),
    "half XML": answer(f'<MediaContainer machineIdentifier="{NAME}">'),
    "unknown XML": answer('<?xml version="1.0" encoding="klingon"?><a/>'),
    "deep": answer("[" * 64 * KIB),
    "bytes": answer(b"\xff\xfe\x00\xd8"),
    **{
        f"status {status}": answer(BODY, status=status)
        for status in (201, 204, 401, 403, 404, 500, 503)
    },
    "too large": answer(BODY.ljust(64 * KIB + 1)),
    "announced": answer(BODY, "X: y").replace(
        b"Content-Length: ", b"Content-Length: 9999"
    ),
    "no gzip": answer("no gzip", GZIP),
    "broken off": CHUNKED + b"rubbish\r\n",
    "no HTTP": b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
    "two": identity(ANOTHER) + identity(NAME),
}


@pytest.mark.parametrize("whole", BAD.values(), ids=BAD)
async def test_something_else(
    doors: Doors, session: ClientSession, whole: bytes
) -> None:
    """Whatever else answers is not the server, and does no harm to the rest."""
    bad, good = await doors.open("local"), await doors.open("relay")
    bad.says(whole)
    good.says(identity(NAME))
    assert await search(session, server(bad)) is None
    assert await search(session, server(bad, good)) == good.connection


async def test_nobody_there(doors: Doors, session: ClientSession) -> None:
    """Neither is an address that refuses, or that hangs up."""
    good, gone = await doors.open("relay"), await doors.open("local")
    good.says(identity(NAME))
    gone.says(b"")
    assert await search(session, server(gone, good)) == good.connection
    assert gone.asked
    await gone.close()
    assert await search(session, server(gone, good)) == good.connection


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(
    doors: Doors, session: ClientSession, status: int
) -> None:
    """Only addresses that plex.tv lists are asked."""
    door, elsewhere = await doors.open("local"), await doors.open("local")
    elsewhere.says(identity(NAME))
    location = f"Location: {elsewhere.connection.uri}/identity"
    door.says(answer(BODY, location, status=status))
    assert await search(session, server(door)) is None
    assert not elsewhere.asked


async def test_a_packed_flood(doors: Doors, session: ClientSession) -> None:
    """An answer is not unpacked any further than it is read."""
    door = await doors.open("local")
    door.says(answer(gzip.compress(b" " * 256 * KIB * KIB), GZIP))
    tracemalloc.start()
    try:
        assert await search(session, server(door)) is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * KIB * KIB


async def test_below_a_path(doors: Doors, session: ClientSession) -> None:
    """A server may be behind a proxy that gives it a part of its address."""
    door = await doors.open("local")
    door.says(identity(NAME))
    below = Connection(uri=f"{door.connection.uri}/plex", local=True, relay=False)
    assert await search(session, server(below)) == below
    assert door.asked[0].startswith("GET /plex/identity HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "uri",
    [
        "http://server.example",
        "http://a..b",
        f"http://{'a' * 64}.example",
        "http://1.2.3.4.5",
        "http://",
        "",
    ],
)
async def test_addresses_that_nobody_can_look_up(
    doors: Doors, socket_enabled: None, uri: str
) -> None:
    """They fail like any other dead one."""
    good = await doors.open("relay")
    good.says(identity(NAME))
    odd = Connection(uri=uri, local=True, relay=False)
    async with ClientSession(connector=TCPConnector(resolver=NoNames())) as session:
        assert await search(session, server(odd, good)) == good.connection


async def test_a_session_of_no_use(doors: Doors, session: ClientSession) -> None:
    """A mistake of the program is none of the server's."""
    door = await doors.open("local")
    await session.close()
    with pytest.raises(RuntimeError, match="Session is closed"):
        await search(session, server(door, door), last=door)


@pytest.mark.allowed_logs("Error on transport creation")
async def test_certificates(
    doors: Doors, session: ClientSession, tmp_path: Path
) -> None:
    """A server is believed over HTTPS if its certificate is trusted, and not else."""
    pem = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    secure, plain = await doors.open("local", context), await doors.open("local")
    secure.says(identity(NAME))
    plain.says(identity(NAME))
    wanted = server(secure, plain)
    assert await search(session, wanted) == plain.connection
    assert not secure.asked

    trusting = TCPConnector(ssl=ssl.create_default_context(cafile=pem))
    async with ClientSession(connector=trusting) as another:
        assert await search(another, wanted) == secure.connection
