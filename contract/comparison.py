"""What is different: which differences break the integration, and which are news.

A difference breaks the integration if its client makes something else of an answer of
the simulator once that answer is changed in the same way, or if it makes nothing of
what it always makes something of at the simulator. So nobody has to list what the
integration reads.
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
    """All that was asked under one name, beside what the simulator answers."""

    name: str
    found: Sequence[Asked]
    known: Sequence[Asked]
    unanswered: str | None = None
    """Why there is nothing to compare."""
    not_asked: str | None = None
    """What was missing to ask it."""
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
        """The statuses and types of the answers."""
        return sorted(_all(map(_statuses, self.found)) | _all(map(_types, self.found)))

    @property
    def texts(self) -> frozenset[str]:
        """Every text in the bodies, which no report may hold."""
        return frozenset(_texts(_values(self.found)))


async def compare(name: str, found: list[Asked], known: list[Asked]) -> Comparison:
    """Compare all that was asked under one name with what the simulator answered."""
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
    """Return why an answer says nothing about plex.tv's rules: it is out of order."""
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
    """Return what the client made of the answers: something, or which error."""
    return frozenset({asked.error or FINE})


def _statuses(asked: Asked) -> frozenset[str]:
    """Return the statuses of the answers."""
    return frozenset(str(answer.status) for answer in asked.answers)


def _codes(asked: Asked) -> frozenset[str]:
    """Return plex.tv's own number of an error."""
    if isinstance(asked.outcome, PlexTvResponseError) and asked.outcome.code:
        return frozenset({str(asked.outcome.code)})
    return frozenset({"none"})


def _types(asked: Asked) -> frozenset[str]:
    """Return what the answers say that they are, and what they are."""
    return frozenset(
        f"{answer.media_type} ({answer.body_kind})" for answer in asked.answers
    )


def _headers(asked: Asked) -> frozenset[str]:
    """Return which headers there are that matter."""
    return frozenset(
        ", ".join(sorted(answer.header_names)) or "none" for answer in asked.answers
    )


def _all(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return all members of some sets."""
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
    """Return the values of all bodies that hold some."""
    values = (answer.value for one in asked for answer in one.answers)
    return [value for value in values if not isinstance(value, str)]


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
