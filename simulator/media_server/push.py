"""What a server pushes: server-sent events, and messages of a WebSocket."""

import asyncio
from dataclasses import dataclass
import json
from typing import TYPE_CHECKING, Final, Self

from aiohttp import WSMsgType, web

from simulator.http.front import ENDLESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.http.wire import Json
    from simulator.world.notifications import Notification
    from simulator.world.people import Person
    from simulator.world.servers import SimulatedServer

# Seconds between two pings of a real server.
PING_INTERVAL: Final = 10.0
# Only sent if a filter requests it, because there are far too many.
_NOT_BY_DEFAULT: Final = "log"


@dataclass
class PushQuirks:
    """Unusual but valid forms of notifications."""

    crlf: bool = False
    """Lines end with CRLF."""
    split: bool = False
    """Each byte is sent by itself."""
    comments: bool = False
    """Comments and unused fields are sent before each event."""
    listed: bool = False
    """The body of an event is a list, as in a WebSocket."""
    contained: bool = False
    """The body of an event is the container of a WebSocket."""
    trailing_blank: bool = False
    """The name of an event ends with a space, as some servers have sent it."""


class Push:
    """The listeners of a server, and the notifications that they get."""

    def __init__(self, server: SimulatedServer) -> None:
        """Send the notifications of this server."""
        self._server = server
        self._listeners: list[_Listener] = []
        self.quirks = PushQuirks()
        self.ping_interval = PING_INTERVAL
        self.silent = False
        """Whether nothing is sent any more, not even pings."""
        server.listeners.append(self._tell)

    @property
    def listening(self) -> int:
        """The number of listeners."""
        return len(self._listeners)

    def send_raw(self, content: bytes) -> None:
        """Send raw bytes to every stream of events."""
        for listener in self._listeners:
            listener.queue.put_nowait(content)

    def end(self) -> None:
        """End every stream, as in a clean shutdown of a server."""
        for listener in self._listeners:
            listener.queue.put_nowait(None)

    async def stream(
        self, request: web.Request, person: Person | None
    ) -> web.StreamResponse:
        """Send server-sent events until the client disconnects."""
        request[ENDLESS] = True
        response = web.StreamResponse(headers={"Cache-Control": "no-cache"})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        with _Listener(self._listeners, request, person) as listener:
            while True:
                content = await self._next(listener)
                if content is None:
                    return response
                if self.silent:
                    continue
                if not self.quirks.split:
                    await response.write(content)
                    continue
                for number in range(len(content)):
                    await response.write(content[number : number + 1])
                    await asyncio.sleep(0)

    async def websocket(
        self, request: web.Request, person: Person | None
    ) -> web.StreamResponse:
        """Send messages until the client disconnects; there are no pings."""
        request[ENDLESS] = True
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        with _Listener(
            self._listeners, request, person, encode=self._message
        ) as listener:
            sending = asyncio.create_task(_send(websocket, listener))
            try:
                async for message in websocket:
                    if message.type is WSMsgType.ERROR:
                        break
            finally:
                sending.cancel()
        return websocket

    def _tell(self, notification: Notification) -> None:
        """Queue a notification for every listener that may get it."""
        for listener in self._listeners:
            if listener.wants(notification, self._server.owner):
                encode = listener.encode or self._event
                listener.queue.put_nowait(encode(notification))

    async def _next(self, listener: _Listener) -> bytes | None:
        """Return what to send next: a notification, or a ping."""
        try:
            async with asyncio.timeout(self.ping_interval):
                return await listener.queue.get()
        except TimeoutError:
            return self._lines("ping", {})

    def _event(self, notification: Notification) -> bytes:
        """Encode a notification as an event, which holds one change or a list."""
        changes: Json = [*notification.changes]
        if not self.quirks.listed and len(notification.changes) == 1:
            changes = notification.changes[0]
        body: Json = {notification.body: changes}
        if self.quirks.contained:
            body = _container(notification)
        return self._lines(notification.kind, body)

    def _message(self, notification: Notification) -> bytes:
        """Encode a notification as a message of a WebSocket."""
        return json.dumps(_container(notification, self._name(notification))).encode()

    def _lines(self, name: str, body: Json) -> bytes:
        """Encode an event."""
        end = "\r\n" if self.quirks.crlf else "\n"
        name = f"{name} " if self.quirks.trailing_blank else name
        lines = [f"event: {name}", f"data: {json.dumps(body)}", "", ""]
        if self.quirks.comments:
            lines[:0] = [": a comment", "", "id: 7", "retry: 1", "unheard-of"]
        return end.join(lines).encode()

    def _name(self, notification: Notification) -> str:
        """Return the type of a notification."""
        return f"{notification.kind}{' ' if self.quirks.trailing_blank else ''}"


class _Listener:
    """A listening client: of the owner, or of a guest (`person`)."""

    def __init__(
        self,
        listeners: list[_Listener],
        request: web.Request,
        person: Person | None,
        *,
        encode: Callable[[Notification], bytes] | None = None,
    ) -> None:
        """Apply the filters of the request."""
        self._all = listeners
        self._person = person
        self._filters = request.query.get("filters", f"-{_NOT_BY_DEFAULT}")
        self.encode = encode
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._all.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._all.remove(self)

    def wants(self, notification: Notification, owner: Person) -> bool:
        """Return whether a notification is for this listener."""
        if self._person not in {None, owner, notification.person}:
            return False
        named = notification.kind in self._filters.lstrip("-").split(",")
        if not self._filters:
            return True
        return named is not self._filters.startswith("-")


async def _send(websocket: web.WebSocketResponse, listener: _Listener) -> None:
    """Send what is queued; raw bytes for streams of events are sent as text as well."""
    while (content := await listener.queue.get()) is not None:
        await websocket.send_str(content.decode(errors="replace"))
    await websocket.close()


def _container(notification: Notification, name: str | None = None) -> dict[str, Json]:
    """Describe a notification as a WebSocket does."""
    return {
        "NotificationContainer": {
            "type": name or notification.kind,
            "size": len(notification.changes),
            notification.body: [*notification.changes],
        }
    }
