"""The workflows, the development container and .ci/run name what is there.

zizmor, in scripts/lint, checks the workflows' rights, pins and use of credentials.
"""

import os
import re
import sys
from typing import Any, Final

from homeassistant.util.yaml import parse_yaml
import pytest

from .tree import ROOT, known_options, read_json, texts

FOLDER: Final = ".github/workflows/"
WORKFLOWS: Final = {
    name.removeprefix(FOLDER): text
    for name, text in texts().items()
    if name.startswith(FOLDER)
}
COMMAND: Final = re.compile(r"((?:scripts|\.ci)/[\w-]+)((?: --\w+)*)")
CONTAINER: Final = read_json(ROOT / ".devcontainer" / "devcontainer.json")
DOCKERFILE: Final = texts()[f".devcontainer/{CONTAINER['build']['dockerfile']}"]
RUN: Final = texts()[".ci/run"]
PORTS: Final = re.compile(r"^(?:PLEX_TV_)?PORT: Final = (\d+)$", re.MULTILINE)


def jobs(name: str) -> dict[str, dict[str, Any]]:
    """Return the jobs of a workflow."""
    workflow = parse_yaml(WORKFLOWS[name])
    assert isinstance(workflow, dict)
    found: dict[str, dict[str, Any]] = workflow["jobs"]
    return found


@pytest.mark.parametrize("name", [*WORKFLOWS, ".ci/run"])
def test_commands(name: str) -> None:
    """Every script is there and takes the options that it is given."""
    for script, options in COMMAND.findall(WORKFLOWS.get(name, RUN)):
        assert os.access(ROOT / script, os.X_OK), script
        assert set(options.split()) <= known_options(script), script


@pytest.mark.parametrize("name", WORKFLOWS)
def test_limits(name: str) -> None:
    """No job hangs for hours."""
    assert all("timeout-minutes" in job for job in jobs(name).values())


def test_checks_run_everything() -> None:
    """The jobs of the check run each part of .ci/run, in any order."""
    parts = re.search(r"set -- (.+)", RUN)
    matrix = jobs("check.yml")["check"]["strategy"]["matrix"]["include"]
    assert parts
    assert sorted(job["part"] for job in matrix) == sorted(parts[1].split())


def test_release_attaches_what_is_validated() -> None:
    """The zip is packed before anything else runs, and is the one that HACS wants."""
    filename = read_json(ROOT / "hacs.json")["filename"]
    release = WORKFLOWS["release.yml"]
    [checkout, pack, *_] = jobs("release.yml")["package"]["steps"]
    assert checkout["uses"].startswith("actions/checkout@")
    assert pack["run"] == 'scripts/package "$TAG"'
    assert f'gh release upload "$TAG" {filename}' in release
    assert set(re.findall(r"[\w.]+\.zip", release)) == {filename}


def test_container() -> None:
    """The container has the Python of the tests and the packages of .ci/run."""
    installed = re.search(r"--no-install-recommends \\\n +([^\\]+) \\\n", DOCKERFILE)
    wanted = re.search(r"for package in ([^;]+);", RUN)
    assert installed
    assert wanted
    assert installed[1] == wanted[1]
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"/python:3-{python}-" in DOCKERFILE


def test_container_forwards_the_demo() -> None:
    """Both addresses that the demo prints lead to it from outside, unchanged."""
    ports = PORTS.findall(texts()["demo/__main__.py"])
    assert len(ports) == 2
    assert CONTAINER["forwardPorts"] == [int(port) for port in ports]
    forwarded = CONTAINER["portsAttributes"]
    assert list(forwarded) == ports
    assert all(attributes["requireLocalPort"] for attributes in forwarded.values())
