"""Nothing stands in the repository that has no business there."""

import os
import re
from typing import Final

import pytest

from .tree import ROOT, files, relative, texts

TOO_LONG: Final = 250
# Written so that they do not find themselves.
MACHINE: Final = re.compile(
    r"(?:^|[^\w.])/(?:wor[k]|roo[t]|farm|hom[e]|tm[p])/", re.MULTILINE
)
REGISTRY: Final = re.compile(
    r"https?://[\w.]*(?:pyp[i]|pythonhoste[d]|npmj[s]|debia[n])"
)
LEFT_OVER: Final = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|print\(|breakpoint\()")


def test_files_are_small() -> None:
    """Every file can be read in one go."""
    long = {
        name: lines
        for name, text in texts().items()
        if name.endswith((".py", ".md", ".sh", ".yaml"))
        if (lines := text.count("\n")) >= TOO_LONG
    }
    assert long == {}


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["machine", "registry"])
def test_no_place_is_named(pattern: re.Pattern[str]) -> None:
    """No file names a folder of somebody's machine or the address of a registry."""
    assert [name for name, text in texts().items() if pattern.search(text)] == []


def test_nothing_is_left_over() -> None:
    """The component holds no notes to its makers and prints nothing."""
    folder = "custom_components/"
    assert [
        name
        for name, text in texts().items()
        if name.startswith(folder) and LEFT_OVER.search(text)
    ] == []


def test_scripts_can_be_run() -> None:
    """Whatever says by whom it is run can be run, and nothing else."""
    starts = {path: path.read_bytes()[:2] == b"#!" for path in files()}
    runs = {path: os.access(path, os.X_OK) for path in files()}
    assert {relative(path) for path in starts if starts[path] != runs[path]} == set()
    assert runs[ROOT / ".ci" / "run"]
