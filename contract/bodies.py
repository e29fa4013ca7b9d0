"""Bodies of responses: their shapes, and which fields the client reads."""

from functools import partial
from typing import TYPE_CHECKING, Final

from custom_components.plex_account.plextv import PlexTvError, PlexTvResponseError

from .differences import BREAKS, UNKNOWN, Difference
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
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from .answers import Answer
    from .course import Asked

    type Change = Callable[[object], object]
    """Changes the body of a response."""

EMPTY: Final[tuple[object, ...]] = (None, "", [])


def sorts_of(asked: Sequence[Asked]) -> frozenset[str]:
    """Return the sorts of the bodies."""
    return frozenset(sort_of(answer) for one in asked for answer in one.answers)


def sort_of(answer: Answer) -> str:
    """Return route, status class and format; bodies that share them are compared."""
    return f"{answer.route} {answer.status // 100} {answer.body_kind}"


async def changed(asked: Asked, sort: str, change: Change) -> object:
    """Return the client's result for the responses, with those of a sort changed."""
    return await asked.again(
        tuple(
            answer.with_value(change(answer.value))
            if sort_of(answer) == sort
            else answer
            for answer in asked.answers
        )
    )


class Bodies:
    """A comparison of bodies of the same sort."""

    def __init__(
        self, found: Sequence[Asked], known: Sequence[Asked], sort: str
    ) -> None:
        """Compare bodies from plex.tv (`found`) with the simulator's (`known`)."""
        self._sort = sort
        self._known = known
        self._values = self._of(found)
        self._found_shape = shape_of(self._values) if self._values else {}
        there = self._of(known)
        self._known_shape = shape_of(there) if there else {}

    def _of(self, asked: Sequence[Asked]) -> list[object]:
        """Return the bodies of this sort that have a structure."""
        answers = [answer for one in asked for answer in one.answers]
        values = [one.value for one in answers if sort_of(one) == self._sort]
        return [value for value in values if not isinstance(value, str)]

    def empty_paths(self, counts: Callable[[object], bool]) -> Iterator[Path]:
        """Yield the paths that are empty here, and filled in the simulator's bodies.

        A value of another type counts as empty: it is reported as a difference anyway.
        """
        for path, known in self._known_shape.items():
            values = [value for body in self._values for value in at(body, path)]
            if path[-1:] != (ITEMS,) and (
                all(_is_empty(one, counts) for one in values)
                or not known & self._found_shape.get(path, frozenset())
            ):
                yield path

    async def differences(self) -> AsyncIterator[Difference]:
        """Yield the fields that are new, missing or of another type."""
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
        """Return the difference for a missing field, with its verdict."""
        breaks = await self._matters(partial(without, path=path), result)
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
        """Return the difference for a value of another type, with its verdict."""
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
                await self._matters(partial(replaced, path=path, new=sample), outline)
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
        """Return whether changed responses change the client's result.

        XML cannot be changed here. Differences in it show in the client's result.
        """
        if self._sort.endswith("XML"):
            return False
        for asked in self._known:
            before = await asked.again(asked.answers)
            if seen(before) != seen(await changed(asked, self._sort, change)):
                return True
        return False


def _is_empty(value: object, counts: Callable[[object], bool]) -> bool:
    """Return whether a value is empty, or a list without rows that count."""
    return value in EMPTY or (isinstance(value, list) and not any(map(counts, value)))


def outline(made: object) -> Shape:
    """Return the shape of the client's result."""
    return shape_of([result(made)])


def result(made: object) -> object:
    """Return the client's result or error as a value that can be compared."""
    if isinstance(made, PlexTvError):
        number = made.code if isinstance(made, PlexTvResponseError) else None
        return {"error": type(made).__name__, "code": number}
    return plain(made)
