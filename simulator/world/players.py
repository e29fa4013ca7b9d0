"""Players, which plex.tv lists among the servers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .people import Person


@dataclass(frozen=True, kw_only=True)
class SimulatedPlayer:
    """One player."""

    name: str
    owner: Person
    client_identifier: str
