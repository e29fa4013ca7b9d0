"""The responses to `/identity` that count."""

import gzip
import json
import tracemalloc

import pytest

from custom_components.plex_account.plextv import Connection, ServerSessions
from tests.helpers.fake_servers import answer, identity
from tests.helpers.networks import THIS_MACHINE

from .connection_search import ANOTHER, NAME, Searcher, server
from .failing_resolver import FailingResolver

KIB = 1024
GZIP = "Content-Encoding: gzip"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def container(**members: object) -> str:
    """Return a JSON container."""
    return json.dumps({"MediaContainer": members})


BODY = container(machineIdentifier=NAME).encode()
GOOD = {
    "JSON": identity(NAME),
    "no type": answer(BODY),
    "XML": answer(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<MediaContainer size="0" claimed="1" machineIdentifier="{NAME}"/>'
    ),
    "packed": answer(gzip.compress(BODY), GZIP),
    "chunked": b"%b%x\r\n%b\r\n0\r\n\r\n" % (CHUNKED, len(BODY), BODY),
    "largest": answer(BODY.ljust(4 * KIB)),
}


@pytest.mark.parametrize("whole", GOOD.values(), ids=GOOD)
async def test_the_server_itself(searcher: Searcher, whole: bytes) -> None:
    """The machine identifier counts, in JSON or in XML."""
    fake = await searcher.fakes.open("local")
    fake.answer_with(whole)
    assert await searcher.start(server(fake)) == fake.connection


ENTITY = (
    f'<!DOCTYPE a [<!ENTITY name "{NAME}">]>'
    '<MediaContainer machineIdentifier="&name;"/>'
)
BAD = {
    "another": identity(ANOTHER),
    "spaces": identity(f" {NAME}"),
    "an invisible character": identity(f"{NAME}\u200b"),
    "capitals": identity(NAME.upper()),
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
async def test_something_else(searcher: Searcher, whole: bytes) -> None:
    """Any other response does not count, and the search goes on."""
    bad, good = await searcher.fakes.open_each("local", "relay")
    bad.answer_with(whole)
    good.answer_with(identity(NAME))
    assert await searcher.start(server(bad)) is None
    assert await searcher.start(server(bad, good)) == good.connection


async def test_nobody_there(searcher: Searcher) -> None:
    """A refused or closed connection does not count."""
    good, gone = await searcher.fakes.open_each("relay", "local")
    good.answer_with(identity(NAME))
    gone.answer_with(b"")
    assert await searcher.start(server(gone, good)) == good.connection
    assert gone.requests
    await gone.close()
    assert await searcher.start(server(gone, good)) == good.connection


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(searcher: Searcher, status: int) -> None:
    """Redirects are refused: only listed addresses get requests."""
    fake, elsewhere = await searcher.fakes.open_each("local", "local")
    elsewhere.answer_with(identity(NAME))
    location = f"Location: {elsewhere.connection.uri}/identity"
    fake.answer_with(answer(BODY, location, status=status))
    assert await searcher.start(server(fake)) is None
    assert not elsewhere.requests


async def test_a_packed_flood(searcher: Searcher) -> None:
    """A compressed response is not decompressed beyond the limit."""
    fake = await searcher.fakes.open("local")
    fake.answer_with(answer(gzip.compress(b" " * 256 * KIB * KIB), GZIP))
    tracemalloc.start()
    try:
        assert await searcher.start(server(fake)) is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * KIB * KIB


async def test_below_a_path(searcher: Searcher) -> None:
    """A server may be at a path of a reverse proxy."""
    [fake] = await searcher.open("local")
    below = Connection(uri=f"{fake.connection.uri}/plex", local=True, relay=False)
    assert await searcher.start(server(below)) == below
    assert fake.requests[0].startswith("GET /plex/identity HTTP/1.1\r\n")


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
    socket_enabled: None, uri: str, searcher: Searcher
) -> None:
    """An address whose name DNS does not resolve does not count."""
    [good] = await searcher.open("relay")
    odd = Connection(uri=uri, local=True, relay=False)
    sessions = ServerSessions(networks=THIS_MACHINE, resolver=FailingResolver)
    deaf = Searcher(sessions, searcher.fakes, searcher.freezer)
    assert await deaf.start(server(odd, good)) == good.connection
    await sessions.close()
