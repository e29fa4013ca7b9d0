"""Notification streams of media servers: one for each reachable server."""

import asyncio
from contextlib import suppress
import random
from typing import TYPE_CHECKING, Final

from homeassistant.core import callback

from .const import (
    AWAY_CHECKS,
    CONF_FOLLOW,
    DEFAULT_FOLLOW,
    DOMAIN,
    FOLLOW_OWN,
    FOLLOW_SHARED,
    LOGGER,
    SERVERS_INTERVAL,
    STREAM_RETRY_FIRST,
    STREAM_RETRY_MOST,
    STREAM_STEADY,
)
from .plextv import (
    Added,
    LibraryNews,
    MediaServer,
    OwnSessions,
    Playback,
    PlaybackEvent,
    PlaybackNotification,
    PlexTvError,
    PlexTvResponseError,
)
from .polling import with_jitter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

    from .plextv import Connection, NotificationStream, Server, Session
    from .runtime import LinkedServer, PlexAccountConfigEntry

type LiveEvent = PlaybackEvent | Added

# Statuses of a server that rejects the token, or has withdrawn rights of its user.
REFUSALS: Final = frozenset({401, 403})


class PlexLive:
    """The streams of one account."""

    def __init__(self, hass: HomeAssistant, entry: PlexAccountConfigEntry) -> None:
        """Choose the servers by the options of the account."""
        self._hass = hass
        self._entry = entry
        self._follow = entry.options.get(CONF_FOLLOW, DEFAULT_FOLLOW)
        self._feeds: dict[str, ServerFeed] = {}

    def follows(self, server: Server) -> bool:
        """Return whether a server is listened to."""
        if server.owned:
            return self._follow in {FOLLOW_OWN, FOLLOW_SHARED}
        return bool(self._follow == FOLLOW_SHARED)

    def feed(self, identifier: str) -> ServerFeed:
        """Return the feed of a server."""
        if identifier not in self._feeds:
            self._feeds[identifier] = ServerFeed(self._hass, self._entry, identifier)
        return self._feeds[identifier]

    @callback
    def async_start(self) -> None:
        """Listen to all current and future servers."""
        if self._hass.is_stopping:
            # A feed that is started now would never be ended.
            return
        account = self._entry.runtime_data.account
        self._entry.async_on_unload(account.async_add_listener(self._async_update))
        self._entry.async_on_unload(self._async_end)
        self._async_update()

    @callback
    def _async_end(self) -> None:
        """Stop listening."""
        while self._feeds:
            self._feeds.popitem()[1].async_end()

    @callback
    def _async_update(self) -> None:
        """Start and end feeds after an update of the list of servers."""
        servers = self._entry.runtime_data.account.servers
        for identifier in self._feeds.keys() - servers.keys():
            self._feeds.pop(identifier).async_end()
        for identifier, server in servers.items():
            if self.follows(server):
                self.feed(identifier).async_servers_listed()


