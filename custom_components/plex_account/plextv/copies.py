"""Whether a media server has a title of the catalogue."""

import asyncio
from typing import TYPE_CHECKING

from . import readers
from .raw import RawRequest

if TYPE_CHECKING:
    from .client import PlexTvClient
    from .servers import Connection, Server
    from .titles import Title

# The number of each kind in a query.
TYPES = {"movie": "1", "show": "2"}


class ServerCopies:
    """Asks one server, at a connection where it answered, for copies of titles.

    Every method raises as `PlexTvClient.request_server` does.
    """

    def __init__(
        self, client: PlexTvClient, server: Server, connection: Connection
    ) -> None:
        """Ask with the account's token for this server."""
        self._client = client
        self._server = server
        self._connection = connection

    async def has(self, title: Title) -> bool:
        """Tell whether a library has the title.

        Only libraries that Plex's own agents look after know the guid: those of old
        agents are overlooked. A row counts if it bears the guid, for a server that does
        not know the filter returns everything. (plezy, on Plex Media Server 1.43.)
        """
        rows = await self._rows(
            RawRequest(
                path="/library/all",
                query=(
                    ("guid", title.guid),
                    ("type", TYPES[title.kind]),
                    ("X-Plex-Container-Start", "0"),
                    ("X-Plex-Container-Size", "1"),
                ),
            )
        )
        return any(row.get("guid") == title.guid for row in rows)

    async def library_state(self) -> frozenset[tuple[object, object]]:
        """Return a value that is another one after the content of a library changed."""
        rows = await self._rows(RawRequest(path="/library/sections"))
        return frozenset(
            (
                readers.identifier(row.get("key")),
                readers.whole(row.get("contentChangedAt")),
            )
            for row in rows
        )

    async def _rows(self, request: RawRequest) -> list[dict[str, object]]:
        """Return the rows of an answer; JSON has them under two names."""
        response = await self._client.request_server(
            self._server, self._connection, request
        )
        return await asyncio.to_thread(_read_rows, response.data)


def _read_rows(data: object) -> list[dict[str, object]]:
    """Read the rows of a container."""
    container = readers.fields(readers.fields(data).get("MediaContainer"))
    return [
        readers.fields(row)
        for name in ("Metadata", "Directory", "Video")
        for row in readers.items(container.get(name))
    ]
