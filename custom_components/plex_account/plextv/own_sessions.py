"""One's own sessions on somebody else's server, which tells no list of them."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

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

        Raises as `MediaServer.session` does, which is asked once for each title.
        """
        self._told = {
            key: (told, at)
            for key, (told, at) in self._told.items()
            if now - at < (SILENCE_PAUSED if told.state == "paused" else SILENCE)
        }
        self._titles = {
            key: title for key, title in self._titles.items() if key in self._told
        }
        sessions: dict[str, Session] = {}
        others: dict[str, str | None] = {}
        for key, (told, _) in tuple(self._told.items()):
            rating_key, session = self._titles.get(key, ("", None))
            if rating_key != told.rating_key:
                session = await server.session(told)
                self._titles[key] = (told.rating_key, session)
            if session:
                sessions[key] = replace(
                    session,
                    state=session_state(told.state),
                    view_offset=told.view_offset,
                )
            else:
                others[key] = told.rating_key
        return Snapshot(sessions=sessions, others=others)
