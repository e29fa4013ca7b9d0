"""A stream of a media server."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.http.wire import Json

    from .people import Person

type StreamState = Literal["playing", "paused", "buffering"]


@dataclass(eq=False, kw_only=True)
class Stream:
    """A film of the first library that a person plays on a TV."""

    id: str
    person: Person
    title: str
    local: bool = True
    """Whether the TV is in the server's own network."""
    key: int | None = None
    """The number of its session; None for its position in the list of streams."""
    state: StreamState = "playing"
    view_offset: int = 65_000
    """The position in milliseconds."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    """Fields that differ from those of a film on a TV; None leaves one out."""

    @property
    def player(self) -> str:
        """The identifier of the player."""
        return f"tv-{self.id}"
