"""On which of the account's servers the titles of the watchlist are."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from homeassistant.core import callback
from homeassistant.helpers.event import async_track_time_interval

from .const import AVAILABILITY_INTERVAL, DOMAIN, LOGGER, WATCHLIST_INTERVAL
from .plextv import Added, MediaServer, PlexTvError
from .polling import spread

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

    from .live import LiveEvent, ServerFeed
    from .plextv import Title
    from .runtime import LinkedServer, PlexAccountConfigEntry

# Seconds from one question to a server to the next.
QUESTION_INTERVAL: Final = 0.5
# Seconds; entities are told at most so often while servers are asked about many titles.
TELL_INTERVAL: Final = 30

type ArrivalListener = Callable[[Title, str], None]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server said of a title."""

    until: float
    """When it is asked again, by the clock of the event loop."""
    present: bool


class WatchlistAvailability:
    """Asks each reachable server for each title, one after the other.

    New titles are asked for at once, each other one once a day, and those that are
    missing also when the server says that a library changed.
    """

    def __init__(self, hass: HomeAssistant, entry: PlexAccountConfigEntry) -> None:
        """Look after the account of `entry`, once it is loaded."""
        self._hass = hass
        self._entry = entry
        self._answers: defaultdict[str, dict[str, _Answer]] = defaultdict(dict)
        """By server and key of the title."""
        self._libraries: dict[str, object] = {}
        """How the libraries of each server were when they were last looked at."""
        self._looked_at: set[str] = set()
        """Servers whose libraries were looked at lately."""
        self._feeds: dict[str, ServerFeed] = {}
        """What tells of news of the libraries, as far as servers tell."""
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._left_alone: dict[str, float] = {}
        """Until when a server that did not answer is not asked again."""
        self._listeners: list[CALLBACK_TYPE] = []
        self._arrival_listeners: list[ArrivalListener] = []
        self._told = 0.0
        self._changed = False

    @callback
    def async_start(self) -> None:
        """Begin to ask, until the entry is unloaded."""
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
        """Call `update` after titles came onto servers or went."""
        self._listeners.append(update)
        return lambda: self._listeners.remove(update)

    @callback
    def async_add_arrival_listener(self, update: ArrivalListener) -> CALLBACK_TYPE:
        """Call `update` with each title that came onto a server, and its name."""
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
        """Look at the libraries of all servers, and for what is due by now."""
        self._looked_at.clear()
        self._async_ask_servers()

    @callback
    def _async_update(self) -> None:
        """Forget what is no longer of interest, and ask for what is due."""
        runtime = self._entry.runtime_data
        titles = {title.key for title in runtime.watchlist.data.titles or ()}
        servers = runtime.servers()
        for identifier in [*self._answers]:
            if identifier not in servers:
                del self._answers[identifier]
                self._feeds.pop(identifier, None)
                continue
            known = self._answers[identifier]
            self._answers[identifier] = {k: known[k] for k in known if k in titles}
        self._async_ask_servers()

    @callback
    def _async_ask_servers(self) -> None:
        """Ask every server for which something is due."""
        for identifier, linked in self._entry.runtime_data.servers().items():
            self._follow(identifier, linked)
            if identifier not in self._asking and self._may_ask(identifier, linked):
                self._asking[identifier] = self._entry.async_create_background_task(
                    self._hass,
                    self._async_ask(identifier),
                    f"{DOMAIN} asks a server for titles of the watchlist",
                )

    def _follow(self, identifier: str, linked: LinkedServer) -> None:
        """Hear of news of a server's libraries, if it is listened to."""
        live = self._entry.runtime_data.live
        if not live.follows(linked.server):
            return
        feed = live.feed(identifier)
        if self._feeds.get(identifier) is not feed:
            self._feeds[identifier] = feed
            feed.async_add_event_listener(partial(self._async_happened, identifier))

    @callback
    def _async_happened(self, identifier: str, event: LiveEvent) -> None:
        """Look at the libraries of a server that tells of something new."""
        if isinstance(event, Added):
            self._looked_at.discard(identifier)
            self._async_ask_servers()

    def _may_ask(self, identifier: str, linked: LinkedServer) -> bool:
        """Tell whether there is a question to a server, and a way to ask it."""
        return (
            linked.connection is not None
            and self._left_alone.get(identifier, 0.0) <= self._hass.loop.time()
            and bool(self._entry.runtime_data.watchlist.data.titles)
            and (
                identifier not in self._looked_at or self._next(identifier) is not None
            )
        )

    def _next(self, identifier: str) -> Title | None:
        """Return the title to ask a server for: a new one first."""
        titles = self._entry.runtime_data.watchlist.data.titles or ()
        known, now = self._answers[identifier], self._hass.loop.time()
        due = (
            one for one in titles if one.key in known and known[one.key].until <= now
        )
        new = (one for one in titles if one.key not in known)
        return next(new, None) or next(due, None)

    async def _async_ask(self, identifier: str) -> None:
        """Ask a server for one title after the other, as long as one is due."""
        try:
            while (linked := self._entry.runtime_data.server(identifier)) and (
                self._may_ask(identifier, linked)
            ):
                await self._async_ask_once(identifier, linked)
                await asyncio.sleep(QUESTION_INTERVAL)
        except PlexTvError as err:
            # Whether it answers at all is the business of the reachability.
            LOGGER.debug("Asking a server for titles failed: %s", type(err).__name__)
            wait = WATCHLIST_INTERVAL.total_seconds()
            self._left_alone[identifier] = self._hass.loop.time() + wait
        finally:
            del self._asking[identifier]
            self._async_tell()

    async def _async_ask_once(self, identifier: str, linked: LinkedServer) -> None:
        """Ask a server one question."""
        if linked.connection is None:
            return
        server = MediaServer(
            self._entry.runtime_data.client.transport, linked.server, linked.connection
        )
        if identifier not in self._looked_at:
            self._note_libraries(identifier, await server.library_state())
        elif title := self._next(identifier):
            self._note(identifier, linked, title, present=await server.has(title))

    def _note_libraries(self, identifier: str, state: object) -> None:
        """Look for what is missing again if a library changed."""
        before = self._libraries.get(identifier, state)
        self._libraries[identifier] = state
        self._looked_at.add(identifier)
        if before != state:
            known = self._answers[identifier]
            for key, answer in known.items():
                if not answer.present:
                    known[key] = _Answer(0.0, present=False)

    def _note(
        self, identifier: str, linked: LinkedServer, title: Title, *, present: bool
    ) -> None:
        """Keep an answer, and tell if the title was not there before."""
        now = self._hass.loop.time()
        known = self._answers[identifier]
        before = known.get(title.key)
        until = now + spread(AVAILABILITY_INTERVAL).total_seconds()
        known[title.key] = _Answer(until, present=present)
        self._changed |= present is not (before is not None and before.present)
        if before and present and not before.present:
            for update in tuple(self._arrival_listeners):
                update(title, linked.server.name)
        if now - self._told >= TELL_INTERVAL:
            self._async_tell()

    @callback
    def _async_tell(self) -> None:
        """Tell the entities if anything changed."""
        if not self._changed:
            return
        self._changed = False
        self._told = self._hass.loop.time()
        for update in tuple(self._listeners):
            update()
