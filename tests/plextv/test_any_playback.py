"""The state machine of a server, with arbitrary notifications and lists."""

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from custom_components.plex_account.plextv import (
    Playback,
    PlaybackNotification,
    Session,
    Snapshot,
)
from custom_components.plex_account.plextv.playback import RETRIES, SAFETY

if TYPE_CHECKING:
    from custom_components.plex_account.plextv.sessions import SessionState

KEYS = st.sampled_from(["1", "2", "3"])
STATES = st.sampled_from(["playing", "paused", "buffering", "stopped", "error", "x"])
LISTED: st.SearchStrategy[SessionState | None] = st.sampled_from(
    ["playing", "paused", "buffering", None]
)
SESSIONS = st.builds(
    Session,
    key=KEYS,
    media_type=st.sampled_from(["movie", "live", "track"]),
    state=LISTED,
    user=st.sampled_from(["Alice", "Bob"]),
    player_id=st.sampled_from(["tv", "phone"]),
    rating_key=st.sampled_from(["100", "101", None]),
    view_offset=st.none() | st.integers(0, 3),
    dlna=st.booleans(),
)


class AnyOrder(RuleBasedStateMachine):
    """Notifications and lists in any order."""

    def __init__(self) -> None:
        """Start without sessions."""
        super().__init__()
        self.playback = Playback()
        self.now = 0.0
        self.began: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.state: dict[str, str] = {}

    @initialize()
    def connect_first(self) -> None:
        """Open the first stream."""
        self.playback.connected(self.now)

    @rule()
    def connect(self) -> None:
        """Open another stream."""
        self.playback.connected(self.now)

    @rule(seconds=st.sampled_from([0.1, 1.0, 30.0, 61.0, 400.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    @rule(key=KEYS, state=STATES, offset=st.none() | st.integers(0, 3))
    def tell(self, key: str, state: str, offset: int | None) -> None:
        """Send a notification of a session."""
        told = PlaybackNotification(key=key, state=state, view_offset=offset)
        for event in self.playback.notified(told, self.now):
            self._note(event.type, event.session)

    @rule(
        sessions=st.lists(SESSIONS, max_size=4),
        meanwhile=st.lists(st.tuples(KEYS, STATES), max_size=3),
        fails=st.booleans(),
    )
    def look(
        self,
        sessions: list[Session],
        meanwhile: list[tuple[str, str]],
        *,
        fails: bool,
    ) -> None:
        """Return any list, or fail, while notifications arrive."""
        self.playback.looking(self.now)
        for key, state in meanwhile:
            self.tell(key, state, None)
        if fails:
            self.playback.look_failed(self.now)
            return
        before = {each.key for each in self.playback.sessions}
        listed = {each.key: each for each in sessions}
        told: set[str] = set()
        for event in self.playback.looked(Snapshot(sessions=listed), self.now):
            self._note(event.type, event.session)
            if event.type == "started":
                told.add(event.session.key)
        for each in self.playback.sessions:
            if each.key not in before | told:
                # The first list of a stream contained it, which causes no event.
                self.began[each.key] += 1
            self.state.setdefault(each.key, each.state or "playing")

    @invariant()
    def follows(self) -> None:
        """No session ends more often than it began, and another list is always due."""
        for key in self.began | self.ended:
            assert self.began[key] - self.ended[key] in {0, 1}
        on = {each.key: each.state for each in self.playback.sessions}
        assert on == self.state
        due = self.playback.next_look()
        assert due is not None
        assert due <= self.now + SAFETY + RETRIES[-1]

    def _note(self, kind: str, session: Session) -> None:
        """Apply an event to the expected state."""
        before = self.state.get(session.key)
        match kind:
            case "started":
                assert before is None
                self.began[session.key] += 1
                self.state[session.key] = "playing"
            case "paused":
                assert before == "playing"
                self.state[session.key] = "paused"
            case "resumed":
                assert before == "paused"
                self.state[session.key] = "playing"
            case _:
                assert before is not None
                self.ended[session.key] += 1
                del self.state[session.key]


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(stateful_step_count=40)


@given(st.lists(st.tuples(KEYS, STATES), max_size=20))
def test_nothing_is_told_before_a_list(told: list[tuple[str, str]]) -> None:
    """Notifications cause no events before the first list."""
    playback = Playback()
    playback.connected(0.0)
    for key, state in told:
        assert not playback.notified(PlaybackNotification(key=key, state=state), 1.0)
    assert playback.sessions == []
