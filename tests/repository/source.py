"""The component's code as a tree, and what stands where in it."""

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from .tree import COMPONENT, relative

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

type Function = ast.FunctionDef | ast.AsyncFunctionDef

FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


class Source:
    """All modules of the component."""

    def __init__(self, folder: Path = COMPONENT) -> None:
        """Read every module."""
        self.nodes: list[ast.AST] = []
        # What is assigned to a name or an attribute, and what a function returns.
        self.assigned: defaultdict[str, list[tuple[ast.expr, ast.expr]]]
        self.assigned = defaultdict(list)
        self.returned: defaultdict[str, list[ast.expr]] = defaultdict(list)
        self._calls: defaultdict[str, list[ast.Call]] = defaultdict(list)
        self._files: dict[ast.AST, Path] = {}
        self._parents: dict[ast.AST, ast.AST] = {}
        for path in sorted(folder.rglob("*.py")):
            module = ast.parse(path.read_text(encoding="utf-8"))
            self._files[module] = path
            for node in ast.walk(module):
                for child in ast.iter_child_nodes(node):
                    self._parents[child] = node
                self._note(node)

    def _note(self, node: ast.AST) -> None:
        """Remember what will be looked up by its name."""
        self.nodes.append(node)
        match node:
            case ast.Call():
                self._calls[name_of(node.func)].append(node)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self.assigned[name_of(target)].append((target, value))
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                self.assigned[name_of(target)].append((target, value))
            case ast.Return(value=ast.expr() as value):
                if function := self.function(node):
                    self.returned[function.name].append(value)

    def calls(self, *names: str) -> list[ast.Call]:
        """Return every call of a function, method or class by one of these names."""
        return [call for name in names for call in self._calls[name]]

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what a node stands in, from the inside out."""
        while parent := self._parents.get(node):
            yield parent
            node = parent

    def file(self, node: ast.AST) -> Path:
        """Return the module in which a node stands."""
        return self._files[[node, *self.around(node)][-1]]

    def place(self, node: ast.expr) -> str:
        """Say where a node stands."""
        return f"{relative(self.file(node))}:{node.lineno}"

    def function(self, node: ast.AST) -> Function | None:
        """Return the function around a node."""
        return next((o for o in self.around(node) if isinstance(o, FUNCTIONS)), None)

    def classes(self, node: ast.AST) -> set[str]:
        """Name the class around a node and all that it inherits from."""
        names = {o.name for o in self.around(node) if isinstance(o, ast.ClassDef)}
        while True:
            bases = {
                name_of(base)
                for known in self.nodes
                if isinstance(known, ast.ClassDef) and known.name in names
                for base in known.bases
            }
            if bases <= names:
                return names
            names |= bases


def name_of(expression: ast.expr) -> str:
    """Return the last part of a dotted name, nothing for anything else."""
    match expression:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=inner):
            return name_of(inner)
    return ""


def argument(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """Return what a call passes by a name or, failing that, at a position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is None or position >= len(call.args):
        return None
    return call.args[position]
