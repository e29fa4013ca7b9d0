"""Playback events of a server: sessions that start, pause, resume and stop.

Notifications are fast, but contain neither user nor title, and are not always correct.
A list of all sessions is complete, but has to be requested. `Playback` combines both.
"""

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from .sessions import session_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .notifications import PlaybackNotification
    from .sessions import Session, Snapshot

type FollowedState = Literal["playing", "paused"]
type PlaybackEventType = Literal["started", "paused", "resumed", "stopped"]

# Minimum seconds between two lists. Of many sessions that start at the same time, the
# first is reported immediately, and the others after this time.
GAP: Final = 0.25
# Rate limit: at most this many lists in LOOKS_SPAN seconds.
MOST_LOOKS: Final = 6
LOOKS_SPAN: Final = 30.0
# Seconds until a list is requested even without a notification.
SAFETY: Final = 300.0
# Seconds after which a session has ended although no notification reported that: it is
# missing from lists, or its position no longer changes.
GRACE: Final = 60.0
# Minimum seconds of a session of a DLNA player, which may play titles while browsing.
DLNA_LENGTH: Final = 1.0
# Seconds until the next lists are requested while a notification contradicts the list.
DOUBTS: Final = (1.0, 3.0, 8.0, 20.0)
# Seconds until the next attempts after a list that failed.
RETRIES: Final = (5.0, 10.0, 30.0, 60.0, 300.0)
# Failed lists in a row after which the sessions are unknown. Otherwise, a session that
# has ended would be shown for ever.
LOST_AFTER: Final = 4
MAX_KEYS: Final = 500
# States with which a notification reports the end of a session.
ENDS: Final = frozenset({"stopped", "error"})


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaybackEvent:
    """A session that started, paused, resumed or stopped."""

    type: PlaybackEventType
    session: Session


@dataclass(slots=True)
class _Followed:
    """A session that was reported as started and not yet as stopped."""

    session: Session
    state: FollowedState
    moved_at: float
    """The time of the last change of its position or state."""
    missing_since: float | None = None
    stop_notified: bool = False
    rechecks: int = 0
    """The number of lists that contained it after a notification of its end."""

    @property
    def vanishes_at(self) -> float | None:
        """The time at which it ends unless it changes; None if it does not time out.

        Photos and live TV have no position that changes.
        """
        if self.missing_since is not None:
            return self.missing_since + GRACE
        still = self.session.media_type in {"photo", "live"}
        if still or self.state == "paused" or self.session.view_offset is None:
            return None
        return self.moved_at + GRACE


