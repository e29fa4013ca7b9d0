"""The workflows run what is pinned, with the least rights, and what is there."""

import os
import re
from typing import TYPE_CHECKING, Any, Final

from homeassistant.util.yaml import parse_yaml
import pytest

from .tree import ROOT, read_json, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = ".github/workflows/"
WORKFLOWS: Final = {
    name.removeprefix(FOLDER): text
    for name, text in texts().items()
    if name.startswith(FOLDER)
}
USES: Final = re.compile(r"^ +(?:- )?uses: (.*)$", re.MULTILINE)
# A commit, and for people and Dependabot which version or branch that was.
PINNED: Final = re.compile(r"([\w-]+(?:/[\w-]+)+)@[0-9a-f]{40} # (?:v[\d.]+|ma\w+)")
COMMAND: Final = re.compile(r"((?:scripts|\.ci)/[\w-]+)((?: --\w+)*)")
PATH: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)+")
READING: Final = {"contents": "read"}
# Who needs more than to read the code.
WRITING: Final = {
    ("release.yml", "attach"): {"contents": "write"},
    ("release.yml", "withdraw"): {"contents": "write"},
}

each_workflow = pytest.mark.parametrize("name", WORKFLOWS)


def parsed(name: str) -> dict[str, Any]:
    """Return what a workflow says."""
    workflow = parse_yaml(WORKFLOWS[name])
    assert isinstance(workflow, dict)
    return workflow


def steps(name: str) -> Iterator[dict[str, Any]]:
    """Yield every step of a workflow."""
    for job in parsed(name)["jobs"].values():
        yield from job["steps"]


def test_actions_are_pinned() -> None:
    """An action is the same commit wherever it is used, and no other tomorrow."""
    used = {found for text in WORKFLOWS.values() for found in USES.findall(text)}
    pinned = {found: PINNED.fullmatch(found) for found in used}
    assert [found for found, match in pinned.items() if not match] == []
    actions = [match[1] for match in pinned.values() if match]
    assert sorted(actions) == sorted(set(actions))


@each_workflow
def test_rights(name: str) -> None:
    """A job may read the code, and no more unless it is listed here."""
    workflow = parsed(name)
    assert workflow["permissions"] == READING
    for job, described in workflow["jobs"].items():
        expected = WRITING.get((name, job), READING)
        assert described.get("permissions", READING) == expected, job


@each_workflow
def test_no_credentials_are_left(name: str) -> None:
    """What runs after the code is fetched finds no token beside it."""
    for step in steps(name):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"] == {"persist-credentials": False}


@each_workflow
def test_no_text_becomes_a_command(name: str) -> None:
    """What somebody may have written, such as a tag, reaches a shell as a variable."""
    assert [step["run"] for step in steps(name) if "${{" in step.get("run", "")] == []


@each_workflow
def test_limits(name: str) -> None:
    """No job hangs for hours, and none runs beside its newer self."""
    workflow = parsed(name)
    assert workflow["concurrency"]["group"]
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


@each_workflow
def test_commands(name: str) -> None:
    """Every script is there and takes the options that it is given."""
    for step in steps(name):
        for script, options in COMMAND.findall(step.get("run", "")):
            assert os.access(ROOT / script, os.X_OK), script
            assert all(option in texts()[script] for option in options.split())


@each_workflow
def test_paths(name: str) -> None:
    """Every file and folder of the repository that is named is there."""
    for step in steps(name):
        for path in PATH.findall(step.get("run", "")):
            top = path.partition("/")[0]
            made_on_the_way = top == ".dev" or not (ROOT / top).exists()
            assert made_on_the_way or (ROOT / path).exists(), path


def test_release_attaches_what_is_installed() -> None:
    """The zip that HACS and the Marketplace look for is the one that is attached."""
    filename = read_json(ROOT / "hacs.json")["filename"]
    release = WORKFLOWS["release.yml"]
    assert f'gh release upload "$TAG" {filename}' in release
    assert set(re.findall(r"[\w.]+\.zip", release)) == {filename}
