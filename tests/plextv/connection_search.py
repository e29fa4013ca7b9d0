"""Searches for a server's connection, with the clock moved by the test."""

import asyncio
from typing import TYPE_CHECKING, Final

from custom_components.plex_account.plextv import Connection, Server, find_connection
from tests.helpers.clock import until_idle
from tests.helpers.fake_servers import identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from freezegun.api import FrozenDateTimeFactory

    from custom_components.plex_account.plextv import ServerSessions
    from custom_components.plex_account.plextv.servers import Route
    from tests.helpers.fake_servers import FakeServer, FakeServers

NAME: Final = "0123456789abcdef"
ANOTHER: Final = "fedcba9876543210"

type Search = asyncio.Task[Connection | None]


def server(*places: FakeServer | Connection) -> Server:
    """Return a server with these connections."""
    connections = tuple(
        place if isinstance(place, Connection) else place.connection for place in places
    )
    return Server(
        client_identifier=NAME, name="Attic", owned=True, connections=connections
    )


class Searcher:
    """Searches in virtual time."""

    def __init__(
        self,
        sessions: ServerSessions,
        fakes: FakeServers,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        """Search in these sessions."""
        self._sessions = sessions
        self.fakes = fakes
        self.freezer = freezer

    async def open(self, *routes: Route) -> list[FakeServer]:
        """Open a server for each of these routes; all of them respond with its name."""
        opened = await self.fakes.open_each(*routes)
        for fake in opened:
            fake.answer_with(identity(NAME))
        return opened

    def start(
        self,
        wanted: Server,
        *,
        last: FakeServer | Connection | None = None,
        full: bool = False,
        slots: asyncio.Semaphore | None = None,
    ) -> Search:
        """Start a search."""
        last = last if last is None or isinstance(last, Connection) else last.connection
        slots = slots or asyncio.Semaphore(100)
        return asyncio.create_task(
            find_connection(self._sessions, wanted, last=last, full=full, slots=slots)
        )

    async def seconds_until_done(self, searches: Iterable[Search]) -> float:
        """Let time pass until all searches have ended; return the seconds."""
        tenths = 0
        await until_idle()
        while not all(search.done() for search in searches):
            assert tenths < 1000, "it never ends"
            self.freezer.tick(0.1)
            tenths += 1
            await until_idle()
        return tenths / 10
