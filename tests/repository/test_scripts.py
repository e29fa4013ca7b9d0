"""The scripts show their usage, and refuse unknown options, before any set-up."""

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

import pytest

from .tree import ROOT, texts

if TYPE_CHECKING:
    from pathlib import Path

SCRIPTS: Final = (
    ".ci/run",
    "scripts/benchmark",
    "scripts/brand",
    "scripts/contract",
    "scripts/demo",
    "scripts/lint",
    "scripts/package",
    "scripts/setup",
    "scripts/test",
)
PROGRAMS: Final = ("benchmark", "contract", "demo")
USED: Final = re.compile(r"^#   (--[\w-]+)", re.MULTILINE)
TAKEN: Final = re.compile(r'add_argument\("(--[\w-]+)"')


# Replaces scripts/setup, which creates the environment.
SETUP: Final = "#!/bin/sh\nmkdir .dev\nexit 3\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Provide only the scripts, without the programs that they start."""
    for script in (*SCRIPTS, "scripts/prologue.bash"):
        (tmp_path / script).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / script, tmp_path / script)
    return tmp_path


def run(repository: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a script from another folder than the repository's."""
    return subprocess.run(  # noqa: S603 - a command of our own
        [repository / command[0], *command[1:]],
        cwd=repository.parent,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def is_set_up(repository: Path) -> bool:
    """Return whether a script has set something up."""
    return (repository / ".dev").exists()


@pytest.mark.parametrize("script", SCRIPTS)
def test_help(repository: Path, script: str) -> None:
    """--help shows the usage, and nothing is set up for it."""
    shown = run(repository, script, "--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"Usage: {script}" in shown.stdout
    assert not is_set_up(repository)


@pytest.mark.parametrize(
    "command",
    [
        *((script, "--no-such-option") for script in SCRIPTS[:-3]),
        ("scripts/setup", "--no-such-option"),
        ("scripts/demo", "anything"),
        ("scripts/demo", "--port"),
        # The beginning of an option is not accepted, and neither is a pattern.
        ("scripts/demo", "--plex"),
        ("scripts/demo", "--.*"),
        ("scripts/demo", "--port", "0", "-x"),
    ],
    ids=" ".join,
)
def test_unknown_option(repository: Path, command: tuple[str, ...]) -> None:
    """An unknown option is refused in one line, before anything is set up."""
    shown = run(repository, *command)
    assert shown.returncode in {1, 2}
    assert shown.stdout == ""
    assert shown.stderr.count("\n") == 1
    assert command[0].rpartition("/")[2] in shown.stderr
    assert not is_set_up(repository)


@pytest.mark.parametrize("options", [["--auto"], ["--port", "0"], ["--port=0"]])
def test_known_option(repository: Path, options: list[str]) -> None:
    """A known option is accepted, and the environment is set up."""
    (repository / "scripts" / "setup").write_text(SETUP, encoding="ascii")
    shown = run(repository, "scripts/demo", *options)
    assert (shown.returncode, shown.stderr) == (3, "")
    assert is_set_up(repository)


@pytest.mark.parametrize("name", PROGRAMS)
def test_usage_is_complete(name: str) -> None:
    """The usage of a script names exactly the options of its program."""
    taken = TAKEN.findall(texts()[f"{name}/__main__.py"])
    assert taken
    assert sorted(USED.findall(texts()[f"scripts/{name}"])) == sorted(taken)
