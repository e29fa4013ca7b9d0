"""The development container and the hook before a commit fit what the scripts need."""

import os
import re
import sys
from typing import Final

from homeassistant.util.yaml import parse_yaml

from .tree import ROOT, read_json, texts

CONTAINER: Final = read_json(ROOT / ".devcontainer" / "devcontainer.json")
DOCKERFILE: Final = f".devcontainer/{CONTAINER['build']['dockerfile']}"
PORTS: Final = re.compile(r"^(?:PLEX_TV_)?PORT: Final = (\d+)$", re.MULTILINE)


def test_container_has_the_packages() -> None:
    """The container's image installs what .ci/run installs as root."""
    installed = re.search(
        r"--no-install-recommends \\\n +([^\\]+) \\\n", texts()[DOCKERFILE]
    )
    wanted = re.search(r"for package in ([^;]+);", texts()[".ci/run"])
    assert installed
    assert wanted
    assert installed[1] == wanted[1]


def test_container_has_the_python() -> None:
    """The image brings the Python that the tests run on."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"/python:3-{python}-" in texts()[DOCKERFILE]


def test_container_forwards_the_demo() -> None:
    """Both addresses that the demo prints lead to it from outside, unchanged."""
    ports = PORTS.findall(texts()["demo/__main__.py"])
    assert len(ports) == 2
    assert CONTAINER["forwardPorts"] == [int(port) for port in ports]
    forwarded = CONTAINER["portsAttributes"]
    assert list(forwarded) == ports
    assert all(attributes["requireLocalPort"] for attributes in forwarded.values())


def test_container_is_set_up() -> None:
    """Setting it up makes the environments that tests and demo run in."""
    commands = CONTAINER["postCreateCommand"].split(" && ")
    for command in commands:
        script, *environment = command.split()
        assert os.access(ROOT / script, os.X_OK)
        assert all(f"\n  {name})\n" in texts()[script] for name in environment)


def test_hook() -> None:
    """Before a commit, the linters run once, on everything."""
    config = parse_yaml(texts()[".pre-commit-config.yaml"])
    assert isinstance(config, dict)
    [repository] = config["repos"]
    [hook] = repository["hooks"]
    assert repository["repo"] == "local"
    assert os.access(ROOT / hook["entry"], os.X_OK)
    assert hook["entry"] == hook["name"] == "scripts/lint"
    assert hook["always_run"]
    assert not hook["pass_filenames"]