class Playback:
    """The sessions of one server.

    It has no clock of its own: `now` are seconds of a monotonic clock. The caller
    requests a list of sessions at `next_look`, calls `looking` before the request, and
    `looked` or `look_failed` after it.
    """

    def __init__(self) -> None:
        """Start without sessions."""
        self._followed: dict[str, _Followed] = {}
        self._ended: dict[str, Session] = {}
        """Sessions that the server still lists although they have ended."""
        self._unreported_dlna: dict[str, float] = {}
        """DLNA sessions that are not reported yet, and when each was first listed."""
        self._unlisted: dict[str, int] = {}
        """Keys that no list contained yet, and how many lists were read for each."""
        self._newer: dict[str, PlaybackNotification] = {}
        """The newest notification of each session since a list was requested, except
        the end of a followed one, which is applied at once."""
        self._others: Mapping[str, str | None] = {}
        self._looks: deque[float] = deque(maxlen=MOST_LOOKS)
        self._wanted: float | None = None
        self._failures = 0
        self._not_before = 0.0
        self._known = False
        self._is_synchronized = False
        """Whether a list was read since the stream was opened."""

    @property
    def sessions(self) -> list[Session]:
        """The current sessions."""
        return [
            replace(each.session, state=each.state) for each in self._followed.values()
        ]

    @property
    def is_lost(self) -> bool:
        """Whether so many lists have failed that the sessions are unknown."""
        return self._failures >= LOST_AFTER

    def connected(self, now: float) -> None:
        """Start over after the stream was opened.

        The same keys may mean other sessions, because they start at 1 again when a
        server restarts. The backoff after failed lists does not delay the first list.
        It still delays later ones, so that a server which keeps ending its stream
        receives one request for each stream.
        """
        self._is_synchronized = False
        self._unlisted.clear()
        self._unreported_dlna.clear()
        self._not_before = 0.0
        self._want(now)

    def next_look(self) -> float | None:
        """Return when to request a list of sessions; None before `connected`."""
        if not self._looks:
            return self._wanted
        wishes = [self._looks[-1] + SAFETY, *filter(None, self._vanishing())]
        if self._wanted is not None:
            wishes.append(self._wanted)
        soonest = max(self._looks[-1] + GAP, self._not_before)
        if len(self._looks) == MOST_LOOKS:
            soonest = max(soonest, self._looks[0] + LOOKS_SPAN)
        return max(min(wishes), soonest)

    def looking(self, now: float) -> None:
        """Note that a list is being requested: notifications from now on are newer."""
        self._looks.append(now)
        self._wanted = None
        self._newer.clear()

    def look_failed(self, now: float) -> None:
        """Schedule a retry, with backoff."""
        wait = RETRIES[min(self._failures, len(RETRIES) - 1)]
        self._failures += 1
        self._not_before = now + wait
        self._want(self._not_before)

    def notified(
        self, notification: PlaybackNotification, now: float
    ) -> list[PlaybackEvent]:
        """Process a notification, and return the events that follow from it."""
        followed = self._followed.get(notification.key)
        if followed and notification.state in ENDS:
            # Players also send this when they are paused or in the background.
            followed.stop_notified, followed.rechecks = True, 0
            self._want(now)
            return []
        if notification.key in self._newer or len(self._newer) < MAX_KEYS:
            self._newer[notification.key] = notification
        if not self._is_synchronized:
            self._want(now)
            return []
        if followed is None:
            self._notified_of_unknown(notification, now)
            return []
        if _is_another(notification, followed.session):
            self._want(now)
            return []
        return [*_update(followed, notification.state, notification.view_offset, now)]

    def looked(self, snapshot: Snapshot, now: float) -> list[PlaybackEvent]:
        """Process a list of sessions, and return the events that follow from it."""
        self._failures, self._not_before = 0, 0.0
        listed = {key: self._newest(each) for key, each in snapshot.sessions.items()}
        self._others = snapshot.others
        events = [
            event
            for key in tuple(self._followed)
            for event in self._look_at(key, listed.get(key), now)
        ]
        self._ended = {
            key: session
            for key, session in self._ended.items()
            if key in listed and _is_unmoved(session, listed[key])
        }
        for key, session in listed.items():
            if key not in self._followed and key not in self._ended:
                events += self._begin(session, now)
        self._unreported_dlna = {
            key: self._unreported_dlna[key]
            for key in self._unreported_dlna
            if key in listed
        }
        for key in (*listed, *self._others):
            self._unlisted.pop(key, None)
        self._look_again(now)
        self._known = self._is_synchronized = True
        for notification in tuple(self._newer.values()):
            if notification.state in ENDS:
                # Its session may have been unknown until this list.
                self.notified(notification, now)
        return events

    def _newest(self, listed: Session) -> Session:
        """Return a listed session, updated by its newer notification."""
        notification = self._newer.get(listed.key)
        if notification is None or _is_another(notification, listed):
            return listed
        offset = (
            listed.view_offset
            if notification.view_offset is None
            else notification.view_offset
        )
        state = session_state(notification.state) or listed.state
        return replace(listed, state=state, view_offset=offset)

    def _notified_of_unknown(
        self, notification: PlaybackNotification, now: float
    ) -> None:
        """Request lists for a session that was in no list yet."""
        key = notification.key
        if notification.state in ENDS:
            self._unlisted.pop(key, None)
            return
        if key in self._others and (
            None in {self._others[key], notification.rating_key}
            or self._others[key] == notification.rating_key
        ):
            return
        over = self._ended.get(key)
        if over and not (
            notification.state == "paused" or _moves(notification.view_offset, over)
        ):
            return
        if over or key in self._unreported_dlna:
            self._want(now)
        elif key not in self._unlisted:
            if len(self._unlisted) >= MAX_KEYS:
                self._unlisted.clear()
            self._unlisted[key] = 0
            self._want(now)

    def _look_at(
        self, key: str, session: Session | None, now: float
    ) -> Iterator[PlaybackEvent]:
        """Compare a followed session with the listed one of the same key."""
        followed = self._followed[key]
        if session is None:
            if followed.missing_since is None:
                followed.missing_since = now
            if (
                followed.stop_notified
                or not self._is_synchronized
                or now - followed.missing_since >= GRACE
            ):
                yield self._end(key)
            return
        if not followed.session.is_same(session):
            yield self._end(key)
            return
        followed.missing_since = None
        yield from _update(followed, session.state, session.view_offset, now)
        followed.session = session
        if followed.stop_notified:
            followed.rechecks += 1
        vanishes_at = followed.vanishes_at
        if vanishes_at is not None and now >= vanishes_at:
            self._ended[key] = session
            yield self._end(key)

    def _begin(self, session: Session, now: float) -> Iterator[PlaybackEvent]:
        """Follow a new session; those of the first list started earlier."""
        key = session.key
        if session.dlna and self._known:
            if now - self._unreported_dlna.setdefault(key, now) < DLNA_LENGTH:
                return
            del self._unreported_dlna[key]
        state: FollowedState = "paused" if session.state == "paused" else "playing"
        self._followed[key] = _Followed(session, state, moved_at=now)
        if not self._known:
            return
        yield PlaybackEvent(type="started", session=replace(session, state="playing"))
        if state == "paused":
            yield PlaybackEvent(type="paused", session=replace(session, state=state))

    def _end(self, key: str) -> PlaybackEvent:
        """Stop following a session, and return its event."""
        followed = self._followed.pop(key)
        session = replace(followed.session, state=followed.state)
        return PlaybackEvent(type="stopped", session=session)

    def _look_again(self, now: float) -> None:
        """Schedule further lists while notifications and lists disagree."""
        if self._unreported_dlna:
            self._want(now + DLNA_LENGTH)
        for key, looks in self._unlisted.items():
            if looks < len(DOUBTS):
                self._unlisted[key] = looks + 1
                self._want(now + DOUBTS[looks])
        for followed in self._followed.values():
            if followed.stop_notified and followed.rechecks <= len(DOUBTS):
                self._want(now + DOUBTS[followed.rechecks - 1])

    def _vanishing(self) -> Iterator[float | None]:
        """Yield `vanishes_at` of each session."""
        return (followed.vanishes_at for followed in self._followed.values())

    def _want(self, moment: float) -> None:
        """Schedule a list for this time at the latest."""
        self._wanted = moment if self._wanted is None else min(self._wanted, moment)


