"""The notifications that a media server sends to its listeners."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.http.wire import Json

    from .people import Person


@dataclass(frozen=True, kw_only=True)
class Notification:
    """One notification; it can describe several changes of one kind."""

    kind: str
    """Its `type` in a WebSocket, and the name of the event in a stream."""
    body: str
    """The name of the field that holds the changes."""
    changes: Sequence[Mapping[str, Json]]
    person: Person | None = None
    """The person whose session it is about; without one, only the owner receives it."""
