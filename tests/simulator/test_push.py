"""Notifications of media servers: server-sent events, and messages of a WebSocket."""

import json
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession
import pytest

from tests.helpers.clock import until, until_idle
from tests.helpers.routes import EVENTS
from tests.simulator import JSON, address

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientResponse
    from freezegun.api import FrozenDateTimeFactory

    from simulator import ServerControl, Simulator

MESSAGES = "/:/websockets/notifications"


@pytest.fixture
def media_servers() -> bool:
    """Enable the media servers."""
    return True


@pytest.fixture
async def server(attic: ServerControl) -> AsyncIterator[ClientSession]:
    """Provide a session with the server as its base URL."""
    async with ClientSession(address(attic)) as session:
        yield session


def with_token(token: str) -> dict[str, str]:
    """Return the headers of a request for a stream."""
    return {"Accept": "text/event-stream", "X-Plex-Token": token}


async def next_event(stream: ClientResponse) -> tuple[str, Any]:
    """Read one event: its name and its body."""
    fields: dict[str, str] = {}
    while line := (await stream.content.readline()).decode().strip("\n"):
        name, _, value = line.partition(": ")
        fields[name] = value
    return fields["event"], json.loads(fields["data"])


async def test_events(
    plex_tv: Simulator, attic: ServerControl, server: ClientSession, token: str
) -> None:
    """The owner gets notifications of every session, one change in each event."""
    casey = plex_tv.people["casey"]
    async with server.get(EVENTS, headers=with_token(token)) as stream:
        assert (stream.status, stream.content_type) == (200, "text/event-stream")
        film = attic.playback.start(casey, "Basement")
        name, body = await next_event(stream)
        assert name == "playing"
        change = body["PlaySessionStateNotification"]
        assert (change["sessionKey"], change["state"]) == ("1", "playing")
        attic.playback.proceed(film)
        attic.playback.pause(film)
        attic.playback.stop(film)
        states = [await next_event(stream) for _ in range(3)]
    assert [(body["PlaySessionStateNotification"]["state"]) for _, body in states] == [
        "playing",
        "paused",
        "stopped",
    ]


async def test_a_stream_shows_that_it_lives(
    attic: ServerControl, server: ClientSession, token: str
) -> None:
    """A stream has pings while nothing happens, whatever the filter is."""
    attic.push.ping_interval = 0.01
    query = {"filters": "playing"}
    async with server.get(EVENTS, headers=with_token(token), params=query) as stream:
        assert [await next_event(stream) for _ in range(2)] == [("ping", {})] * 2


async def test_guests_hear_of_their_own_sessions(
    plex_tv: Simulator, attic: ServerControl, server: ClientSession
) -> None:
    """A guest gets notifications of own sessions only, and cannot list sessions."""
    guest = with_token(attic.data.guests["casey"])
    async with server.get(EVENTS, headers=guest) as stream:
        attic.playback.start(plex_tv.people["alice"])
        attic.playback.add_title("A New Film")
        attic.playback.start(plex_tv.people["casey"])
        _, body = await next_event(stream)
        assert body["PlaySessionStateNotification"]["sessionKey"] == "2"
    async with server.get("/status/sessions", headers=guest) as response:
        assert response.status == 403
    async with server.get(EVENTS, headers=with_token("x")) as response:
        assert response.status == 401


@pytest.mark.parametrize(
    ("filters", "heard"),
    [
        (None, ["timeline", "playing"]),
        ("playing", ["playing"]),
        ("timeline,playing", ["timeline", "playing"]),
        ("-timeline", ["playing"]),
        ("", ["timeline", "playing"]),
    ],
)
async def test_filters(
    plex_tv: Simulator,
    attic: ServerControl,
    server: ClientSession,
    token: str,
    filters: str | None,
    heard: list[str],
) -> None:
    """A client can filter notifications by kind."""
    query = {} if filters is None else {"filters": filters}
    async with server.get(EVENTS, headers=with_token(token), params=query) as stream:
        item = attic.playback.add_title("A New Film")
        attic.playback.start(plex_tv.people["alice"])
        kinds = [(await next_event(stream))[0]]
        while kinds[-1] != "playing":
            kinds.append((await next_event(stream))[0])
    assert list(dict.fromkeys(kinds)) == heard
    headers = {**JSON, "X-Plex-Token": token}
    path = f"/library/metadata/{item.key},101,999"
    async with server.get(path, headers=headers) as response:
        described = (await response.json())["MediaContainer"]["Metadata"]
    assert [each["title"] for each in described] == ["A New Film", "A Cabin in Spring"]


async def test_messages(
    plex_tv: Simulator,
    attic: ServerControl,
    server: ClientSession,
    token: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A WebSocket sends containers, and no pings."""
    attic.push.quirks.trailing_blank = True
    async with server.ws_connect(
        MESSAGES, headers=with_token(token), autoping=False
    ) as websocket:
        await until(lambda: attic.push.listening)
        for _ in range(3):
            await until_idle()
            freezer.tick(attic.push.ping_interval + 1)
        await until_idle()
        attic.playback.start(plex_tv.people["alice"])
        told = (await websocket.receive_json())["NotificationContainer"]
        assert (told["type"], told["size"]) == ("playing ", 1)
        assert told["PlaySessionStateNotification"][0]["state"] == "playing"
        attic.push.end()
        assert (await websocket.receive()).type.name == "CLOSE"


async def test_odd_forms(
    plex_tv: Simulator, attic: ServerControl, server: ClientSession, token: str
) -> None:
    """Each unusual form of a stream is valid and can be switched on."""
    quirks = attic.push.quirks
    quirks.crlf = quirks.split = quirks.comments = quirks.listed = True
    async with server.get(EVENTS, headers=with_token(token)) as stream:
        attic.playback.start(plex_tv.people["alice"])
        await until(lambda: attic.push.listening)
        attic.push.end()
        text = (await stream.read()).decode()
    assert "\r\n: a comment" in f"\r\n{text}"
    assert text.count("\n") == text.count("\r\n")
    assert '{"PlaySessionStateNotification": [{' in text
    quirks.contained = True
    async with server.get(EVENTS, headers=with_token(token)) as stream:
        attic.playback.start(plex_tv.people["alice"])
        attic.push.end()
        assert "NotificationContainer" in await stream.text()


async def test_a_silent_stream(
    plex_tv: Simulator, attic: ServerControl, server: ClientSession, token: str
) -> None:
    """A stream can go silent without an end, and send bytes that are no events."""
    async with server.get(EVENTS, headers=with_token(token)) as stream:
        await until(lambda: attic.push.listening)
        attic.push.send_raw(b"junk")
        assert await stream.content.read(4) == b"junk"
        attic.push.silent = True
        attic.playback.start(plex_tv.people["alice"])
        attic.push.end()
        assert not await stream.content.read()
    # An open stream is not a pending response.
    async with server.get(EVENTS, headers=with_token(token)):
        await until(lambda: attic.push.listening)
        assert plex_tv.answering == 0


async def test_a_restart(plex_tv: Simulator, attic: ServerControl) -> None:
    """After a restart, sessions are numbered from 1 on again."""
    alice = plex_tv.people["alice"]
    attic.playback.start(alice)
    attic.playback.vanish(attic.playback.start(alice))
    assert attic.playback.start(alice).key == 3
    attic.playback.forget_everything()
    assert attic.playback.start(alice).key == 1
