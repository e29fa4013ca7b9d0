"""A media server at one connection: its notification stream, sessions and titles."""

import asyncio
import gzip
from typing import TYPE_CHECKING

from aiohttp import web
import pytest

from custom_components.plex_account.plextv import (
    Connection,
    LibraryNotification,
    MediaServer,
    PlaybackNotification,
    PlexTvAnswerTooLargeError,
    PlexTvConnectionError,
    PlexTvError,
    PlexTvResponseError,
)
from custom_components.plex_account.plextv.notifications import (
    MAX_BYTES_PER_MINUTE,
    MAX_EVENT_BYTES,
    SILENCE,
)
from simulator import Fault, Simulator
from tests.helpers.clock import until, until_idle
from tests.helpers.custom_faults import http
from tests.helpers.routes import EVENTS, SESSIONS

from .samples import CLIENT
from .served import described

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

    from custom_components.plex_account.plextv import Notification, PlexTvClient
    from simulator import ServerControl

REFUSED_STREAM = Fault.status(401, body="no", content_type="text/event-stream")


async def read(server: MediaServer) -> list[Notification]:
    """Open the stream, and return the first notifications."""
    async with server.notifications() as stream:
        while not (found := await stream.read()):
            pass
    return found


async def test_what_is_asked(
    plex_tv: Simulator, attic: ServerControl, server: MediaServer
) -> None:
    """The token is sent in a header only, and the stream is filtered by kind."""
    async with server.notifications() as stream:
        film = attic.playback.start(plex_tv.people["casey"], "Basement")
        attic.playback.add_title("New")
        found = await stream.read()
        while len(found) < 4:
            found += await stream.read()
    told, *titles = found
    assert told == PlaybackNotification(
        key=str(film.key),
        state="playing",
        rating_key="102",
        view_offset=0,
        player_id=film.player,
    )
    assert isinstance(titles[0], LibraryNotification)
    [seen] = attic.requests
    assert (seen.method, seen.path) == ("GET", EVENTS)
    assert {**seen.query} == {"filters": "playing,timeline"}
    assert seen.headers["Accept"] == "text/event-stream"
    # plex.tv's identifiers of the client and the account must not reach a server.
    assert CLIENT not in str(seen)
    assert plex_tv.people["alice"].uuid not in str(seen)


@pytest.mark.parametrize(
    "quirk", ["crlf", "split", "comments", "listed", "contained", "trailing_blank"]
)
async def test_odd_forms(
    plex_tv: Simulator, attic: ServerControl, server: MediaServer, quirk: str
) -> None:
    """Notifications are parsed in every valid form, and after invalid ones."""
    setattr(attic.push.quirks, quirk, True)
    reading = asyncio.ensure_future(read(server))
    await until(lambda: attic.push.listening)
    attic.push.send_raw(b"junk\n\ndata: {]\n\ndata: \xff\n\n")
    if quirk != "split":
        attic.push.send_raw(b"data: " + b"x" * MAX_EVENT_BYTES + b"\n\n")
    attic.playback.start(plex_tv.people["alice"])
    [told] = await reading
    assert isinstance(told, PlaybackNotification)
    assert told.state == "playing"


async def test_pings_are_signs_of_life(
    attic: ServerControl, server: MediaServer, freezer: FrozenDateTimeFactory
) -> None:
    """Pings keep a stream alive, and are no notifications."""
    async with server.notifications() as stream:
        for _ in range(20):
            reading = asyncio.ensure_future(stream.read())
            await until_idle()
            freezer.tick(attic.push.ping_interval + 0.1)
            assert await reading == []


async def test_silence(
    attic: ServerControl, server: MediaServer, freezer: FrozenDateTimeFactory
) -> None:
    """A stream without a byte for some time times out, although it is connected."""
    attic.push.silent = True
    async with server.notifications() as stream:
        reading = asyncio.ensure_future(stream.read())
        for _ in range(2):
            await until_idle()
            assert not reading.done()
            freezer.tick(SILENCE / 2 + 0.01)
        with pytest.raises(PlexTvConnectionError, match="silent"):
            await reading


