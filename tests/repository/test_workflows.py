"""The workflows, the development container and .ci/run only name what exists.

zizmor, in scripts/lint, checks the workflows' rights, pins and use of credentials.
"""

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from homeassistant.util.yaml import parse_yaml
import pytest

from .tree import ROOT, known_options, read_json, texts

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = ".github/workflows/"
WORKFLOWS: Final = {
    name.removeprefix(FOLDER): text
    for name, text in texts().items()
    if name.startswith(FOLDER)
}
COMMAND: Final = re.compile(r"((?:scripts|\.ci)/[\w-]++)(?!\.\w)((?: --\w+)*)")
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
    """Every script exists and accepts the options that are named with it."""
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


def used(step: dict[str, Any]) -> str:
    """Return the action that a step uses, without its version."""
    return str(step.get("uses", "")).partition("@")[0]


def test_release_is_packed_before_anything_else_runs() -> None:
    """The job that packs runs git and Python's standard library, and nothing else."""
    checkout, pack, digest, upload = jobs("release.yml")["package"]["steps"]
    assert used(checkout) == "actions/checkout"
    assert pack == {"run": 'scripts/package "$TAG"'}
    assert "sha256sum" in digest["run"]
    assert used(upload) == "actions/upload-artifact"
    assert "exec python3 -I -S scripts/release_zip.py" in texts()["scripts/package"]


def test_release_attaches_what_is_validated() -> None:
    """Both jobs download the zip that was packed, compare it, and use nothing else."""
    filename = read_json(ROOT / "hacs.json")["filename"]
    release = jobs("release.yml")
    validate, attach = release["validate"], release["attach"]
    download, compare, unzip, hassfest = validate["steps"]
    assert used(download) == "actions/download-artifact"
    assert compare["env"] == {"SHA256": "${{ needs.package.outputs.sha256 }}"}
    assert unzip["run"].startswith(f"unzip -q {filename} -d custom_components/")
    assert used(hassfest) == "home-assistant/actions/hassfest"
    assert attach["needs"] == ["package", "validate"]
    assert attach["steps"][:2] == [download, compare]
    [upload] = attach["steps"][2:]
    assert upload["run"] == f'gh release upload "$TAG" {filename} --clobber'
    withdraw = release["withdraw"]
    assert withdraw["needs"] == [*release][:-1]
    assert withdraw["if"] == "always() && needs.attach.result != 'success'"
    assert set(re.findall(r"[\w.]+\.zip", WORKFLOWS["release.yml"])) == {filename}


@pytest.mark.parametrize("changed", [False, True])
def test_release_stops_at_another_zip(tmp_path: Path, *, changed: bool) -> None:
    """A zip that was changed after it was packed is not published."""
    release = jobs("release.yml")
    filename = read_json(ROOT / "hacs.json")["filename"]
    (tmp_path / ".dev").mkdir()
    (tmp_path / ".dev" / filename).write_bytes(b"packed")
    output = tmp_path / "output"

    def run(step: dict[str, Any], **env: str) -> int:
        """Run a step as GitHub does."""
        command = ("bash", "-e", "-o", "pipefail", "-c", step["run"])
        return subprocess.run(  # noqa: S603 - a command of our own
            command, check=False, cwd=tmp_path, env={**os.environ, **env}
        ).returncode

    assert run(release["package"]["steps"][2], GITHUB_OUTPUT=str(output)) == 0
    name, _, digest = output.read_text(encoding="ascii").strip().partition("=")
    assert release["package"]["outputs"] == {
        "sha256": "${{ steps.digest.outputs.sha256 }}"
    }
    assert name == "sha256"
    (tmp_path / filename).write_bytes(b"pecked" if changed else b"packed")
    assert run(release["attach"]["steps"][1], SHA256=digest) == int(changed)
    assert run(release["attach"]["steps"][1], SHA256="") == 1


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
    """Both ports of the demo are forwarded from the container, unchanged."""
    ports = PORTS.findall(texts()["demo/__main__.py"])
    assert len(ports) == 2
    assert CONTAINER["forwardPorts"] == [int(port) for port in ports]
    forwarded = CONTAINER["portsAttributes"]
    assert list(forwarded) == ports
    assert all(attributes["requireLocalPort"] for attributes in forwarded.values())
