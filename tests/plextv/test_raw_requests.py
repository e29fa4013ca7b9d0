"""Raw requests: any path of plex.tv or of a server."""

import asyncio
from http import HTTPMethod
from typing import TYPE_CHECKING

from aiohttp import ClientSession
import pytest

from custom_components.plex_account.plextv import (
    Connection,
    PlexTvAnswerTooLargeError,
    PlexTvAuthenticationError,
    PlexTvClient,
    PlexTvConnectionError,
    PlexTvRateLimitError,
    PlexTvResponseError,
    RawRequest,
    RawResponse,
    Server,
    ServerSessions,
)
from simulator import Fault, Simulator
from tests.helpers.clock import until_asked
from tests.helpers.custom_faults import OversizedBody, gzip_bomb, http

from .failing_resolver import FailingResolver
from .samples import IDENTITY

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

    from .raw_targets import RawTarget

MIB = 1024 * 1024
ANYTHING = RawRequest(path="/anything")
OK = Fault.body('{"well": true}')


async def test_what_arrives(target: RawTarget) -> None:
    """Method, path, ordered parameters and identifying headers are sent."""
    target.simulator.misbehave("*", "*", OK)
    result = await target.send(
        RawRequest(
            path="/library/sections/1/all",
            method=HTTPMethod.DELETE,
            query=(("type", "1"), ("id", "b"), ("id", "a"), ("q", "ü & = # +")),
        )
    )
    assert result == RawResponse(status=200, data={"well": True})
    seen = target.seen
    assert (seen.method, seen.path) == ("DELETE", "/library/sections/1/all")
    assert [*seen.query.items()] == [
        ("type", "1"),
        ("id", "b"),
        ("id", "a"),
        ("q", "ü & = # +"),
    ]
    assert seen.headers["X-Plex-Product"] == IDENTITY.product
    assert seen.headers["Accept"] == "application/json"
    assert seen.body == b""


async def test_the_token_stands_in_a_header_only(target: RawTarget) -> None:
    """Each target gets its own token, in a header."""
    target.simulator.misbehave("*", "*", OK)
    await target.send(ANYTHING)
    assert target.seen.headers["X-Plex-Token"] == target.token
    others = {**target.seen.headers, "X-Plex-Token": ""}
    assert target.token not in f"{target.seen.path}{target.seen.query}{others}"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_every_method(target: RawTarget, method: str) -> None:
    """All methods are sent."""
    target.simulator.misbehave("*", "*", OK)
    await target.send(RawRequest(path="/anything", method=HTTPMethod(method)))
    assert target.seen.method == method


@pytest.mark.parametrize(
    ("call", "content_type", "body"),
    [
        (
            RawRequest(
                path="/a", method=HTTPMethod.POST, form=(("u[]", "ü &"), ("u[]", ""))
            ),
            "application/x-www-form-urlencoded",
            b"u%5B%5D=%C3%BC+%26&u%5B%5D=",
        ),
        (
            RawRequest(path="/a", method=HTTPMethod.PUT, form=()),
            "application/x-www-form-urlencoded",
            b"",
        ),
        (
            RawRequest(path="/a", method=HTTPMethod.POST, form=(("half", "\ud83d"),)),
            "application/x-www-form-urlencoded",
            b"half=%3F",
        ),
        (
            RawRequest(path="/a", method=HTTPMethod.POST, body='{"a": "ü"}'),
            "application/json",
            '{"a": "ü"}'.encode(),
        ),
        (
            RawRequest(
                path="/a", method=HTTPMethod.POST, form=(("a", "1"),), body="{}"
            ),
            "application/x-www-form-urlencoded",
            b"a=1",
        ),
    ],
    ids=["form", "empty form", "half a character", "JSON", "both"],
)
async def test_content(
    target: RawTarget, call: RawRequest, content_type: str, body: bytes
) -> None:
    """A form or JSON is sent with its content type."""
    target.simulator.misbehave("*", "*", OK)
    await target.send(call)
    assert target.seen.headers["Content-Type"].split(";")[0] == content_type
    assert target.seen.body == body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(target: RawTarget, status: int) -> None:
    """Redirects are refused, so that no other host receives the token."""
    async with Simulator() as elsewhere:
        fault = Fault.redirect(str(elsewhere.url.with_path("/anything")), status)
        target.simulator.misbehave("*", "*", fault)
        with pytest.raises(PlexTvResponseError) as failure:
            await target.send(ANYTHING)
        assert failure.value.status == status
        assert not elsewhere.requests