async def test_a_pause_of_the_whole_machine(
    attic: ServerControl, server: MediaServer, freezer: FrozenDateTimeFactory
) -> None:
    """Data that arrived while the machine was suspended prevents the timeout."""
    async with server.notifications() as stream:
        reading = asyncio.ensure_future(stream.read())
        await until_idle()
        freezer.tick(3600)
        assert await reading == []


async def test_ends(attic: ServerControl, server: MediaServer) -> None:
    """The end of a stream raises a connection error, whether it is regular or not."""
    async with server.notifications() as stream:
        await until(lambda: attic.push.listening)
        attic.push.end()
        with pytest.raises(PlexTvConnectionError, match="ended"):
            await stream.read()
    async with server.notifications() as stream:
        await attic.stop()
        with pytest.raises(PlexTvConnectionError):
            await stream.read()
    with pytest.raises(PlexTvConnectionError, match="ClientConnectorError"):
        await read(server)


async def test_a_flood(
    attic: ServerControl, server: MediaServer, freezer: FrozenDateTimeFactory
) -> None:
    """A stream ends after too many bytes in a minute, not in a longer time."""
    chunk = b": " + b"x" * 65534
    most = MAX_BYTES_PER_MINUTE // len(chunk) * 3 // 4

    async def drain() -> None:
        """Send most of the bytes that are allowed in a minute."""
        for _ in range(most):
            attic.push.send_raw(chunk)
        await until_idle()

    async with server.notifications() as stream:
        await until(lambda: attic.push.listening)

        async def read_on() -> None:
            """Read until the stream ends."""
            while True:
                await stream.read()

        reading = asyncio.ensure_future(read_on())
        await drain()
        assert not reading.done()
        freezer.tick(61)
        await until_idle()
        await drain()
        assert not reading.done()
        await drain()
        with pytest.raises(PlexTvConnectionError, match="too many"):
            await reading


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.status(401), 401),
        (Fault.html(403), 403),
        (Fault.status(500), 500),
        (Fault.redirect("http://127.0.0.1:9/"), 302),
        (Fault.html(200), 200),
        (Fault.body("", status=204), 204),
        (Fault("401 that looks like one", REFUSED_STREAM.answer), 401),
        (Fault.truncated(), 200),
    ],
    ids=str,
)
async def test_no_stream(
    attic: ServerControl, server: MediaServer, fault: Fault, status: int
) -> None:
    """A response that is no stream is an error; a redirect is not followed."""
    attic.misbehave("GET", EVENTS, fault)
    with pytest.raises(PlexTvResponseError) as failure:
        await read(server)
    assert failure.value.status == status
    assert len(attic.requests) == 1


async def test_an_answer_without_measure(
    attic: ServerControl, server: MediaServer
) -> None:
    """A large response that is no stream is not read to its end."""
    attic.misbehave("GET", EVENTS, Fault.huge(2**24))
    with pytest.raises(PlexTvAnswerTooLargeError):
        await read(server)


