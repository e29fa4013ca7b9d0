"""Calls of somebody else's making: how they reach plex.tv and servers, and how not."""

import asyncio
from http import HTTPMethod
from typing import TYPE_CHECKING

from aiohttp import ClientSession, TCPConnector
import pytest

from custom_components.plex_account.plextv import (
    Call,
    CallResult,
    Connection,
    PlexTvAnswerTooLargeError,
    PlexTvAuthenticationError,
    PlexTvClient,
    PlexTvConnectionError,
    PlexTvRateLimitError,
    PlexTvResponseError,
    Server,
)
from simulator import Fault, Simulator

from . import CLIENT, DEVICE, until_asked
from .floods import Flood, bomb, http
from .no_names import NoNames

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

    from .asked import Asked

MIB = 1024 * 1024
ANYTHING = Call(path="/anything")
OK = Fault.body('{"well": true}')


async def test_what_arrives(asked: Asked) -> None:
    """Method, path, parameters and their order, and who asks."""
    asked.simulator.misbehave("*", "*", OK)
    result = await asked.ask(
        Call(
            path="/library/sections/1/all",
            method=HTTPMethod.DELETE,
            query=(("type", "1"), ("id", "b"), ("id", "a"), ("q", "ü & = # +")),
        )
    )
    assert result == CallResult(status=200, data={"well": True})
    seen = asked.seen
    assert (seen.method, seen.path) == ("DELETE", "/library/sections/1/all")
    assert [*seen.query.items()] == [
        ("type", "1"),
        ("id", "b"),
        ("id", "a"),
        ("q", "ü & = # +"),
    ]
    assert seen.headers["X-Plex-Client-Identifier"] == CLIENT
    assert seen.headers["X-Plex-Product"] == DEVICE.product
    assert seen.headers["Accept"] == "application/json"
    assert seen.body == b""


async def test_the_token_stands_in_a_header_only(asked: Asked) -> None:
    """Each is sent the token that opens it, and no other."""
    asked.simulator.misbehave("*", "*", OK)
    await asked.ask(ANYTHING)
    assert asked.seen.headers["X-Plex-Token"] == asked.token
    others = {**asked.seen.headers, "X-Plex-Token": ""}
    assert asked.token not in f"{asked.seen.path}{asked.seen.query}{others}"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_every_method(asked: Asked, method: str) -> None:
    """Things are read, made, changed and removed."""
    asked.simulator.misbehave("*", "*", OK)
    await asked.ask(Call(path="/anything", method=HTTPMethod(method)))
    assert asked.seen.method == method


@pytest.mark.parametrize(
    ("call", "content_type", "body"),
    [
        (
            Call(path="/a", method=HTTPMethod.POST, form=(("u[]", "ü &"), ("u[]", ""))),
            "application/x-www-form-urlencoded",
            b"u%5B%5D=%C3%BC+%26&u%5B%5D=",
        ),
        (
            Call(path="/a", method=HTTPMethod.PUT, form=()),
            "application/x-www-form-urlencoded",
            b"",
        ),
        (
            Call(path="/a", method=HTTPMethod.POST, form=(("half", "\ud83d"),)),
            "application/x-www-form-urlencoded",
            b"half=%3F",
        ),
        (
            Call(path="/a", method=HTTPMethod.POST, body='{"a": "ü"}'),
            "application/json",
            '{"a": "ü"}'.encode(),
        ),
        (
            Call(path="/a", method=HTTPMethod.POST, form=(("a", "1"),), body="{}"),
            "application/x-www-form-urlencoded",
            b"a=1",
        ),
    ],
    ids=["form", "empty form", "half a character", "JSON", "both"],
)
async def test_content(
    asked: Asked, call: Call, content_type: str, body: bytes
) -> None:
    """A form or JSON goes along, and says which of them it is."""
    asked.simulator.misbehave("*", "*", OK)
    await asked.ask(call)
    assert asked.seen.headers["Content-Type"].split(";")[0] == content_type
    assert asked.seen.body == body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(asked: Asked, status: int) -> None:
    """No other host ever sees the token."""
    async with Simulator() as elsewhere:
        fault = Fault.redirect(str(elsewhere.url.with_path("/anything")), status)
        asked.simulator.misbehave("*", "*", fault)
        with pytest.raises(PlexTvResponseError) as failure:
            await asked.ask(ANYTHING)
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
async def test_a_rejection(asked: Asked, fault: Fault) -> None:
    """plex.tv's says something of the account, a server's says nothing of it."""
    asked.simulator.misbehave("*", "*", fault)
    with pytest.raises(PlexTvResponseError) as failure:
        await asked.ask(ANYTHING)
    about_the_account = isinstance(failure.value, PlexTvAuthenticationError)
    assert about_the_account == (asked.whom == "plex.tv")
    status = failure.value.status
    assert str(failure.value).startswith(f"{asked.whom} answered {status} to a call")


