"""The differences between responses, and which of them break the integration.

A difference breaks the integration if the same change to the simulator's response
changes the client's result, or if the result lacks a value that it always has with the
simulator. So no list of the fields that the integration reads is needed.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from custom_components.plex_account.plextv import (
    PlexTvConnectionError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)

from .bodies import Bodies, sorts_of
from .differences import BREAKS, UNKNOWN, Difference
from .made import Made
from .shapes import Shape, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from .course import Asked
    from .differences import Verdict

FINE: Final = "an answer that it reads"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """All requests of one name to plex.tv, and those to the simulator."""

    name: str
    found: Sequence[Asked]
    known: Sequence[Asked]
    unanswered: str | None = None
    """Why there is no response to compare."""
    not_asked: str | None = None
    """What the request needs, and was missing."""
    differences: tuple[Difference, ...] = ()

    @property
    def why_not(self) -> str | None:
        """Why nothing was compared, as a sentence."""
        if self.not_asked:
            return f"Not asked: it needs {self.not_asked}."
        return f"Not answered: {self.unanswered}." if self.unanswered else None

    @property
    def is_same(self) -> bool:
        """Whether it was compared, and nothing is different."""
        return not self.differences and not self.why_not

    @property
    def shape(self) -> Shape:
        """The shape of the bodies."""
        return _shape(self.found)

    @property
    def known_shape(self) -> Shape:
        """The shape of the simulator's bodies."""
        return _shape(self.known)

    @property
    def statuses(self) -> list[str]:
        """The statuses and types of the responses."""
        return sorted(_all(map(_statuses, self.found)) | _all(map(_types, self.found)))

    @property
    def texts(self) -> frozenset[str]:
        """Every text in the bodies, none of which may be in a report."""
        return frozenset(_texts(_values(self.found)))


async def compare(name: str, found: list[Asked], known: list[Asked]) -> Comparison:
    """Compare the responses to all requests of one name with the simulator's."""
    unanswered = next(filter(None, map(_outage, found)), None)
    if not known:
        unanswered = "the stand-in was not asked this"
    if unanswered:
        return Comparison(name=name, found=found, known=known, unanswered=unanswered)
    differences = [
        difference
        for what, verdict, read in (
            ("what the client makes of it", BREAKS, _made),
            ("status", UNKNOWN, _statuses),
            ("number of the error", UNKNOWN, _codes),
            ("type of the body", UNKNOWN, _types),
            ("headers", UNKNOWN, _headers),
        )
        if (difference := _beside(what, verdict, found, known, read))
    ]
    for sort in sorted(sorts_of(found) & sorts_of(known)):
        bodies = Bodies(found, known, sort)
        differences += [one async for one in bodies.differences()]
    differences += [one async for one in Made(found, known).unread()]
    return Comparison(
        name=name, found=found, known=known, differences=tuple(differences)
    )


def _outage(asked: Asked) -> str | None:
    """Return why a response is not compared: plex.tv is down or limits requests."""
    match asked.outcome:
        case PlexTvRateLimitError():
            return "too many requests (429)"
        case PlexTvConnectionError():
            return "no answer"
        case PlexTvResponseError(status=status) if status >= (
            HTTPStatus.INTERNAL_SERVER_ERROR
        ):
            return f"out of order ({status})"
    return None


def _made(asked: Asked) -> frozenset[str]:
    """Return whether the client could read the responses, or its error."""
    return frozenset({asked.error or FINE})


def _statuses(asked: Asked) -> frozenset[str]:
    """Return the statuses of the responses."""
    return frozenset(str(answer.status) for answer in asked.answers)


def _codes(asked: Asked) -> frozenset[str]:
    """Return plex.tv's own code for an error."""
    if isinstance(asked.outcome, PlexTvResponseError) and asked.outcome.code:
        return frozenset({str(asked.outcome.code)})
    return frozenset({"none"})


def _types(asked: Asked) -> frozenset[str]:
    """Return the declared media types of the responses, with the actual formats."""
    return frozenset(
        f"{answer.media_type} ({answer.body_kind})" for answer in asked.answers
    )


def _headers(asked: Asked) -> frozenset[str]:
    """Return the relevant headers of the responses."""
    return frozenset(
        ", ".join(sorted(answer.header_names)) or "none" for answer in asked.answers
    )


def _all(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return the union of some sets."""
    return frozenset().union(*sets)


def _beside(
    what: str,
    verdict: Verdict,
    found: Sequence[Asked],
    known: Sequence[Asked],
    read: Callable[[Asked], frozenset[str]],
) -> Difference | None:
    """Return a difference if something was found that the simulator never has."""
    here, there = _all(map(read, found)), _all(map(read, known))
    if here <= there:
        return None
    return Difference(verdict=verdict, what=what, known=there, found=here)


def _shape(asked: Sequence[Asked]) -> Shape:
    """Return the shape of all bodies together."""
    values = _values(asked)
    return shape_of(values) if values else {}


def _values(asked: Sequence[Asked]) -> list[object]:
    """Return the values of all bodies that have a structure."""
    values = (answer.value for one in asked for answer in one.answers)
    return [value for value in values if not isinstance(value, str)]


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
