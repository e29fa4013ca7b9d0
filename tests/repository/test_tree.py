"""The files of the repository keep to its rules."""

import os
import re
from typing import Final

import pytest

from .tree import ROOT, files, relative, texts

MAX_LINES: Final = 400
# Written so that they do not match themselves.
MACHINE: Final = re.compile(
    r"(?:^|[^\w.])/(?:wor[k]|roo[t]|farm|hom[e]|tm[p])/", re.MULTILINE
)
REGISTRY: Final = re.compile(
    r"https?://[\w.]*(?:pyp[i]|pythonhoste[d]|npmj[s]|debia[n])"
)
CONFLICT: Final = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
ENVIRONMENT: Final = re.compile(r"\b(?:environ|getenv|argv)\b")
# One of Home Assistant's platforms has the same name as the mark of an open task.
LEFT_OVER: Final = re.compile(
    r"(?<!Platform\.)\b(?:TOD[O]|FIXM[E]|XX[X]|print\(|breakpoint\()"
)


def test_files_are_small() -> None:
    """No file of code is too long; ruff limits what a function may hold."""
    long = {
        name: lines
        for name, text in texts().items()
        if name.endswith(".py") or text.startswith("#!")
        if (lines := text.count("\n")) > MAX_LINES
    }
    assert long == {}


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["machine", "registry"])
def test_no_address_of_a_machine(pattern: re.Pattern[str]) -> None:
    """No file names a folder of a machine or the address of a package registry."""
    assert [name for name, text in texts().items() if pattern.search(text)] == []


def test_nothing_is_left_to_merge() -> None:
    """No file contains both sides of a conflict."""
    assert [name for name, text in texts().items() if CONFLICT.search(text)] == []


def test_nothing_is_left_over() -> None:
    """The component contains no open tasks and prints nothing."""
    assert component_files_with(LEFT_OVER) == []


def test_no_switch_in_the_environment() -> None:
    """The component reads neither environment variables nor the command line."""
    assert component_files_with(ENVIRONMENT) == []


def component_files_with(pattern: re.Pattern[str]) -> list[str]:
    """Return the files of the component in which a pattern is found."""
    return [
        name
        for name, text in texts().items()
        if name.startswith("custom_components/") and pattern.search(text)
    ]


def test_scripts_are_executable() -> None:
    """A file is executable if it begins with #!, and only then."""
    starts = {path: path.read_bytes()[:2] == b"#!" for path in files()}
    runs = {path: os.access(path, os.X_OK) for path in files()}
    assert {relative(path) for path in starts if starts[path] != runs[path]} == set()
    assert runs[ROOT / ".ci" / "run"]
