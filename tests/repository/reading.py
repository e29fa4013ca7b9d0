"""What an expression of the component may hold, read without running it."""

import ast
from itertools import product
from typing import TYPE_CHECKING, Any

from homeassistant import const

from .source import Source, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .source import Function

# A text, the keys of a dict, or a tuple of such; None is what reading cannot tell.
type Value = str | frozenset[str] | tuple[Value, ...] | None
# What the names of one function hold, for one way to get there.
type World = dict[str, Value]


class Reading:
    """Follows a value to where it comes from.

    That is through names, conditions, tuples, attributes, return values and arguments:
    far enough to know the key of each text.
    """

    def __init__(self, source: Source) -> None:
        """Read this source."""
        self._source = source
        self._entered: list[Function] = []
        self._readers: dict[type, Callable[[Any, World], list[Value]]] = {
            ast.Constant: lambda e, _: [e.value] if isinstance(e.value, str) else [],
            ast.Name: self._name,
            ast.Attribute: lambda e, _: self._attribute(e),
            ast.Call: lambda e, _: self._call(e),
            ast.IfExp: lambda e, w: self.values(e.body, w) + self.values(e.orelse, w),
            ast.Await: lambda e, w: self.values(e.value, w),
            ast.NamedExpr: lambda e, w: self.values(e.value, w),
            ast.Tuple: self._tuple,
            ast.Dict: self._dict,
        }

    def values(self, expression: ast.expr, world: World) -> list[Value]:
        """Return what an expression may hold in a world; never nothing."""
        reader = self._readers.get(type(expression))
        return (reader(expression, world) if reader else []) or [None]

    def worlds(self, node: ast.AST) -> list[World]:
        """Return what the names in a node hold, for each way to get there."""
        function = self._source.function(node)
        names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        if function is None or function in self._entered:
            return [{}]
        self._entered.append(function)
        worlds: list[World] = [{}]
        if names & _parameters(function):
            worlds = [
                bound
                for call in self._source.calls(function.name)
                for bound in self._bind(function, names, call)
            ] or worlds
        for inner in ast.walk(function):
            match inner:
                case ast.Assign(targets=[ast.Tuple() as target], value=value):
                    worlds = self._unpack(target, names, [value], worlds)
                case ast.For(target=target, iter=rows):
                    worlds = self._unpack(target, names, self.elements(rows), worlds)
        self._entered.pop()
        return [dict(world) for world in {tuple(world.items()) for world in worlds}]

    def elements(self, expression: ast.expr) -> list[ast.expr]:
        """Return the elements of a literal, also where constants name it."""
        match expression:
            case ast.Name(id=name):
                held = [value for _, value in self._source.assigned[name]]
                return [element for value in held for element in self.elements(value)]
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return elements
        return []

    def _bind(
        self, function: Function, names: set[str], call: ast.Call
    ) -> Iterator[World]:
        """Yield what a call binds to those parameters that have one of these names."""
        arguments = function.args
        ordered = [one.arg for one in arguments.args if one.arg not in {"self", "cls"}]
        given = dict(zip(ordered, call.args, strict=False))
        given |= {one.arg: one.value for one in call.keywords if one.arg}
        known = [one for one in given if one in names & _parameters(function)]
        for outer in self.worlds(call):
            held = [self.values(given[one], outer) for one in known]
            for values in product(*held):
                world: World = dict(zip(known, values, strict=True))
                if arguments.kwarg:
                    others = given.keys() - _parameters(function)
                    world[arguments.kwarg.arg] = frozenset(others)
                yield world

    def _unpack(
        self,
        target: ast.expr,
        names: set[str],
        rows: list[ast.expr],
        worlds: list[World],
    ) -> list[World]:
        """Return the worlds after each of these rows was put into a target."""
        several = isinstance(target, ast.Tuple)
        targets = [name_of(one) for one in getattr(target, "elts", [target])]
        if not names & set(targets):
            return worlds
        unpacked = []
        for world in worlds:
            for value in (held for row in rows for held in self.values(row, world)):
                parts = value if several else (value,)
                if isinstance(parts, tuple) and len(parts) == len(targets):
                    held = dict(zip(targets, parts, strict=True))
                    unpacked.append({**world, **held})
        return unpacked or worlds

    def _name(self, expression: ast.Name, world: World) -> list[Value]:
        """Read a name: of this world, of this function or else of a module.

        What is none of ours may be one of Home Assistant's own constants.
        """
        if expression.id in world:
            return [world[expression.id]]
        function = self._source.function(expression)
        local, outside = (
            [
                value
                for target, value in self._source.assigned[expression.id]
                if isinstance(target, ast.Name)
                and self._source.function(target) is where
            ]
            for where in (function, None)
        )
        ours = local or outside
        if not ours and isinstance(theirs := getattr(const, expression.id, None), str):
            return [theirs]
        return self._all_values(ours)

    def _attribute(self, expression: ast.Attribute) -> list[Value]:
        """Read an attribute, whoever's: names are chosen well enough for that."""
        return self._all_values(
            [
                value
                for target, value in self._source.assigned[expression.attr]
                if isinstance(target, ast.Attribute)
                or self._source.function(target) is None
            ]
        )

    def _call(self, expression: ast.Call) -> list[Value]:
        """Read what a function of ours returns."""
        called = expression.func
        either = [called.body, called.orelse] if isinstance(called, ast.IfExp) else None
        return self._all_values(
            [
                value
                for one in either or [called]
                for value in self._source.returned[name_of(one)]
            ]
        )

    def _tuple(self, expression: ast.Tuple, world: World) -> list[Value]:
        """Read a tuple."""
        return list(product(*(self.values(part, world) for part in expression.elts)))

    def _dict(self, expression: ast.Dict, world: World) -> list[Value]:
        """Read the keys of a dict, those of dicts that it spreads included."""
        parts = [
            [frozenset({one}) if isinstance(one, str) else one for one in held]
            for key, value in zip(expression.keys, expression.values, strict=True)
            for held in [self.values(key or value, world)]
        ]
        found: list[Value] = []
        for part in product(*parts):
            sets = [keys for keys in part if isinstance(keys, frozenset)]
            known = len(sets) == len(part)
            found.append(frozenset().union(*sets) if known else None)
        return found

    def _all_values(self, expressions: list[ast.expr]) -> list[Value]:
        """Return what these may hold, each in the worlds where it stands."""
        return [
            value
            for expression in expressions
            for world in self.worlds(expression)
            for value in self.values(expression, world)
        ]


def _parameters(function: Function) -> set[str]:
    """Name the parameters of a function."""
    arguments = function.args
    several = [one for one in (arguments.vararg, arguments.kwarg) if one]
    return {
        one.arg
        for one in (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            *several,
        )
    }