@pytest.mark.parametrize("fault", [Fault.hang(), Fault.drip()], ids=str)
async def test_no_beginning(
    attic: ServerControl,
    server: MediaServer,
    fault: Fault,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A stream that does not start in time raises a connection error."""
    attic.misbehave("GET", EVENTS, fault)
    reading = asyncio.ensure_future(read(server))
    await until(lambda: attic.requests)
    await until_idle()
    assert not reading.done()
    freezer.tick(11)
    with pytest.raises(PlexTvConnectionError, match="TimeoutError"):
        await reading


async def test_nothing_is_unpacked(attic: ServerControl, server: MediaServer) -> None:
    """A compressed stream is refused, because it could decompress to any size."""
    packed = gzip.compress(b'data: {"PlaySessionStateNotification":{}}\n\n' * 10**5)
    headers = {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}
    attic.misbehave("GET", EVENTS, http("bomb", packed, headers))

    async def read_on() -> None:
        """Read to the end."""
        async with server.notifications() as stream:
            while True:
                assert await stream.read() == []

    with pytest.raises(PlexTvConnectionError):
        await read_on()
    assert attic.requests[0].headers["Accept-Encoding"] == "identity"


async def test_who_plays_what(
    plex_tv: Simulator, attic: ServerControl, server: MediaServer, shared: MediaServer
) -> None:
    """The owner can list everybody's sessions; guests are refused."""
    assert (await server.sessions()).sessions == {}
    attic.playback.start(plex_tv.people["casey"], "Basement")
    attic.playback.start(
        plex_tv.people["alice"], facts={"type": "clip", "Session": None}
    )
    found = await server.sessions()
    [session] = found.sessions.values()
    assert (session.user, session.title, session.player, session.bandwidth) == (
        "Casey",
        "Basement",
        "Living Room TV",
        8412,
    )
    assert [*found.others] == ["2"]
    with pytest.raises(PlexTvResponseError) as failure:
        await shared.sessions()
    assert failure.value.status == 403


@pytest.mark.parametrize("body", ["[]", "{}", "<MediaContainer/>", "7"])
async def test_no_list(attic: ServerControl, server: MediaServer, body: str) -> None:
    """An unreadable response is not read as an empty list."""
    attic.misbehave("GET", SESSIONS, Fault.body(body))
    with pytest.raises(PlexTvResponseError, match="cannot be read"):
        await server.sessions()


async def test_titles(attic: ServerControl, server: MediaServer) -> None:
    """Several titles are requested at once, and unknown ones are left out."""
    episode = attic.playback.add_title(
        "Pilot", kind="episode", series="Letters", season=1, number=2
    )
    found = await server.titles([episode.key, "101", "999", "x"])
    assert {each.title: each.series for each in found.values()} == {
        "Pilot": "Letters",
        "A Cabin in Spring": None,
    }
    assert attic.requests[-1].path == f"/library/metadata/{episode.key},101,999"


async def test_a_server_behind_a_path(
    client: PlexTvClient, attic: ServerControl
) -> None:
    """The path of a server's base URL precedes the path of a request."""
    listed = described(attic, "x", folder="/plex")
    with pytest.raises(PlexTvResponseError):
        await MediaServer(client.transport, listed, listed.connections[0]).sessions()
    assert attic.requests[-1].path == f"/plex{SESSIONS}"


async def test_an_address_that_is_not_listed(
    client: PlexTvClient, attic: ServerControl
) -> None:
    """An address that is not listed gets no request."""
    listed = described(attic, "x")
    other = Connection(uri="http://127.0.0.1:9", local=True, relay=False)
    with pytest.raises(ValueError, match="not a connection"):
        MediaServer(client.transport, listed, other)


async def test_no_error_tells_a_secret(
    attic: ServerControl, server: MediaServer
) -> None:
    """No error contains the token or the address."""

    async def quote(request: web.Request) -> web.Response:
        """Respond with the headers of the request."""
        sent = [value for name, value in request.headers.items() if name != "Host"]
        return web.json_response({"error": " ".join(sent)}, status=500)

    [place] = [p for p in attic.data.listed_places if p.answers and p.route == "local"]
    for fault in (Fault("quote", quote), Fault.reset(), Fault.truncated()):
        attic.behave()
        attic.misbehave("GET", "*", fault, times=None)
        with pytest.raises(PlexTvError) as failure:
            await read(server)
        told = f"{failure.value!r} {failure.value.__context__!r}"
        assert attic.requests[-1].headers["X-Plex-Token"] not in told
        assert failure.value.__cause__ is None
        assert str(place.port) not in str(failure.value)
