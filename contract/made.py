"""Values that are missing in the client's results, although it reads the responses."""

from functools import partial
from typing import TYPE_CHECKING

from .bodies import EMPTY, Bodies, changed, result, sorts_of
from .differences import BREAKS, Difference
from .shapes import ITEMS, Path, Shape, filled, replaced, shape_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from .course import Asked


class Made:
    """A comparison of the client's results for responses that it could read."""

    def __init__(self, found: Sequence[Asked], known: Sequence[Asked]) -> None:
        """Compare results from plex.tv (`found`) with the simulator's (`known`)."""
        self._found = [asked for asked in found if not asked.failed]
        self._known = [asked for asked in known if not asked.failed]

    async def unread(self) -> AsyncIterator[Difference]:
        """Yield values that are always null or empty here, but not in the simulator."""
        if not self._found or any(asked.question.varies for asked in self._found):
            return
        here = _filled_shape(asked.outcome for asked in self._found)
        there = _filled_shape(asked.outcome for asked in self._known)
        for path, kinds in here.items():
            items = (*path, ITEMS)
            known = there.get(path, frozenset())
            if kinds == {"null"} and known and "null" not in known:
                read = path
            elif kinds == {"list"} and items in there and items not in here:
                read = items
            else:
                continue
            if await self._is_misread(read):
                yield Difference(
                    verdict=BREAKS, what="unread", path=path, known=there[read]
                )

    async def _is_misread(self, made: Path) -> bool:
        """Return whether the responses have a value that the client fails to read.

        They do not if the field for that value is empty: with the simulator, the result
        is empty in this case as well.
        """
        for sort in sorts_of(self._found) & sorts_of(self._known):
            bodies = Bodies(self._found, self._known, sort)
            for path in bodies.empty_paths(self._found[0].question.counts):
                if await self._hangs_on(path, sort, made):
                    return False
        return True

    async def _hangs_on(self, path: Path, sort: str, made: Path) -> bool:
        """Return whether the result at `made` changes if this field is empty."""
        if sort.endswith("XML"):
            return False
        for asked in self._known:
            results = [
                await changed(asked, sort, partial(replaced, path=path, new=empty))
                for empty in EMPTY
            ]
            made_of_it = _filled_shape([asked.outcome])
            if made in made_of_it and any(
                made_of_it[made] != _filled_shape([one]).get(made) for one in results
            ):
                return True
        return False


def _filled_shape(made: Iterable[object]) -> Shape:
    """Return the shape of the client's results, with null for empty values."""
    return shape_of([filled(result(one)) for one in made])