def _update(
    followed: _Followed, state: str | None, view_offset: int | None, now: float
) -> Iterator[PlaybackEvent]:
    """Update a session from a notification or a list."""
    if state not in {followed.state, None} or _moves(view_offset, followed.session):
        followed.moved_at = now
        if followed.rechecks:
            followed.stop_notified, followed.rechecks = False, 0
    if view_offset is not None:
        followed.session = replace(followed.session, view_offset=view_offset)
    match followed.state, state:
        case "playing", "paused":
            followed.state = "paused"
            event: PlaybackEventType = "paused"
        case "paused", "playing":
            followed.state = "playing"
            event = "resumed"
        case _:
            return
    session = replace(followed.session, state=followed.state)
    yield PlaybackEvent(type=event, session=session)


def _moves(view_offset: int | None, session: Session) -> bool:
    """Return whether the position of a session has changed."""
    return view_offset is not None and view_offset != session.view_offset


def _is_unmoved(before: Session, now: Session) -> bool:
    """Return whether a session has not changed."""
    return (
        before.is_same(now)
        and before.state == now.state
        and before.view_offset == now.view_offset
    )


def _is_another(notification: PlaybackNotification, session: Session) -> bool:
    """Return whether a notification is about another title; live TV has none."""
    return (
        session.media_type != "live"
        and notification.rating_key is not None
        and session.rating_key is not None
        and notification.rating_key != session.rating_key
    )
