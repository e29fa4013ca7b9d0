"""The client and the simulator have no import cycles, not even for annotations."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account import plextv
import simulator

if TYPE_CHECKING:
    from types import ModuleType


def imports(package: ModuleType) -> dict[str, set[str]]:
    """Return which modules of a package import which."""
    [root] = map(Path, package.__path__)
    modules = {}
    for path in root.rglob("*.py"):
        parts = (package.__name__, *path.relative_to(root).with_suffix("").parts)
        modules[".".join(parts).removesuffix(".__init__")] = (parts[:-1], path)
    graph: dict[str, set[str]] = {}
    for module, (folder, path) in modules.items():
        graph[module] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                base = folder[: len(folder) + 1 - node.level] if node.level else ()
                source = ".".join([*base, *filter(None, [node.module])])
                for name in (f"{source}.{alias.name}" for alias in node.names):
                    graph[module].add(name if name in modules else source)
    return graph


@pytest.mark.parametrize("package", [plextv, simulator], ids=lambda it: it.__name__)
def test_no_import_cycles(package: ModuleType) -> None:
    """The modules can be sorted so that each imports only earlier ones."""
    graph = imports(package)
    assert sum(map(len, graph.values())) > len(graph)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as err:
        pytest.fail(" imports ".join(reversed(err.args[1])))
