"""One media server at one of its connections: its notifications, sessions, titles."""

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from yarl import URL

from . import readers
from .library_news import AddedTitle
from .notifications import KINDS, NotificationStream
from .sessions import Session, Snapshot
from .transport import MAX_ANSWER_BYTES, Request, url_below

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from .notifications import PlaybackNotification
    from .servers import Connection, Server
    from .titles import Title
    from .transport import Transport

# Seconds. A server's disk may have to spin up.
TIMEOUT: Final = 10.0
RESPONDENT: Final = "the server"
# What a stream may carry on the wire beyond what was read of it, so that a hostile
# server cannot go on with interim responses and the like.
MAX_STREAM_BYTES: Final = 512 * 1024
# The number of each kind of title in a query.
TYPES: Final = {"movie": "1", "show": "2"}


class MediaServer:
    """Asks a media server with the token that plex.tv gave the account for it.

    Every method raises PlexTvConnectionError when no response arrived and
    PlexTvResponseError for every response that is not what was requested: 401 for a
    token that the server rejects, 403 for what only its owner may see. Neither says
    anything about the account.
    """

    def __init__(
        self, transport: Transport, server: Server, connection: Connection
    ) -> None:
        """Ask `server` at `connection`, where it has answered as this server.

        Raises ValueError for a connection that plex.tv did not list for it: its token
        is sent nowhere else.
        """
        if connection not in server.connections:
            raise ValueError("not a connection of this server")
        self._transport = transport
        self._server = server
        self._connection = connection

    @asynccontextmanager
    async def notifications(self) -> AsyncIterator[NotificationStream]:
        """Open the stream of notifications.

        Any user of a server may: its owner hears of every session, others of their own.
        No Plex Pass is needed (recorded by pop-pulse, summarizarr and traccar; the
        route is in Plex's own API description). The WebSocket of the same name is not
        used, because aiohttp follows its redirects and takes the token along.
        """
        request = self._request(
            "/:/eventsource/notifications",
            purpose="its notifications",
            query=(("filters", ",".join(KINDS)),),
            max_bytes=MAX_STREAM_BYTES,
        )
        async with self._transport.stream(request) as stream:
            yield NotificationStream(stream)

    async def sessions(self) -> Snapshot:
        """Return who plays what; only the owner may ask (403 for others since 2025)."""
        response = await self._transport.send(
            self._request("/status/sessions", purpose="listing its sessions")
        )
        try:
            return Snapshot.from_json(response.json_object())
        except ValueError as err:
            raise response.unreadable() from err

    async def session(self, told: PlaybackNotification) -> Session | None:
        """Return what a notification of one's own session is about; None for no title.

        For users who may not list sessions: neither user nor player is told.
        """
        [item, *_] = await self._items([told.rating_key or ""]) or [None]
        return Session.from_json(
            {
                **readers.fields(item),
                "sessionKey": told.key,
                "viewOffset": told.view_offset,
                "Player": {
                    "state": told.state,
                    "machineIdentifier": told.player_id,
                },
            }
        )

    async def titles(self, rating_keys: Sequence[str]) -> dict[str, AddedTitle]:
        """Return titles of the libraries by their keys, of those that there are."""
        found = map(AddedTitle.from_json, await self._items(rating_keys))
        return {title.rating_key: title for title in found if title}

    async def has(self, title: Title) -> bool:
        """Tell whether a library has a title of the catalogue.

        Only libraries that Plex's own agents look after know the guid: those of old
        agents are overlooked. A row counts if it bears the guid, for a server that does
        not know the filter returns everything. (plezy, on Plex Media Server 1.43.)
        """
        rows = await self._rows(
            self._request(
                "/library/all",
                purpose="looking for a title",
                query=(
                    ("guid", title.guid),
                    ("type", TYPES[title.kind]),
                    ("X-Plex-Container-Start", "0"),
                    ("X-Plex-Container-Size", "1"),
                ),
            )
        )
        return any(readers.fields(row).get("guid") == title.guid for row in rows)

    async def library_state(self) -> frozenset[tuple[str | None, int | None]]:
        """Return a value that is another one after the content of a library changed."""
        rows = await self._rows(
            self._request("/library/sections", purpose="listing its libraries")
        )
        return frozenset(
            (
                readers.identifier(readers.fields(row).get("key")),
                readers.whole(readers.fields(row).get("contentChangedAt")),
            )
            for row in rows
        )

    async def _items(self, rating_keys: Iterable[str]) -> list[object]:
        """Return what /library/metadata says; keys are numbers, so no others go."""
        numbers = [key for key in rating_keys if readers.whole(key) is not None]
        if not numbers:
            return []
        return await self._rows(
            self._request(
                f"/library/metadata/{','.join(numbers)}", purpose="describing titles"
            )
        )

    async def _rows(self, request: Request) -> list[object]:
        """Return the rows of a container: titles, or libraries."""
        response = await self._transport.send(request)
        container = readers.fields(response.json_object().get("MediaContainer"))
        return [
            row
            for name in ("Metadata", "Directory", "Video")
            for row in readers.items(container.get(name))
        ]

    def _request(
        self,
        path: str,
        *,
        purpose: str,
        query: Sequence[tuple[str, str]] = (),
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> Request:
        """Return a request to the server."""
        return Request(
            purpose=purpose,
            respondent=RESPONDENT,
            url=url_below(URL(self._connection.uri), path),
            query=query,
            token=self._server.token,
            seconds=TIMEOUT,
            max_bytes=max_bytes,
            server=self._server,
            connection=self._connection,
        )
