"""The client for one connection of a media server: notifications, sessions, titles."""

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

# Seconds. The disk of a server may have to spin up.
TIMEOUT: Final = 10.0
# Bytes that a stream may receive beyond those that were read from it, so that a hostile
# server cannot send interim responses and the like for ever.
MAX_STREAM_BYTES: Final = 512 * 1024
# The number of each kind of title in a query.
TYPES: Final = {"movie": "1", "show": "2"}


class MediaServer:
    """Sends requests to a media server, with the account's token for it.

    Every method raises PlexTvConnectionError when no response arrived and
    PlexTvResponseError for every response that is not what was requested: 401 for a
    token that the server rejects, 403 for data that only its owner may read. Neither
    means that plex.tv rejects the account's token.
    """

    def __init__(
        self, transport: Transport, server: Server, connection: Connection
    ) -> None:
        """Use `connection`, at which `server` has identified itself.

        Raises ValueError for a connection that plex.tv did not list for the server,
        because its token must not be sent elsewhere.
        """
        if connection not in server.connections:
            raise ValueError("not a connection of this server")
        self._transport = transport
        self._server = server
        self._connection = connection

    @asynccontextmanager
    async def notifications(self) -> AsyncIterator[NotificationStream]:
        """Open the stream of notifications.

        Any user of a server may: its owner receives notifications of all sessions,
        others of their own. No Plex Pass is needed (recorded by pop-pulse, summarizarr
        and traccar; the route is in Plex's own API description). The WebSocket of the
        same name is not used, because aiohttp follows its redirects with the token.
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
        """Return all sessions; only for the owner (403 for others since 2025)."""
        response = await self._transport.send(
            self._request("/status/sessions", purpose="listing its sessions")
        )
        try:
            return Snapshot.from_json(response.json_object())
        except ValueError as err:
            raise response.unreadable() from err

    async def session(self, notification: PlaybackNotification) -> Session | None:
        """Return the session of a notification; None if it has no title.

        For users who may not list sessions. User and player are not known.
        """
        [item, *_] = await self._items([notification.rating_key or ""]) or [None]
        return Session.from_json(
            {
                **readers.fields(item),
                "sessionKey": notification.key,
                "viewOffset": notification.view_offset,
                "Player": {
                    "state": notification.state,
                    "machineIdentifier": notification.player_id,
                },
            }
        )

    async def titles(self, rating_keys: Sequence[str]) -> dict[str, AddedTitle]:
        """Return those of these titles that are in the libraries, by their keys."""
        found = map(AddedTitle.from_json, await self._items(rating_keys))
        return {title.rating_key: title for title in found if title}

    async def has(self, title: Title) -> bool:
        """Return whether a library has a title of the catalogue.

        Only libraries with Plex's own agents have the guid; those with old agents are
        not found. The guid of each row is compared, because a server that does not
        support the filter returns all titles. (plezy, on Plex Media Server 1.43.)
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
        """Return a value that changes when the content of a library changes."""
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
        """Return the rows of /library/metadata for the keys that are numbers."""
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
            url=url_below(URL(self._connection.uri), path),
            query=query,
            token=self._server.token,
            seconds=TIMEOUT,
            max_bytes=max_bytes,
            server=self._server,
            connection=self._connection,
        )
