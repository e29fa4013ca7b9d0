"""Finds the titles of the watchlist on the account's servers."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import callback
from homeassistant.helpers.event import async_track_time_interval

from .const import AVAILABILITY_INTERVAL, DOMAIN, LOGGER, WATCHLIST_INTERVAL
from .plextv import Added, MediaServer, PlexTvError
from .polling import with_jitter

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from datetime import datetime

    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

    from .live import LiveEvent, ServerFeed
    from .plextv import Title
    from .runtime import LinkedServer, PlexAccountConfigEntry

# Seconds between two requests to a server.
REQUEST_INTERVAL: Final = 0.5
# Servers to which requests are sent at the same time, and so the most requests in an
# interval: others choose how many servers they share, and each request opens a
# connection.
MAX_PARALLEL_SERVERS: Final = 8
# Minimum seconds between two updates of the entities while many titles are searched.
UPDATE_INTERVAL: Final = 30

type ArrivalListener = Callable[[Title, str], None]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A server's response about a title."""

    until: float
    """The time of the next request, by the clock of the event loop."""
    present: bool


class WatchlistAvailability:
    """Searches each reachable server for each title, one request after the other.

    New titles are searched immediately, all others once a day, and missing ones also
    when a library of the server has changed.
    """

    def __init__(self, hass: HomeAssistant, entry: PlexAccountConfigEntry) -> None:
        """Prepare for the account of `entry`."""
        self._hass = hass
        self._entry = entry
        self._answers: defaultdict[str, dict[str, _Answer]] = defaultdict(dict)
        """By server and by key of the title."""
        self._libraries: dict[str, object] = {}
        """The last state of the libraries of each server."""
        self._checked_libraries: set[str] = set()
        """Servers whose libraries were checked recently."""
        self._feeds: dict[str, ServerFeed] = {}
        """The feeds with the library notifications of servers."""
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(MAX_PARALLEL_SERVERS)
        self._paused_until: dict[str, float] = {}
        """The earliest time of the next request to a server that did not respond."""
        self._listeners: list[CALLBACK_TYPE] = []
        self._arrival_listeners: list[ArrivalListener] = []
        self._names: dict[str, str] | None = None
        """The names of the servers in the last list, None before the first one."""
        self._updated_at = 0.0
        self._changed = False

    @callback
    def async_start(self) -> None:
        """Search the servers until the entry is unloaded."""
        runtime, entry = self._entry.runtime_data, self._entry
        for remove in (
            runtime.watchlist.async_add_listener(self._async_update),
            runtime.account.async_add_listener(self._async_update),
            runtime.reach.async_add_result_listener(None, self._async_ask_servers),
            async_track_time_interval(
                self._hass, self._async_look_again, WATCHLIST_INTERVAL
            ),
        ):
            entry.async_on_unload(remove)
        self._async_update()

    @callback
    def async_add_listener(self, update: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `update` when the result of `servers` has changed."""
        self._listeners.append(update)
        return lambda: self._listeners.remove(update)

    @callback
    def async_add_arrival_listener(self, update: ArrivalListener) -> CALLBACK_TYPE:
        """Call `update` with each title that was added, and the server's name."""
        self._arrival_listeners.append(update)
        return lambda: self._arrival_listeners.remove(update)

    def servers(self) -> dict[str, list[str]]:
        """Return the names of the servers that have a title, by its key."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for identifier, linked in self._entry.runtime_data.servers().items():
            for key, answer in self._answers[identifier].items():
                if answer.present:
                    names[key].append(linked.server.name)
        return {key: sorted(on) for key, on in names.items()}

    @callback
    def _async_look_again(self, _now: datetime) -> None:
        """Check the libraries of all servers, and search for titles that are due."""
        self._checked_libraries.clear()
        self._async_ask_servers()

    @callback
    def _async_update(self) -> None:
        """Drop obsolete data, and search for titles that are due."""
        runtime = self._entry.runtime_data
        titles = {title.key for title in runtime.watchlist.data.titles or ()}
        servers = runtime.servers()
        by_server: tuple[MutableMapping[str, Any], ...] = (
            self._answers,
            self._libraries,
            self._feeds,
            self._paused_until,
        )
        for known in by_server:
            for identifier in known.keys() - servers.keys():
                del known[identifier]
        self._checked_libraries &= servers.keys()
        for identifier, answers in self._answers.items():
            kept = {key: answers[key] for key in answers if key in titles}
            self._answers[identifier] = kept
        names = {key: linked.server.name for key, linked in servers.items()}
        self._changed |= self._names not in (None, names)
        self._names = names
        self._async_update_listeners()
        self._async_ask_servers()

    @callback
    def _async_ask_servers(self) -> None:
        """Search every server for which a request is due."""
        for identifier, linked in self._entry.runtime_data.servers().items():
            self._follow(identifier, linked)
            if identifier not in self._asking and self._may_ask(identifier, linked):
                self._asking[identifier] = self._entry.async_create_background_task(
                    self._hass,
                    self._async_ask(identifier),
                    f"{DOMAIN} asks a server for titles of the watchlist",
                )

    def _follow(self, identifier: str, linked: LinkedServer) -> None:
        """Subscribe to the feed of a server, if it is listened to."""
        live = self._entry.runtime_data.live
        if not live.follows(linked.server):
            return
        feed = live.feed(identifier)
        if self._feeds.get(identifier) is not feed:
            self._feeds[identifier] = feed
            feed.async_add_event_listener(partial(self._async_happened, identifier))

    @callback
    def _async_happened(self, identifier: str, event: LiveEvent) -> None:
        """Check the libraries of a server after a notification of new titles."""
        if isinstance(event, Added):
            self._checked_libraries.discard(identifier)
            self._async_ask_servers()

    def _may_ask(self, identifier: str, linked: LinkedServer) -> bool:
        """Return whether a request to a server is due and possible."""
        return (
            linked.connection is not None
            and self._paused_until.get(identifier, 0.0) <= self._hass.loop.time()
            and bool(self._entry.runtime_data.watchlist.data.titles)
            and (
                identifier not in self._checked_libraries
                or self._next(identifier) is not None
            )
        )

    def _next(self, identifier: str) -> Title | None:
        """Return the next title to search a server for, new ones first."""
        titles = self._entry.runtime_data.watchlist.data.titles or ()
        known, now = self._answers[identifier], self._hass.loop.time()
        due = (
            one for one in titles if one.key in known and known[one.key].until <= now
        )
        new = (one for one in titles if one.key not in known)
        return next(new, None) or next(due, None)

    async def _async_ask(self, identifier: str) -> None:
        """Search a server for one title after the other, as long as one is due."""
        try:
            while True:
                async with self._slots:
                    linked = self._entry.runtime_data.server(identifier)
                    if linked is None or not self._may_ask(identifier, linked):
                        break
                    await self._async_ask_once(identifier, linked)
                    await asyncio.sleep(REQUEST_INTERVAL)
        except PlexTvError as err:
            # The reachability coordinator handles servers that do not respond.
            LOGGER.debug("Asking a server for titles failed: %s", type(err).__name__)
            wait = WATCHLIST_INTERVAL.total_seconds()
            self._paused_until[identifier] = self._hass.loop.time() + wait
        finally:
            del self._asking[identifier]
            self._async_update_listeners()

    async def _async_ask_once(self, identifier: str, linked: LinkedServer) -> None:
        """Send one request to a server."""
        if linked.connection is None:
            return
        server = MediaServer(
            self._entry.runtime_data.client.transport, linked.server, linked.connection
        )
        if identifier not in self._checked_libraries:
            self._note_libraries(identifier, await server.library_state())
        elif title := self._next(identifier):
            self._note(identifier, linked, title, present=await server.has(title))

    def _note_libraries(self, identifier: str, state: object) -> None:
        """Search again for missing titles if a library has changed."""
        before = self._libraries.get(identifier, state)
        self._libraries[identifier] = state
        self._checked_libraries.add(identifier)
        if before != state:
            known = self._answers[identifier]
            for key, answer in known.items():
                if not answer.present:
                    known[key] = _Answer(0.0, present=False)

    def _note(
        self, identifier: str, linked: LinkedServer, title: Title, *, present: bool
    ) -> None:
        """Store a response; call the arrival listeners if the title was missing."""
        now = self._hass.loop.time()
        known = self._answers[identifier]
        before = known.get(title.key)
        until = now + with_jitter(AVAILABILITY_INTERVAL).total_seconds()
        known[title.key] = _Answer(until, present=present)
        self._changed |= present is not (before is not None and before.present)
        if before and present and not before.present:
            for update in tuple(self._arrival_listeners):
                update(title, linked.server.name)
        if now - self._updated_at >= UPDATE_INTERVAL:
            self._async_update_listeners()

    @callback
    def _async_update_listeners(self) -> None:
        """Update the entities if anything has changed."""
        if not self._changed:
            return
        self._changed = False
        self._updated_at = self._hass.loop.time()
        for update in tuple(self._listeners):
            update()
