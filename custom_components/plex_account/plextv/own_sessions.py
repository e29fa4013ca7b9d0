"""One's own sessions on somebody else's server, which tells no list of them."""

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from .errors import PlexTvResponseError
from .sessions import MAX_SESSIONS, Session, Snapshot, session_state

if TYPE_CHECKING:
    from .media_server import MediaServer
    from .notifications import PlaybackNotification

# Seconds without a notification after which a session is over. Players report every ten
# seconds while they play; some are silent during a pause.
SILENCE: Final = 300.0
SILENCE_PAUSED: Final = 1800.0


class OwnSessions:
    """Makes lists of sessions out of notifications and of titles.

    It has no clock: `now` are seconds of a clock that never goes back.
    """

    def __init__(self) -> None:
        """Know of no session."""
        self._told: dict[str, tuple[PlaybackNotification, float]] = {}
        self._titles: dict[str, tuple[str | None, Session | None]] = {}

    def told(self, told: PlaybackNotification, now: float) -> None:
        """Note the newest that was told of a session."""
        if told.state in {"stopped", "error"}:
            self._told.pop(told.key, None)
        elif told.key in self._told or len(self._told) < MAX_SESSIONS:
            self._told[told.key] = (told, now)

    async def snapshot(self, server: MediaServer, now: float) -> Snapshot:
        """Return the sessions that go on.

        Raises PlexTvConnectionError if no response arrived. A session whose title could
        not be read is missing; each title is asked for until it has been answered.
        """
        self._told = {
            key: (told, at)
            for key, (told, at) in self._told.items()
            if now - at < (SILENCE_PAUSED if told.state == "paused" else SILENCE)
        }
        self._titles = {
            key: title for key, title in self._titles.items() if key in self._told
        }
        await self._read_titles(server)
        sessions: dict[str, Session] = {}
        others: dict[str, str | None] = {}
        # As they are told of now: reading titles takes its time.
        for key, (told, _) in self._told.items():
            if not self._knows(told):
                continue
            if session := self._titles[key][1]:
                sessions[key] = replace(
                    session,
                    state=session_state(told.state),
                    view_offset=told.view_offset,
                )
            else:
                others[key] = told.rating_key
        return Snapshot(sessions=sessions, others=others)

    def _knows(self, told: PlaybackNotification) -> bool:
        """Tell whether the title of a session has been answered."""
        known = self._titles.get(told.key)
        return known is not None and known[0] == told.rating_key

    async def _read_titles(self, server: MediaServer) -> None:
        """Ask for the titles that are not known; an error is about one title only."""
        for told, _ in tuple(self._told.values()):
            if self._knows(told):
                continue
            try:
                session = await server.session(told)
            except PlexTvResponseError as err:
                if err.status != HTTPStatus.NOT_FOUND:
                    continue
                session = None
            self._titles[told.key] = (told.rating_key, session)