@pytest.mark.parametrize(
    "fault",
    [
        Fault.status(401),
        Fault.html(401),
        Fault.status(422, body='{"error": "Invalid token"}'),
    ],
    ids=["401", "401 page", "422"],
)
async def test_a_rejection(target: RawTarget, fault: Fault) -> None:
    """A 401 of plex.tv is an authentication error; that of a server is not."""
    target.simulator.misbehave("*", "*", fault)
    with pytest.raises(PlexTvResponseError) as failure:
        await target.send(ANYTHING)
    about_the_account = isinstance(failure.value, PlexTvAuthenticationError)
    assert about_the_account == (target.whom == "plex.tv")
    status = failure.value.status
    assert str(failure.value).startswith(
        f"{target.whom} answered {status} to a request"
    )


async def test_too_many_requests(target: RawTarget) -> None:
    """429 is a rate limit error, also of a server."""
    target.simulator.misbehave("*", "*", Fault.rate_limited("7"))
    with pytest.raises(PlexTvRateLimitError) as failure:
        await target.send(ANYTHING)
    assert failure.value.retry_after == 7.0


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("over", [0, 1])
async def test_the_largest_answer(
    target: RawTarget, *, over: int, chunked: bool
) -> None:
    """A response of 5 MiB is read; one byte more is an error."""
    size = 5 * MIB + over
    body = b'["end"]'.rjust(size)
    framing = {"Content-Length": str(size)}
    if chunked:
        framing = {"Transfer-Encoding": "chunked"}
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (size, body)
    target.simulator.misbehave("*", "*", http("large", body, framing))
    if not over:
        assert (await target.send(ANYTHING)).data == ["end"]
        return
    with pytest.raises(PlexTvAnswerTooLargeError) as failure:
        await target.send(ANYTHING)
    assert str(failure.value) == (
        f"{target.whom}'s answer to a request is larger than 5242880 bytes"
    )


async def test_an_endless_answer(target: RawTarget) -> None:
    """An oversized response, compressed or not, is not read to its end."""
    flood = OversizedBody()
    for fault in (flood.fault, gzip_bomb(64 * MIB)):
        target.simulator.misbehave("*", "*", fault)
        with pytest.raises(PlexTvAnswerTooLargeError):
            await target.send(ANYTHING)
    await flood.end()
    assert flood.sent < 24 * MIB


@pytest.mark.parametrize("fault", [Fault.hang(), Fault.drip()], ids=str)
async def test_an_answer_that_never_ends(
    target: RawTarget, freezer: FrozenDateTimeFactory, fault: Fault
) -> None:
    """A response that does not end is a timeout, which is longer for servers."""
    target.simulator.misbehave("*", "*", fault)
    waiting = asyncio.ensure_future(target.send(ANYTHING))
    await until_asked(target.simulator, 1)
    for _ in range(target.seconds - 1):
        freezer.tick(1)
        for _ in range(20):
            await asyncio.sleep(0)
    assert not waiting.done()
    freezer.tick(2)
    with pytest.raises(PlexTvConnectionError) as failure:
        await waiting
    expected = f"{target.whom} could not be reached for a request: TimeoutError"
    assert str(failure.value) == expected


async def test_nobody_there(target: RawTarget) -> None:
    """A refused connection raises a connection error."""
    await target.simulator.stop()
    with pytest.raises(PlexTvConnectionError, match=f"{target.whom} could not be"):
        await target.send(ANYTHING)


@pytest.mark.parametrize("host", ["server.example", "a..b", f"{'a' * 64}.example"])
async def test_a_name_that_nobody_can_look_up(host: str) -> None:
    """A name that DNS does not resolve raises a connection error."""
    connection = Connection(uri=f"http://{host}:32400", local=True, relay=False)
    server = Server(
        client_identifier="a" * 40, name="A", owned=True, connections=(connection,)
    )
    sessions = ServerSessions(resolver=FailingResolver)
    async with ClientSession() as session:
        client = PlexTvClient(session, IDENTITY, server_sessions=sessions)
        with pytest.raises(PlexTvConnectionError, match="the server could not be"):
            await client.request_server(server, connection, ANYTHING)
