"""Unreadable, oversized, redirected and missing responses."""

import asyncio
import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    PlexTvAnswerTooLargeError,
    PlexTvClient,
    PlexTvConnectionError,
    PlexTvError,
    PlexTvResponseError,
)
from simulator import Fault, Simulator
from tests.helpers.clock import until_asked
from tests.helpers.custom_faults import OversizedBody, gzip_bomb, http, raw
from tests.helpers.routes import RESOURCES, USER

from .method_calls import (
    CREATE_CLAIM,
    CREATE_PIN,
    GET_ACCOUNT,
    GET_SERVERS,
    GET_TOKEN,
    METHOD_CALLS,
    MethodCall,
)

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

MIB = 1024 * 1024


async def failure_of[Error: PlexTvError](
    call: MethodCall, client: PlexTvClient, kind: type[Error]
) -> Error:
    """Make a call that fails, and return the error."""
    with pytest.raises(kind) as failure:
        await call.make(client)
    assert type(failure.value) is kind
    return failure.value


UNREADABLE = {
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "list of one": b'[{"id": 7, "code": "ABCD", "expiresIn": 900, "uuid": "a"}]',
    "text": b'"pin"',
    "number": b"7",
    "large number": b"7" * 5000,
    "not a number": b"NaN",
    "truncated": b'{"id": 7, "code": "AB',
    "two": b"{}{}",
    "deep": b"[" * 200_000,
    "deep and whole": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'{"a":' * 200_000,
    "page": b"<!DOCTYPE html><html><body>Welcome</body></html>",
    "XML": b'<?xml version="1.0"?><pin id="7" code="ABCD" expiresIn="900"/>',
    "bytes": b"\xff\xfe\xfd\x00",
    "half a letter": b'{"code": "\xe2\x82"}',
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_unreadable_answers(
    plex_tv: Simulator, alice: PlexTvClient, body: bytes
) -> None:
    """An unreadable response with a success status is no authentication error."""
    for call in (CREATE_PIN, GET_TOKEN, GET_ACCOUNT, CREATE_CLAIM):
        plex_tv.misbehave(call.method, call.route, Fault.body(body))
        error = await failure_of(call, alice, PlexTvResponseError)
        assert str(error) == f"plex.tv's answer to {call.doing} cannot be read"
        assert (error.status, error.code) == (200, None)


async def test_xml_despite_accept(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """XML is unreadable where JSON was requested."""
    plex_tv.quirks.xml_despite_accept = True
    for call in (CREATE_PIN, GET_ACCOUNT):
        await failure_of(call, alice, PlexTvResponseError)


@pytest.mark.parametrize("announced", [None, 10**12], ids=str)
@pytest.mark.parametrize("status", [200, 500])
async def test_too_large_an_answer(
    plex_tv: Simulator, alice: PlexTvClient, status: int, announced: int | None
) -> None:
    """An oversized response is not read further, with Content-Length or without."""
    for call in (*METHOD_CALLS, GET_SERVERS):
        flood = OversizedBody(status=status, announced=announced)
        plex_tv.misbehave(call.method, call.route, flood.fault)
        error = await failure_of(call, alice, PlexTvAnswerTooLargeError)
        largest = 5 * MIB if call is GET_SERVERS else MIB
        assert str(error).endswith(f"is larger than {largest} bytes")
        assert error.status == status
        await flood.end()
        # The buffers of both sockets count as sent.
        assert flood.sent < 24 * MIB


@pytest.mark.parametrize(("size", "fits"), [(5 * MIB, True), (5 * MIB + 1, False)])
async def test_the_largest_list(
    plex_tv: Simulator, alice: PlexTvClient, *, size: int, fits: bool
) -> None:
    """5 MiB of servers and players are read; one byte more is an error."""
    row = {"clientIdentifier": "a1b2c3", "provides": "server"}
    plex_tv.misbehave("GET", RESOURCES, Fault.body(json.dumps([row]).ljust(size)))
    if fits:
        [server] = await alice.get_servers()
        assert server.client_identifier == "a1b2c3"
    else:
        await failure_of(GET_SERVERS, alice, PlexTvAnswerTooLargeError)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("size", "fits"), [(MIB, True), (MIB + 1, False)])
async def test_the_largest_answer(
    plex_tv: Simulator, alice: PlexTvClient, *, size: int, fits: bool, chunked: bool
) -> None:
    """A response of 1 MiB is read; one byte more is an error."""
    body = json.dumps({"uuid": "0123456789abcdef"}).encode().ljust(size)
    framing = {"Content-Length": str(size)}
    if chunked:
        framing = {"Transfer-Encoding": "chunked"}
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (size, body)
    plex_tv.misbehave("GET", USER, http("large", body, framing))
    if fits:
        assert (await alice.get_account()).uuid == "0123456789abcdef"
    else:
        await failure_of(GET_ACCOUNT, alice, PlexTvAnswerTooLargeError)


async def test_a_packed_answer(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """The limit applies to the decompressed body, and decompression stops there."""
    plex_tv.misbehave("GET", USER, gzip_bomb(64 * MIB))
    tracemalloc.start()
    try:
        error = await failure_of(GET_ACCOUNT, alice, PlexTvAnswerTooLargeError)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert str(error).endswith("is larger than 1048576 bytes")
    assert peak < 8 * MIB


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(
    plex_tv: Simulator, alice: PlexTvClient, status: int
) -> None:
    """Redirects are refused, so that no other host receives a request."""
    async with Simulator() as elsewhere:
        for call in METHOD_CALLS:
            target = str(elsewhere.url.with_path(call.route))
            fault = Fault.redirect(target, status)
            plex_tv.misbehave(call.method, call.route, fault)
            error = await failure_of(call, alice, PlexTvResponseError)
            assert error.status == status
        assert not elsewhere.requests
    assert len(plex_tv.requests) == len(METHOD_CALLS)


BROKEN_OFF = {
    "length": Fault.truncated(),
    "chunk": http("chunk", b'ff\r\n{"uuid": "0123', {"Transfer-Encoding": "chunked"}),
    "packing": http(
        "gzip",
        b"\x1f\x8b\x08 no gzip",
        {"Content-Encoding": "gzip", "Content-Length": "11"},
    ),
}


@pytest.mark.parametrize("fault", BROKEN_OFF.values(), ids=BROKEN_OFF)
async def test_an_answer_breaks_off(
    plex_tv: Simulator, alice: PlexTvClient, fault: Fault
) -> None:
    """An incomplete response is an error."""
    for call in METHOD_CALLS:
        plex_tv.misbehave(call.method, call.route, fault)
        error = await failure_of(call, alice, PlexTvResponseError)
        assert str(error) == f"plex.tv's answer to {call.doing} broke off"
        assert error.status == 200


NO_ANSWER = {
    "reset": Fault.reset(),
    "nothing": raw("nothing", b""),
    "no HTTP": raw("no HTTP", b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),
    "half a head": raw("half a head", b"HTTP/1.1 200 OK\r\nContent-Le"),
    "no chunk": http("no chunk", b"none\r\n", {"Transfer-Encoding": "chunked"}),
    "huge head": http("huge head", b"", {"X-Large": "x" * 100_000}),
}


@pytest.mark.parametrize("fault", NO_ANSWER.values(), ids=NO_ANSWER)
async def test_no_answer(plex_tv: Simulator, alice: PlexTvClient, fault: Fault) -> None:
    """A closed connection raises a connection error."""
    for call in METHOD_CALLS:
        plex_tv.misbehave(call.method, call.route, fault, times=None)
        error = await failure_of(call, alice, PlexTvConnectionError)
        assert str(error).startswith(f"plex.tv could not be reached for {call.doing}: ")


async def test_nobody_there(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """A refused connection raises a connection error."""
    await alice.get_account()
    await plex_tv.stop()
    for call in METHOD_CALLS:
        await failure_of(call, alice, PlexTvConnectionError)
    await plex_tv.start()
    await alice.get_account()


@pytest.mark.parametrize("fault", [Fault.hang(), Fault.drip()], ids=str)
@pytest.mark.parametrize("call", METHOD_CALLS, ids=str)
async def test_an_answer_that_never_ends(
    plex_tv: Simulator,
    alice: PlexTvClient,
    freezer: FrozenDateTimeFactory,
    fault: Fault,
    call: MethodCall,
) -> None:
    """The timeout is ten seconds, also for a response that is still arriving."""
    plex_tv.misbehave(call.method, call.route, fault)
    waiting = asyncio.create_task(failure_of(call, alice, PlexTvConnectionError))
    await until_asked(plex_tv, 1)
    for _ in range(9):
        freezer.tick(1)
        for _ in range(20):
            await asyncio.sleep(0)
    assert not waiting.done()
    freezer.tick(2)
    error = await waiting
    expected = f"plex.tv could not be reached for {call.doing}: TimeoutError"
    assert str(error) == expected


async def test_giving_up_is_heard(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """Cancelling a call raises CancelledError."""
    for count, call in enumerate(METHOD_CALLS, 1):
        plex_tv.misbehave(call.method, call.route, Fault.hang())
        waiting = asyncio.ensure_future(call.make(alice))
        await until_asked(plex_tv, count)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert len(plex_tv.requests) == len(METHOD_CALLS)
