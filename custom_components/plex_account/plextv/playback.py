"""What happens on a server: which sessions start, pause, go on and stop.

Notifications are quick, but they tell neither who plays what, nor always the truth. A
list of all sessions tells both, but has to be asked for. `Playback` joins them.
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

# Seconds from one list to the next. Of many sessions that start at once, the first is
# told at once and the others after this time.
GAP: Final = 0.25
# No more lists than this in so many seconds, however much happens.
MOST_LOOKS: Final = 6
LOOKS_SPAN: Final = 30.0
# Seconds until a list is requested although there was no notification.
SAFETY: Final = 300.0
# Seconds without a trace after which a session is over: absent from lists that say
# nothing of its end, or played by a player that no longer moves.
GRACE: Final = 60.0
# Seconds that a session of a player which browses by playing must last.
DLNA_LENGTH: Final = 1.0
# Seconds until the next lists are requested while a notification and the list disagree
# about a session.
DOUBTS: Final = (1.0, 3.0, 8.0, 20.0)
# Seconds to the next lists after one that failed.
RETRIES: Final = (5.0, 10.0, 30.0, 60.0, 300.0)
# Failed lists in a row after which the sessions are unknown: one that has stopped would
# seem to play for ever.
LOST_AFTER: Final = 4
MAX_KEYS: Final = 500
# States of what is over, or said to be.
ENDS: Final = frozenset({"stopped", "error"})


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaybackEvent:
    """Something that happened to a session."""

    type: PlaybackEventType
    session: Session


@dataclass(slots=True)
class _Followed:
    """A session that has started and not stopped."""

    session: Session
    state: FollowedState
    moved_at: float
    """When it last showed that somebody plays it."""
    missing_since: float | None = None
    stop_told: bool = False
    doubts: int = 0
    """How many lists have had it since it was said to have stopped."""

    @property
    def vanishes_at(self) -> float | None:
        """When it is over unless it shows a sign of life.

        Photos and live TV do not move.
        """
        if self.missing_since is not None:
            return self.missing_since + GRACE
        still = self.session.media_type in {"photo", "live"}
        if still or self.state == "paused" or self.session.view_offset is None:
            return None
        return self.moved_at + GRACE


class Playback:
    """The sessions of one server.

    It has no clock: `now` are seconds of a clock that never goes back. Whoever uses it
    asks for a list of sessions at `next_look`, calls `looking` before and `looked` or
    `look_failed` after it.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._followed: dict[str, _Followed] = {}
        self._over: dict[str, Session] = {}
        """Listed still, but nobody plays them any more."""
        self._young: dict[str, float] = {}
        """DLNA sessions that do not count yet, and when each was first listed."""
        self._unlisted: dict[str, int] = {}
        """Keys that only notifications had, and how many lists were read for each."""
        self._meanwhile: dict[str, PlaybackNotification] = {}
        """The newest notification of each session since the last list was requested."""
        self._others: Mapping[str, str | None] = {}
        self._looks: deque[float] = deque(maxlen=MOST_LOOKS)
        self._wanted: float | None = None
        self._failures = 0
        self._not_before = 0.0
        self._known = False
        self._in_step = False
        """Whether a list has been read since the notifications began."""

    @property
    def sessions(self) -> list[Session]:
        """The sessions, as they are now."""
        return [
            replace(each.session, state=each.state) for each in self._followed.values()
        ]

    @property
    def is_lost(self) -> bool:
        """Whether so many lists have failed that the sessions are not known."""
        return self._failures >= LOST_AFTER

    def connected(self, now: float) -> None:
        """Begin anew: notifications come from now on, and may be about other sessions.

        The keys of sessions begin at 1 again when a server restarts. Failed lists delay
        the first one no longer, but all after it: a server that ends its stream again
        and again is asked once for each stream.
        """
        self._in_step = False
        self._unlisted.clear()
        self._young.clear()
        self._not_before = 0.0
        self._want(now)

    def next_look(self) -> float | None:
        """Return when to ask for a list of sessions; None before `connected`."""
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
        self._meanwhile.clear()

    def look_failed(self, now: float) -> None:
        """Try again, later and later."""
        wait = RETRIES[min(self._failures, len(RETRIES) - 1)]
        self._failures += 1
        self._not_before = now + wait
        self._want(self._not_before)

    def notified(
        self, notification: PlaybackNotification, now: float
    ) -> list[PlaybackEvent]:
        """Return what a notification says has happened."""
        followed = self._followed.get(notification.key)
        if followed and notification.state in ENDS:
            # Players say so as well when they are paused or in the background.
            followed.stop_told, followed.doubts = True, 0
            self._want(now)
            return []
        if notification.key in self._meanwhile or len(self._meanwhile) < MAX_KEYS:
            self._meanwhile[notification.key] = notification
        if not self._in_step:
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
        """Return what a list of sessions shows to have happened."""
        self._failures, self._not_before = 0, 0.0
        listed = {key: self._newest(each) for key, each in snapshot.sessions.items()}
        self._others = snapshot.others
        events = [
            event
            for key in tuple(self._followed)
            for event in self._look_at(key, listed.get(key), now)
        ]
        self._over = {
            key: session
            for key, session in self._over.items()
            if key in listed and _is_unmoved(session, listed[key])
        }
        for key, session in listed.items():
            if key not in self._followed and key not in self._over:
                events += self._begin(session, now)
        self._young = {key: self._young[key] for key in self._young if key in listed}
        for key in (*listed, *self._others):
            self._unlisted.pop(key, None)
        self._look_again(now)
        self._known = self._in_step = True
        for notification in tuple(self._meanwhile.values()):
            if notification.state in ENDS:
                # Its session was not known yet.
                self.notified(notification, now)
        return events

    def _newest(self, listed: Session) -> Session:
        """Return a listed session, updated by its newer notification."""
        notification = self._meanwhile.get(listed.key)
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
        """Request lists for a session that only notifications have."""
        key = notification.key
        if notification.state in ENDS:
            self._unlisted.pop(key, None)
            return
        if key in self._others and (
            None in {self._others[key], notification.rating_key}
            or self._others[key] == notification.rating_key
        ):
            return
        over = self._over.get(key)
        if over and not (
            notification.state == "paused" or _moves(notification.view_offset, over)
        ):
            return
        if over or key in self._young:
            self._want(now)
        elif key not in self._unlisted:
            if len(self._unlisted) >= MAX_KEYS:
                self._unlisted.clear()
            self._unlisted[key] = 0
            self._want(now)

    def _look_at(
        self, key: str, session: Session | None, now: float
    ) -> Iterator[PlaybackEvent]:
        """Compare a followed session with what is listed under its key."""
        followed = self._followed[key]
        if session is None:
            if followed.missing_since is None:
                followed.missing_since = now
            if (
                followed.stop_told
                or not self._in_step
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
        if followed.stop_told:
            followed.doubts += 1
        vanishes_at = followed.vanishes_at
        if vanishes_at is not None and now >= vanishes_at:
            self._over[key] = session
            yield self._end(key)

    def _begin(self, session: Session, now: float) -> Iterator[PlaybackEvent]:
        """Follow a session that is new. Those of the first list have long started."""
        key = session.key
        if session.dlna and self._known:
            if now - self._young.setdefault(key, now) < DLNA_LENGTH:
                return
            del self._young[key]
        state: FollowedState = "paused" if session.state == "paused" else "playing"
        self._followed[key] = _Followed(session, state, moved_at=now)
        if not self._known:
            return
        yield PlaybackEvent(type="started", session=replace(session, state="playing"))
        if state == "paused":
            yield PlaybackEvent(type="paused", session=replace(session, state=state))

    def _end(self, key: str) -> PlaybackEvent:
        """Follow a session no longer."""
        followed = self._followed.pop(key)
        session = replace(followed.session, state=followed.state)
        return PlaybackEvent(type="stopped", session=session)

    def _look_again(self, now: float) -> None:
        """Want further lists as long as something is not certain."""
        if self._young:
            self._want(now + DLNA_LENGTH)
        for key, looks in self._unlisted.items():
            if looks < len(DOUBTS):
                self._unlisted[key] = looks + 1
                self._want(now + DOUBTS[looks])
        for followed in self._followed.values():
            if followed.stop_told and followed.doubts <= len(DOUBTS):
                self._want(now + DOUBTS[followed.doubts - 1])

    def _vanishing(self) -> Iterator[float | None]:
        """Yield when each session is over unless it shows a sign of life."""
        return (followed.vanishes_at for followed in self._followed.values())

    def _want(self, moment: float) -> None:
        """Want a list at this moment at the latest."""
        self._wanted = moment if self._wanted is None else min(self._wanted, moment)


def _update(
    followed: _Followed, state: str | None, view_offset: int | None, now: float
) -> Iterator[PlaybackEvent]:
    """Update a session from a notification or a list."""
    if state not in {followed.state, None} or _moves(view_offset, followed.session):
        followed.moved_at = now
        if followed.doubts:
            followed.stop_told, followed.doubts = False, 0
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
    """Tell whether a session is elsewhere than before."""
    return view_offset is not None and view_offset != session.view_offset


def _is_unmoved(before: Session, now: Session) -> bool:
    """Tell whether nobody has touched a session."""
    return (
        before.is_same(now)
        and before.state == now.state
        and before.view_offset == now.view_offset
    )


def _is_another(notification: PlaybackNotification, session: Session) -> bool:
    """Tell whether a notification is about another title; live TV has none."""
    return (
        session.media_type != "live"
        and notification.rating_key is not None
        and session.rating_key is not None
        and notification.rating_key != session.rating_key
    )
