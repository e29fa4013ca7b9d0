"""What is being played on a media server."""

from dataclasses import dataclass, field
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .people import Person


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A film of the first library that somebody plays on a TV."""

    person: Person
    title: str
    local: bool = True
    """Whether the TV is in the server's own network."""
    id: str = field(default_factory=lambda: secrets.token_hex(12))