class ServerFeed:
    """The stream of one server, and its sessions."""

    def __init__(
        self, hass: HomeAssistant, entry: PlexAccountConfigEntry, identifier: str
    ) -> None:
        """Prepare a feed that is not open yet."""
        self._hass = hass
        self._entry = entry
        self._identifier = identifier
        self._playback = Playback()
        self._own = OwnSessions()
        self._news = LibraryNews()
        self._listeners: list[CALLBACK_TYPE] = []
        self._event_listeners: list[Callable[[LiveEvent], None]] = []
        self._unfollow: CALLBACK_TYPE | None = None
        self._task: asyncio.Task[None] | None = None
        self._connection: Connection | None = None
        """The connection of the stream, or of the next attempt to open it."""
        self._listed = asyncio.Event()
        self._notified = asyncio.Event()
        self._asked_for_list = False
        self._failures = 0
        self.open = False
        """Whether the stream is open."""
        self.sessions: list[Session] | None = None
        """The sessions; None while they are not known."""

    @callback
    def async_add_listener(self, update: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `update` when the sessions have changed."""
        self._listeners.append(update)
        return lambda: self._listeners.remove(update)

    @callback
    def async_add_event_listener(
        self, happened: Callable[[LiveEvent], None]
    ) -> CALLBACK_TYPE:
        """Call `happened` with every event."""
        self._event_listeners.append(happened)
        return lambda: self._event_listeners.remove(happened)

    @callback
    def async_servers_listed(self) -> None:
        """Update the stream after plex.tv's list of servers changed."""
        if self._unfollow is None:
            reach = self._entry.runtime_data.reach
            self._unfollow = reach.async_add_result_listener(
                self._identifier, self._async_update
            )
        self._listed.set()
        self._async_update()

    @callback
    def async_end(self) -> None:
        """Stop listening."""
        if self._unfollow:
            self._unfollow()
            self._unfollow = None
        self._async_stop()

    @callback
    def _async_update(self) -> None:
        """Listen at the connection where the server is reachable now."""
        linked = self._entry.runtime_data.server(self._identifier)
        connection = _connection(linked)
        if connection == self._connection:
            return
        self._async_stop()
        self._connection = connection
        if connection is None:
            self._async_lost()
            work = self._async_find()
        else:
            work = self._async_run()
        self._task = self._entry.async_create_background_task(
            self._hass, work, f"{DOMAIN} listens to a server"
        )

    @callback
    def _async_stop(self) -> None:
        """End the stream, or the attempts to open it."""
        self._connection = None
        if self._task:
            self._task.cancel()
            self._task = None

    async def _async_find(self) -> None:
        """Measure a server that became unreachable, until it responds again.

        It may just be restarting. If these checks fail, it is polled like all others.
        """
        for delay in AWAY_CHECKS:
            await asyncio.sleep(delay)
            await self._entry.runtime_data.reach.async_measure(self._identifier)

    async def _async_run(self) -> None:
        """Keep the stream open: reopen it whenever it has ended."""
        runtime = self._entry.runtime_data
        loop = self._hass.loop
        while True:
            started = loop.time()
            linked = runtime.server(self._identifier)
            if linked is None or linked.connection is None:
                # The update that removed it is about to cancel this task.
                return
            status = None
            try:
                await self._async_listen(linked.server, linked.connection)
            except PlexTvError as err:
                LOGGER.debug("The stream of a server ended: %s", type(err).__name__)
                if loop.time() - started >= STREAM_STEADY:
                    self._failures = 0
                status = err.status if isinstance(err, PlexTvResponseError) else None
            except Exception:  # noqa: BLE001 - a defect must not end this for good
                # The backoff grows even if the defect only occurs late in a stream.
                LOGGER.exception("Unexpected error while listening to a server")
            await runtime.reach.async_measure(self._identifier)
            await self._async_wait(status)

    async def _async_wait(self, status: int | None) -> None:
        """Wait until the next attempt, after an error with this status."""
        if status or self._failures:
            self._async_lost()
        if status in REFUSALS:
            await self._async_wait_for_list()
            return
        wait = min(2 * STREAM_RETRY_FIRST * 2**self._failures, STREAM_RETRY_MOST)
        self._failures = min(self._failures + 1, 10)
        # Jitter: after a power cut, all servers of a home start at the same time.
        await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - no secret

    async def _async_wait_for_list(self) -> None:
        """Request the server's token again, once; then wait for plex.tv's next list.

        A rejection by a server is no reason to reauthenticate the account.
        """
        self._listed.clear()
        if not self._asked_for_list:
            self._asked_for_list = True
            # A separate task, because other feeds need the list if this is cancelled.
            listing = self._entry.async_create_background_task(
                self._hass,
                self._entry.runtime_data.account.async_request_refresh(),
                f"{DOMAIN} fresh token of a server",
            )
            await asyncio.wait([listing])
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(with_jitter(SERVERS_INTERVAL).total_seconds()):
                await self._listed.wait()

    async def _async_listen(self, listed: Server, connection: Connection) -> None:
        """Listen until the stream ends, which is an error."""
        runtime = self._entry.runtime_data
        server = MediaServer(runtime.client.transport, listed, connection)
        async with server.notifications() as stream:
            release = runtime.reach.async_hold(self._identifier, connection)
            self.open, self._asked_for_list = True, False
            self._playback.connected(self._hass.loop.time())
            looking = self._entry.async_create_background_task(
                self._hass,
                self._async_look(server, owned=listed.owned),
                f"{DOMAIN} requests sessions",
            )
            reading = self._entry.async_create_background_task(
                self._hass,
                self._async_read(stream, owned=listed.owned),
                f"{DOMAIN} reads a stream",
            )
            try:
                # A failure of one ends both: a stream is of no use without lists.
                await asyncio.gather(looking, reading)
            finally:
                self.open = False
                looking.cancel()
                reading.cancel()
                release()

    async def _async_read(self, stream: NotificationStream, *, owned: bool) -> None:
        """Process the notifications; those of other people's libraries are ignored."""
        while True:
            notifications = await stream.read()
            now = self._hass.loop.time()
            for notification in notifications:
                if isinstance(notification, PlaybackNotification):
                    self._own.notified(notification, now)
                    self._async_happened(self._playback.notified(notification, now))
                elif owned:
                    self._news.notified(notification, now)
            if notifications:
                self._notified.set()

    async def _async_look(self, server: MediaServer, *, owned: bool) -> None:
        """Request the sessions and new titles whenever they are due."""
        loop = self._hass.loop
        while True:
            look, tell = self._playback.next_look(), self._news.due()
            due = [moment for moment in (look, tell) if moment is not None]
            try:
                async with asyncio.timeout_at(min(due)):
                    await self._notified.wait()
                    self._notified.clear()
                    continue
            except TimeoutError:
                pass
            if look is not None and look <= loop.time():
                await self._async_look_now(server, owned=owned)
            if tell is not None and tell <= loop.time():
                self._async_happened([await self._async_added(server)])

    async def _async_look_now(self, server: MediaServer, *, owned: bool) -> None:
        """Request the sessions."""
        loop = self._hass.loop
        self._playback.looking(loop.time())
        try:
            snapshot = (
                await server.sessions()
                if owned
                else await self._own.snapshot(server, loop.time())
            )
        except PlexTvError as err:
            LOGGER.debug("A server did not list sessions: %s", type(err).__name__)
            self._playback.look_failed(loop.time())
            if self._playback.is_lost:
                self._async_lost()
            return
        self._async_happened(self._playback.looked(snapshot, loop.time()))
        self._async_set_sessions(self._playback.sessions)

    async def _async_added(self, server: MediaServer) -> Added:
        """Return the new titles, with the details that the library has of them."""
        added = self._news.take()
        try:
            titles = await server.titles([title.rating_key for title in added.titles])
        except PlexTvError as err:
            LOGGER.debug("A server did not describe titles: %s", type(err).__name__)
            return added
        return Added(
            titles=tuple(titles.get(title.rating_key, title) for title in added.titles),
            more=added.more,
        )

    @callback
    def _async_happened(self, events: Sequence[LiveEvent]) -> None:
        """Call the event listeners."""
        for event in events:
            for listener in tuple(self._event_listeners):
                listener(event)

    @callback
    def _async_lost(self) -> None:
        """Mark the sessions as unknown."""
        self._async_set_sessions(None)

    @callback
    def _async_set_sessions(self, sessions: list[Session] | None) -> None:
        """Store the sessions, and call the listeners if they changed."""
        if sessions != self.sessions:
            self.sessions = sessions
            for update in tuple(self._listeners):
                update()


def _connection(linked: LinkedServer | None) -> Connection | None:
    """Return where to listen: no relay, because somebody else pays for that."""
    if linked is None or linked.connection is None:
        return None
    if linked.connection.relay and not linked.server.owned:
        return None
    return linked.connection
