"""The report in Markdown, which contains shapes and no values, and may be public."""

import re
from typing import TYPE_CHECKING, Final

from .differences import BREAKS, UNKNOWN
from .shapes import ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .comparison import Comparison
    from .differences import Difference
    from .shapes import Path, Shape

# Matches the name of a field, but no identifier that is used as a name.
NAME: Final = re.compile(r"@?[A-Za-z][A-Za-z_-]{0,39}[0-9]?")
# "nextEpisodeOriginallyAvailableAt" has four.
MAX_CAPITALS: Final = 6
HIDDEN: Final = "(a name)"
# Differences that have a path; the empty path is the whole body.
NAMED: Final = frozenset({"missing", "new", "type", "unread"})
WHOLE: Final = "(the whole)"
INTRODUCTION: Final = """\
# plex.tv and the simulator

What `scripts/contract` was answered, compared with what the project's simulator answers
to the same. Nothing in here is a value: only statuses, types and names of fields."""


class Report:
    """The report on all comparisons."""

    def __init__(
        self, compared: Sequence[Comparison], notes: Sequence[str] = ()
    ) -> None:
        """Report comparisons, and other observations."""
        self.compared = compared
        self.notes = notes
        self._names = {
            name for one in compared for path in one.known_shape for name in path
        }
        self._texts = {text for one in compared for text in one.texts}

    def count(self, verdict: str) -> int:
        """Count the differences of a kind."""
        found = (each for one in self.compared for each in one.differences)
        return sum(difference.verdict == verdict for difference in found)

    @property
    def nobody_answered(self) -> bool:
        """Whether there was no response to compare."""
        return all(one.unanswered or one.not_asked for one in self.compared)

    @property
    def summary(self) -> str:
        """The result in one line."""
        same = sum(one.is_same for one in self.compared)
        unanswered = sum(bool(one.unanswered) for one in self.compared)
        not_asked = sum(bool(one.not_asked) for one in self.compared)
        return (
            f"{len(self.compared)} questions: {same} the same, {unanswered} not"
            f" answered, {not_asked} not asked; differences: {self.count(BREAKS)} that"
            f" break the integration, {self.count(UNKNOWN)} that the simulator does not"
            " know."
        )

    @property
    def text(self) -> str:
        """The whole report."""
        return "\n".join([*self._lines(), ""])

    def _lines(self) -> Iterator[str]:
        """Yield the lines of the report."""
        yield from (INTRODUCTION, "", self.summary)
        if self.notes:
            yield from ("", *(f"- {note}" for note in self.notes))
        for one in self.compared:
            if why := one.why_not:
                yield from ("", f"## {one.name}", "", why)
            elif one.differences:
                yield from ("", f"## {one.name}", "")
                ranked = sorted(one.differences, key=lambda d: d.verdict != BREAKS)
                yield from map(self._difference, ranked)
        yield from ("", "## Shapes of all answers", "", "```text")
        for one in self.compared:
            if one.not_asked:
                continue
            yield f"{one.name}: {', '.join(one.statuses) or 'no answer'}"
            yield from self._shape(one.shape)
        yield "```"

    def _difference(self, difference: Difference) -> str:
        """Return a line for a difference."""
        mark = "**breaks us**" if difference.verdict == BREAKS else difference.verdict
        known, found = _listed(difference.known), _listed(difference.found)
        if not difference.path and difference.what not in NAMED:
            return f"- {mark}: {difference.what}: {found}; known: {known}"
        where = f"`{self._path(difference.path)}`"
        match difference.what:
            case "new":
                return f"- {mark}: {where} is new: {found}"
            case "missing":
                return f"- {mark}: {where} is missing; known: {known}"
            case "unread":
                return f"- {mark}: the client makes nothing of {where}; known: {known}"
        return f"- {mark}: {where} is {found}; known: {known}"

    def _shape(self, shape: Shape) -> Iterable[str]:
        """Return a line for each path; hidden names of the same type share a line."""
        return dict.fromkeys(
            f"  {self._path(path)}: {_listed(kinds)}" for path, kinds in shape.items()
        )

    def _path(self, path: Path) -> str:
        """Format a path; names that may be values are hidden."""
        if not path:
            return WHOLE
        return ".".join(map(self._name, path)).replace(f".{ITEMS}", ITEMS)

    def _name(self, name: str) -> str:
        """Return a name if the simulator uses it, or if it is clearly not a value."""
        if name in self._names or name == ITEMS:
            return name
        capitals = sum(map(str.isupper, name))
        fits = NAME.fullmatch(name) and capitals <= MAX_CAPITALS
        return name if fits and name not in self._texts else HIDDEN


def _listed(kinds: Iterable[str]) -> str:
    """Format a list of types."""
    return ", ".join(sorted(kinds)) or "nothing"