async def test_too_many_requests(asked: Asked) -> None:
    """Servers may want fewer requests as well."""
    asked.simulator.misbehave("*", "*", Fault.rate_limited("7"))
    with pytest.raises(PlexTvRateLimitError) as failure:
        await asked.ask(ANYTHING)
    assert failure.value.retry_after == 7.0


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("over", [0, 1])
async def test_the_largest_answer(asked: Asked, *, over: int, chunked: bool) -> None:
    """5 MiB are read, a byte more is not."""
    size = 5 * MIB + over
    body = b'["end"]'.rjust(size)
    framing = {"Content-Length": str(size)}
    if chunked:
        framing = {"Transfer-Encoding": "chunked"}
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (size, body)
    asked.simulator.misbehave("*", "*", http("large", body, framing))
    if not over:
        assert (await asked.ask(ANYTHING)).data == ["end"]
        return
    with pytest.raises(PlexTvAnswerTooLargeError) as failure:
        await asked.ask(ANYTHING)
    assert str(failure.value) == (
        f"{asked.whom}'s answer to a call is larger than 5242880 bytes"
    )


async def test_an_endless_answer(asked: Asked) -> None:
    """It is not read to an end that never comes, nor unpacked without one."""
    flood = Flood()
    for fault in (flood.fault, bomb(64 * MIB)):
        asked.simulator.misbehave("*", "*", fault)
        with pytest.raises(PlexTvAnswerTooLargeError):
            await asked.ask(ANYTHING)
    await flood.end()
    assert flood.sent < 24 * MIB


@pytest.mark.parametrize("fault", [Fault.hang(), Fault.drip()], ids=str)
async def test_an_answer_that_never_ends(
    asked: Asked, freezer: FrozenDateTimeFactory, fault: Fault
) -> None:
    """A server may take longer than plex.tv, but neither for ever."""
    asked.simulator.misbehave("*", "*", fault)
    waiting = asyncio.ensure_future(asked.ask(ANYTHING))
    await until_asked(asked.simulator, 1)
    for _ in range(asked.seconds - 1):
        freezer.tick(1)
        for _ in range(20):
            await asyncio.sleep(0)
    assert not waiting.done()
    freezer.tick(2)
    with pytest.raises(PlexTvConnectionError) as failure:
        await waiting
    expected = f"{asked.whom} could not be reached for a call: TimeoutError"
    assert str(failure.value) == expected


async def test_nobody_there(asked: Asked) -> None:
    """A refused connection is a fault of the connection."""
    await asked.simulator.stop()
    with pytest.raises(PlexTvConnectionError, match=f"{asked.whom} could not be"):
        await asked.ask(ANYTHING)


@pytest.mark.parametrize("host", ["server.example", "a..b", f"{'a' * 64}.example"])
async def test_a_name_that_nobody_can_look_up(host: str) -> None:
    """It is a server that cannot be reached, whatever the name looks like."""
    connection = Connection(uri=f"http://{host}:32400", local=True, relay=False)
    server = Server(
        client_identifier="a" * 40, name="A", owned=True, connections=(connection,)
    )
    async with ClientSession(connector=TCPConnector(resolver=NoNames())) as session:
        client = PlexTvClient(session, client_identifier=CLIENT, device=DEVICE)
        with pytest.raises(PlexTvConnectionError, match="the server could not be"):
            await client.call_server(server, connection, ANYTHING)
