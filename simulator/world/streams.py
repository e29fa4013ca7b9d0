"""What is being played on a media server."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.http.wire import Json

    from .people import Person

type StreamState = Literal["playing", "paused", "buffering"]


@dataclass(eq=False, kw_only=True)
class Stream:
    """A film of the first library that somebody plays on a TV."""

    id: str
    person: Person
    title: str
    local: bool = True
    """Whether the TV is in the server's own network."""
    key: int | None = None
    """The server's number for it; by its place among all if there is none."""
    state: StreamState = "playing"
    view_offset: int = 65_000
    """Milliseconds."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    """Fields that are not those of a film on a TV; None leaves one out."""

    @property
    def player(self) -> str:
        """The identifier of the player."""
        return f"tv-{self.id}"
