"""Faults: each bad response, their order, and stopping in spite of them."""

import asyncio
from errno import ECONNRESET
import logging

from aiohttp import ClientError, ClientOSError, ClientPayloadError, ClientSession
import pytest

from simulator import Fault, Simulator, SimulatorError
from tests.helpers.clock import until
from tests.helpers.routes import PINS, USER
from tests.simulator import HEADERS, error, with_token

HANGING = [Fault.hang(), Fault.drip()]


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (
            Fault.status(400),
            400,
            error(1000, "X-Plex-Client-Identifier is missing", 400),
        ),
        (Fault.status(401), 401, error(1001, "User could not be authenticated", 401)),
        (Fault.status(404), 404, error(1020, "Code not found or expired", 404)),
        (Fault.rate_limited(), 429, error(1003, "Too many requests", 429)),
        (Fault.status(503), 503, error(503, "Service Unavailable", 503)),
        (Fault.status(498), 498, error(498, "Unknown", 498)),
    ],
    ids=str,
)
async def test_status(
    plex_tv: Simulator,
    http: ClientSession,
    fault: Fault,
    status: int,
    body: dict[str, object],
) -> None:
    """A status comes with plex.tv's error body, in JSON or in XML."""
    plex_tv.misbehave("GET", USER, fault, times=2)
    async with http.get(USER, headers=HEADERS) as response:
        assert response.status == status
        assert await response.json() == body
    async with http.get(USER) as response:
        assert response.status == status
        assert response.content_type == "application/xml"


async def test_status_with_a_body(plex_tv: Simulator, http: ClientSession) -> None:
    """A status can have any body and any headers."""
    fault = Fault.status(
        422, body="Invalid token", content_type="text/plain", headers={"X-Odd": "1"}
    )
    plex_tv.misbehave("GET", USER, fault)
    async with http.get(USER, headers=HEADERS) as response:
        assert response.status == 422
        assert response.content_type == "text/plain"
        assert response.headers["X-Odd"] == "1"
        assert await response.text() == "Invalid token"


@pytest.mark.parametrize(
    "retry_after", ["7", "Wed, 25 Nov 2026 07:28:00 GMT", "soon", None]
)
async def test_rate_limited(
    plex_tv: Simulator, http: ClientSession, retry_after: str | None
) -> None:
    """Retry-After is a number, a date, nonsense or missing."""
    plex_tv.misbehave("GET", USER, Fault.rate_limited(retry_after))
    async with http.get(USER, headers=HEADERS) as response:
        assert response.status == 429
        assert response.headers.get("Retry-After") == retry_after


async def test_html_redirect_and_body(plex_tv: Simulator, http: ClientSession) -> None:
    """The response is an HTML page, a redirect or any other body."""
    plex_tv.misbehave("GET", USER, Fault.html(502))
    plex_tv.misbehave("GET", USER, Fault.redirect("https://example.com/", 307))
    plex_tv.misbehave("GET", USER, Fault.body(b"[" * 200_000))
    async with http.get(USER) as response:
        assert (response.status, response.content_type) == (502, "text/html")
        assert "502 Bad Gateway" in await response.text()
    async with http.get(USER, allow_redirects=False) as response:
        assert response.status == 307
        assert response.headers["Location"] == "https://example.com/"
    async with http.get(USER) as response:
        assert (response.status, response.content_type) == (200, "application/json")
        assert len(await response.read()) == 200_000


async def test_broken_connections(plex_tv: Simulator, http: ClientSession) -> None:
    """The connection is closed within the body, or reset before any response."""
    plex_tv.misbehave("GET", USER, Fault.truncated())
    # aiohttp itself retries once after a reset.
    plex_tv.misbehave("GET", USER, Fault.reset(), times=2)
    async with http.get(USER) as response:
        assert response.status == 200
        with pytest.raises(ClientPayloadError):
            await response.read()
    with pytest.raises(ClientOSError) as caught:
        await http.get(USER)
    assert caught.value.errno == ECONNRESET
    assert len(plex_tv.requests) == 3


@pytest.mark.parametrize("announced", [True, False])
async def test_huge(
    plex_tv: Simulator, http: ClientSession, *, announced: bool
) -> None:
    """A body has the requested size, with or without Content-Length."""
    size = 3_000_001
    plex_tv.misbehave("GET", USER, Fault.huge(size, announced=announced))
    async with http.get(USER) as response:
        assert response.content_length == (size if announced else None)
        assert len(await response.read()) == size


@pytest.mark.parametrize("fault", HANGING, ids=str)
async def test_no_answer(plex_tv: Simulator, http: ClientSession, fault: Fault) -> None:
    """A response never completes, and the client can cancel the request."""
    plex_tv.misbehave("GET", USER, fault)

    async def answer() -> bytes:
        async with http.get(USER) as response:
            return await response.read()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(answer(), 0.2)
    async with http.get(USER, headers=HEADERS) as response:
        assert response.status == 401


async def test_order(plex_tv: Simulator, http: ClientSession) -> None:
    """Faults are used up in order, and only on their route."""

    async def status(path: str = USER) -> int:
        async with http.get(path, headers=HEADERS) as response:
            return response.status

    plex_tv.misbehave("GET", USER, Fault.status(500), times=2)
    plex_tv.misbehave("GET", "*", Fault.status(503), times=None)
    plex_tv.misbehave("PUT", f"{PINS}/link", Fault.status(410))
    assert [await status() for _ in range(3)] == [500, 500, 503]
    assert await status("/api/v2/ping") == 503
    assert await status("/link") == 503
    plex_tv.behave()
    assert await status() == 401
    assert await status("/link") == 200
    assert len(plex_tv.seen("GET", USER)) == 4
    with pytest.raises(SimulatorError):
        plex_tv.misbehave("GET", "/api/v2/users", Fault.status(500))


@pytest.mark.usefixtures("socket_enabled", "freezer")
@pytest.mark.parametrize(
    "fault", [*HANGING, Fault.huge(10**12), Fault.reset(), Fault.truncated()], ids=str
)
async def test_stop(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    """The simulator stops at once despite pending responses, and logs nothing."""
    caplog.set_level(logging.INFO)
    before = asyncio.all_tasks()
    async with Simulator() as plex_tv, ClientSession(plex_tv.url) as http:
        plex_tv.misbehave("GET", USER, fault, times=None)

        async def ask() -> None:
            async with http.get(USER) as response:
                await response.read()

        asking = [asyncio.create_task(ask()) for _ in range(5)]
        await until(lambda: len(plex_tv.requests) >= 5)
        stopping = asyncio.create_task(plex_tv.stop())
        await until(stopping.done)
        outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(outcome, ClientError) for outcome in outcomes)
    await until(lambda: asyncio.all_tasks() <= before)
    assert not [record.message for record in caplog.records if record.name != "asyncio"]


async def test_start_again(plex_tv: Simulator, http: ClientSession, token: str) -> None:
    """After a stop and a start the simulator has the same port and data."""
    await plex_tv.stop()
    with pytest.raises(ClientError):
        await http.get(USER, headers=with_token(token))
    await plex_tv.start()
    async with http.get(USER, headers=with_token(token)) as response:
        assert response.status == 200
