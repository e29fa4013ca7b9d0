"""A server with a notification stream, for tests of the state machine of playback."""

from custom_components.plex_account.plextv import (
    Playback,
    PlaybackNotification,
    Session,
    Snapshot,
)

FILM = Session(
    key="1",
    media_type="movie",
    state="playing",
    user="Alice",
    player_id="tv",
    rating_key="100",
    view_offset=0,
)


class Server:
    """A server with a notification stream, and its clock."""

    def __init__(self, *sessions: Session) -> None:
        """Begin with these sessions in its first list."""
        self.now = 1000.0
        self.playback = Playback()
        self.listed = {session.key: session for session in sessions}
        self.others: dict[str, str | None] = {}
        self.looks = 0
        self.playback.connected(self.now)
        assert self.look() == []

    def look(self, *told: str) -> list[str]:
        """List the sessions now; return the events that follow.

        A notification of each state of "1" is sent after the server has made the list,
        and arrives first.
        """
        self.looks += 1
        self.playback.looking(self.now)
        events = [event for state in told for event in self.tell("1", state, 50)]
        return events + self._events(
            Snapshot(sessions=dict(self.listed), others=dict(self.others))
        )

    def tell(
        self,
        key: str,
        state: str,
        offset: int | None = None,
        rating_key: str | None = None,
    ) -> list[str]:
        """Send a notification; return the events that follow at once."""
        told = PlaybackNotification(
            key=key, state=state, view_offset=offset, rating_key=rating_key
        )
        return [each.type for each in self.playback.notified(told, self.now)]

    def wait(self, seconds: float) -> list[str]:
        """Let time pass, and list the sessions when it is due; return the events."""
        until = self.now + seconds
        events: list[str] = []
        while (due := self.playback.next_look()) is not None and due <= until:
            self.now = max(due, self.now)
            events += self.look()
        self.now = until
        return events

    def fail(self) -> None:
        """Fail to list the sessions now."""
        self.looks += 1
        self.playback.looking(self.now)
        self.playback.look_failed(self.now)

    def show(self, session: Session) -> None:
        """List a session from now on."""
        self.listed[session.key] = session

    def _events(self, snapshot: Snapshot) -> list[str]:
        return [each.type for each in self.playback.looked(snapshot, self.now)]
