"""Responses of a media server that are expensive to parse, or invalid."""

from contextlib import nullcontext
import json
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    MediaServer,
    PlaybackNotification,
    PlexTvConnectionError,
    PlexTvResponseError,
    Snapshot,
    Title,
)
from simulator import Fault, Simulator
from tests.helpers.custom_faults import http
from tests.helpers.routes import EVENTS, SESSIONS

if TYPE_CHECKING:
    import asyncio

    from aiohttp import web
    from freezegun.api import FrozenDateTimeFactory

    from custom_components.plex_account.plextv import Notification
    from custom_components.plex_account.plextv.notifications import NotificationStream
    from simulator import ServerControl


async def read(server: MediaServer) -> list[Notification]:
    """Open the stream, and return the first notifications."""
    async with server.notifications() as stream:
        return await stream.read()


async def test_numbers_without_measure(
    plex_tv: Simulator, attic: ServerControl, server: MediaServer
) -> None:
    """A number is read only if Home Assistant can store it."""
    attic.playback.start(
        plex_tv.people["alice"],
        facts={"year": 2**63 - 1, "viewOffset": 2**63},
    )
    [session] = (await server.sessions()).sessions.values()
    assert (session.year, session.view_offset) == (2**63 - 1, None)


@pytest.mark.parametrize("name", ["sessionKey", "title", "Media", "Player", "type"])
async def test_deep_values(
    attic: ServerControl, server: MediaServer, name: str
) -> None:
    """Values are read as deeply nested as the JSON parser accepts."""
    for depth in range(40_000, 66_000, 5_000):
        deep = '{"platform":' * depth + "1" + "}" * depth
        row = f'{{"sessionKey":"1","type":"movie","{name}":{deep}}}'
        body = f'{{"MediaContainer":{{"Metadata":[{row}]}}}}'
        attic.misbehave("GET", SESSIONS, Fault.body(body))
        try:
            json.loads(body)
        except RecursionError:
            with pytest.raises(PlexTvResponseError, match="cannot be read"):
                await server.sessions()
        else:
            assert {*(await server.sessions()).sessions} <= {"1"}


def rows(*rows: object, **item: object) -> Fault:
    """Return a response with a thousand equal rows before these."""
    nothing = [item] * 1000
    container = {"Metadata": [*nothing, *rows]}
    return Fault.body(json.dumps({"MediaContainer": container}))


async def test_rows_without_measure(attic: ServerControl, server: MediaServer) -> None:
    """No more than a thousand rows are read, whatever was requested."""
    film = Title(key="5d1", kind="movie", name="A")
    row = {"ratingKey": "101", "type": "movie", "key": "1", "guid": film.guid}
    attic.misbehave("GET", "*", rows(row), times=None)
    assert await server.titles(["101"]) == {}
    assert not await server.has(film)
    assert await server.library_state() == {(None, None)}
    attic.behave()
    attic.misbehave("GET", "*", rows(**row), times=None)
    assert [*await server.titles(["101"])] == ["101"]
    assert await server.has(film)
    assert await server.library_state() == {("1", None)}


@pytest.mark.parametrize(("versions", "transcodes"), [(20, True), (21, False)])
async def test_versions_without_measure(
    attic: ServerControl, server: MediaServer, versions: int, *, transcodes: bool
) -> None:
    """Only the first twenty versions of a title are read."""
    media: list[object] = [{} for _ in range(versions)]
    media[-1] = {"TranscodeSession": {"videoDecision": "transcode"}}
    row = {"sessionKey": 1, "type": "movie", "Media": media}
    body = {"MediaContainer": {"Metadata": [row]}}
    attic.misbehave("GET", SESSIONS, Fault.body(json.dumps(body)))
    assert (await server.sessions()).sessions["1"].transcodes is transcodes


async def test_values_without_measure(
    attic: ServerControl, server: MediaServer
) -> None:
    """A response with too many values is not parsed."""
    for values in (499_990, 500_000):
        numbers = ",".join("0" * values)
        body = f'{{"MediaContainer":{{"Metadata":[{numbers}]}}}}'
        attic.misbehave("GET", SESSIONS, Fault.body(body))
    assert await server.sessions() == Snapshot(sessions={})
    with pytest.raises(PlexTvResponseError, match="cannot be read"):
        await server.sessions()


@pytest.mark.parametrize(
    "parameters", ["", ";charset=utf-8", " ; 0*", ';a*="', ";" * 8000], ids=range(5)
)
async def test_odd_media_types(
    attic: ServerControl, server: MediaServer, parameters: str
) -> None:
    """Parameters of the media type are ignored, of a stream and of other responses."""
    body = b'data: {"PlaySessionStateNotification":{"sessionKey":1,"state":"a"}}\n\n'
    for kind in ("Text/Event-Stream", "text/html"):
        headers = {"Content-Type": f"{kind}{parameters}"}
        attic.misbehave("GET", EVENTS, http(kind, body, headers))
    assert await read(server) == [PlaybackNotification(key="1", state="a")]
    with pytest.raises(PlexTvResponseError, match="cannot be read"):
        await read(server)


@pytest.mark.parametrize(("interval", "ends"), [(10, False), (0, True)])
async def test_what_is_around_a_ping(
    attic: ServerControl,
    server: MediaServer,
    freezer: FrozenDateTimeFactory,
    *,
    interval: int,
    ends: bool,
) -> None:
    """Pings count with the overhead of chunks, and are no flood at their usual pace."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    chunk = b"17;%b\r\nevent: ping\ndata: {}\n\n\r\n" % (b"x" * 480)
    opened: list[asyncio.Transport] = []

    async def begin(request: web.Request) -> web.StreamResponse:
        """Start a stream, and leave it open."""
        assert request.transport
        request.transport.write(head + b"Transfer-Encoding: chunked\r\n\r\n")
        opened.append(request.transport)
        return await Fault.hang().answer(request)

    async def ping(stream: NotificationStream) -> None:
        """Send pings for hours; the quiet weeks before do not raise the limit."""
        freezer.tick(2_000_000)
        for _ in range(2000):
            opened[0].write(chunk)
            assert await stream.read() == []
            freezer.tick(interval)

    attic.misbehave("GET", EVENTS, Fault("stream", begin))
    async with server.notifications() as stream:
        with (
            pytest.raises(PlexTvConnectionError, match="could not be reached")
            if ends
            else nullcontext()
        ):
            await ping(stream)
