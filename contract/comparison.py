"""What is different: which differences break the integration, and which are news.

A difference breaks the integration if its client makes something else of an answer of
the simulator once that answer is changed in the same way. So nobody has to list what
the integration reads.
"""

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal

from custom_components.plex_account.plextv import (
    PlexTvConnectionError,
    PlexTvError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)

from .shapes import (
    ABSENT,
    ITEMS,
    Path,
    Shape,
    at,
    kind,
    plain,
    replaced,
    shape_of,
    without,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence

    from .answers import Answer
    from .course import Asked

    type Change = Callable[[object], object]
    """Changes the body of an answer."""
    type Verdict = Literal["breaks us", "unknown to the stand-in"]

BREAKS: Final[Verdict] = "breaks us"
UNKNOWN: Final[Verdict] = "unknown to the stand-in"
FINE: Final = "an answer that it reads"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One difference, without values."""

    verdict: Verdict
    what: str
    """What is different: "status", "field"."""
    path: Path = ()
    """Where in the body."""
    known: frozenset[str] = frozenset()
    """What the simulator has there."""
    found: frozenset[str] = frozenset()
    """What is there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """All that was asked under one name, beside what the simulator answers."""

    name: str
    found: Sequence[Asked]
    known: Sequence[Asked]
    unanswered: str | None = None
    """Why there is nothing to compare."""
    differences: tuple[Difference, ...] = ()

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
    for sort in sorted(_all(map(_sorts, found)) & _all(map(_sorts, known))):
        bodies = _Bodies(found, known, sort)
        differences += [one async for one in bodies.differences()]
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


def _sorts(asked: Asked) -> frozenset[str]:
    """Return which sorts of bodies there are."""
    return frozenset(map(_sort, asked.answers))


def _sort(answer: Answer) -> str:
    """Return what can be compared: the same route, class of status and format."""
    return f"{answer.route} {answer.status // 100} {answer.body_kind}"


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


class _Bodies:
    """Compares bodies of the same sort."""

    def __init__(
        self, found: Sequence[Asked], known: Sequence[Asked], sort: str
    ) -> None:
        """Compare what was found with what the simulator has."""
        self._sort = sort
        self._known = known
        self._values = self._of(found)
        self._found_shape = shape_of(self._values) if self._values else {}
        there = self._of(known)
        self._known_shape = shape_of(there) if there else {}

    def _of(self, asked: Sequence[Asked]) -> list[object]:
        """Return the bodies of this sort that hold something."""
        answers = [answer for one in asked for answer in one.answers]
        values = [one.value for one in answers if _sort(one) == self._sort]
        return [value for value in values if not isinstance(value, str)]

    async def differences(self) -> AsyncIterator[Difference]:
        """Yield what is new, missing or of another type."""
        here, there = self._found_shape, self._known_shape
        for path, kinds in here.items():
            known = there.get(path)
            if known is None:
                holder = "list" if path[-1] == ITEMS else "object"
                if holder in there.get(path[:-1], ()):
                    yield Difference(
                        verdict=UNKNOWN, what="new", path=path, found=kinds
                    )
                continue
            if "number" in known:
                known |= {"whole number"}
            if ABSENT in kinds - known:
                yield await self._missing(path, known)
            if kinds - known - {ABSENT}:
                yield await self._other_type(path, known, kinds)
        for path, kinds in there.items():
            if (
                path not in here
                and ABSENT not in kinds
                and path[-1:] != (ITEMS,)
                and "object" in here.get(path[:-1], ())
            ):
                yield await self._missing(path, kinds)

    async def _missing(self, path: Path, known: frozenset[str]) -> Difference:
        """Return a field that is missing, with what that does to the client."""
        breaks = await self._matters(partial(without, path=path), _result)
        return Difference(
            verdict=BREAKS if breaks else UNKNOWN,
            what="missing",
            path=path,
            known=known,
            found=frozenset({ABSENT}),
        )

    async def _other_type(
        self, path: Path, known: frozenset[str], found: frozenset[str]
    ) -> Difference:
        """Return a value of another type, with what that does to the client."""
        samples = [
            next(
                value
                for body in self._values
                for value in at(body, path)
                if kind(value) == one
            )
            for one in sorted(found - known - {ABSENT})
        ]
        breaks = any(
            [
                await self._matters(partial(replaced, path=path, new=sample), _outline)
                for sample in samples
            ]
        )
        return Difference(
            verdict=BREAKS if breaks else UNKNOWN,
            what="type",
            path=path,
            known=known,
            found=found,
        )

    async def _matters(self, change: Change, seen: Callable[[object], object]) -> bool:
        """Tell whether the client makes something else of changed answers.

        XML cannot be changed here; what it means shows in what the client makes of it.
        """
        if self._sort.endswith("XML"):
            return False
        for asked in self._known:
            changed = tuple(
                answer.with_value(change(answer.value))
                if _sort(answer) == self._sort
                else answer
                for answer in asked.answers
            )
            before = await asked.again(asked.answers)
            if seen(before) != seen(await asked.again(changed)):
                return True
        return False


def _outline(made: object) -> Shape:
    """Return the shape of what the client made of an answer."""
    return shape_of([_result(made)])


def _result(made: object) -> object:
    """Return what the client made of an answer as a value that can be compared."""
    if isinstance(made, PlexTvError):
        number = made.code if isinstance(made, PlexTvResponseError) else None
        return {"error": type(made).__name__, "code": number}
    return plain(made)
