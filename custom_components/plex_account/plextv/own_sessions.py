"""The account's sessions on somebody else's server, where they cannot be listed."""

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from .errors import PlexTvResponseError
from .sessions import MAX_SESSIONS, Session, Snapshot, session_state

if TYPE_CHECKING:
    from .media_server import MediaServer
    from .notifications import PlaybackNotification

# Seconds without a notification after which a session has ended. Players report every
# ten seconds while they play; some do not report during a pause.
SILENCE: Final = 300.0
SILENCE_PAUSED: Final = 1800.0


class OwnSessions:
    """Builds lists of sessions from notifications and requested titles.

    It has no clock of its own: `now` are seconds of a monotonic clock.
    """

    def __init__(self) -> None:
        """Start without sessions."""
        self._newest: dict[str, tuple[PlaybackNotification, float]] = {}
        self._titles: dict[str, tuple[str | None, Session | None]] = {}

    def notified(self, notification: PlaybackNotification, now: float) -> None:
        """Store the newest notification of each session."""
        if notification.state in {"stopped", "error"}:
            self._newest.pop(notification.key, None)
        elif notification.key in self._newest or len(self._newest) < MAX_SESSIONS:
            self._newest[notification.key] = (notification, now)

    async def snapshot(self, server: MediaServer, now: float) -> Snapshot:
        """Return the current sessions.

        Raises PlexTvConnectionError if no response arrived. A session whose title could
        not be read is missing; each title is requested until there is a response.
        """
        self._newest = {
            key: (notification, at)
            for key, (notification, at) in self._newest.items()
            if now - at
            < (SILENCE_PAUSED if notification.state == "paused" else SILENCE)
        }
        self._titles = {
            key: title for key, title in self._titles.items() if key in self._newest
        }
        await self._read_titles(server)
        sessions: dict[str, Session] = {}
        others: dict[str, str | None] = {}
        # Uses the newest notifications: more may arrive while titles are requested.
        for key, (notification, _) in self._newest.items():
            if not self._knows(notification):
                continue
            if session := self._titles[key][1]:
                sessions[key] = replace(
                    session,
                    state=session_state(notification.state),
                    view_offset=notification.view_offset,
                )
            else:
                others[key] = notification.rating_key
        return Snapshot(sessions=sessions, others=others)

    def _knows(self, notification: PlaybackNotification) -> bool:
        """Return whether there was a response for the title of a session."""
        known = self._titles.get(notification.key)
        return known is not None and known[0] == notification.rating_key

    async def _read_titles(self, server: MediaServer) -> None:
        """Request the titles that are not known; an error only affects one title."""
        for notification, _ in tuple(self._newest.values()):
            if self._knows(notification):
                continue
            try:
                session = await server.session(notification)
            except PlexTvResponseError as err:
                if err.status != HTTPStatus.NOT_FOUND:
                    continue
                session = None
            self._titles[notification.key] = (notification.rating_key, session)
