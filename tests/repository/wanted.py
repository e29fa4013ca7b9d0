"""The texts that the code asks for, by their keys in a language file."""

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from .reading import Reading
from .source import Source, argument, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reading import Value

# A key, and the placeholders that the code gives for its text.
type Key = tuple[str, Value]


class Wanted:
    """What must be in a language file and what may be, with the placeholders given."""

    def __init__(self) -> None:
        """Read the component; want nothing yet."""
        self.source = Source()
        self.must: defaultdict[str, set[Value]] = defaultdict(set)
        self.may: defaultdict[str, set[Value]] = defaultdict(set)
        self._reading = Reading(self.source)
        self.elements = self._reading.elements

    def keys(
        self, call: ast.Call, name: str, position: int | None, placeholders: str
    ) -> set[Key]:
        """Return what a call passes by a name, each with the placeholders beside it."""
        passed = argument(call, name, position)
        assert passed, f"{self.source.place(call)} passes no {name}"
        given = argument(call, placeholders)
        found: set[Key] = set()
        for world in self._reading.worlds(call):
            for value in self._reading.values(passed, world):
                message = f"{self.source.place(call)}: {name} cannot be told"
                assert isinstance(value, str), message
                beside = self._reading.values(given, world) if given else [frozenset()]
                # Nothing is where a value starts before it is set.
                found |= {(value, keys) for keys in beside if value}
        return found

    def texts(self, expression: ast.expr) -> set[str]:
        """Return the texts that an expression may hold, or the elements of a list."""
        found = set()
        for element in self._reading.elements(expression) or [expression]:
            for world in self._reading.worlds(element):
                for value in self._reading.values(element, world):
                    for text in value if isinstance(value, frozenset) else [value]:
                        message = f"{self.source.place(element)} cannot be told"
                        assert isinstance(text, str), message
                        found.add(text)
        return found

    def fields(self, *schemas: ast.expr | None) -> set[str]:
        """Return the fields of schemas, whether literal, named, joined or returned."""
        return {field for schema in schemas for field in self._fields(schema)}

    def _fields(self, schema: ast.expr | None) -> Iterator[str]:
        """Yield the fields of one schema."""
        match schema:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if key is None:
                        yield from self.fields(value)
                    else:
                        marked = key.args[0] if isinstance(key, ast.Call) else key
                        yield from self.texts(marked)
            case ast.BinOp(left=left, right=right):
                yield from self.fields(left, right)
            case ast.Name() | ast.Attribute():
                assigned = self.source.assigned[name_of(schema)]
                yield from self.fields(*(value for _, value in assigned))
            case ast.Call(func=ast.Attribute(value=base, attr="extend"), args=[more]):
                yield from self.fields(base, more)
            case ast.Call(func=called):
                if own := self.source.returned[name_of(called)]:
                    yield from self.fields(*own)
                else:
                    suggested_to = argument(schema, "data_schema")
                    literal = argument(schema, "schema", 0)
                    yield from self.fields(literal or suggested_to)
