"""A release's zip holds what HACS and the Marketplace unpack into a folder."""

import json
import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZipFile

from homeassistant.loader import async_get_custom_components
import pytest

import custom_components

from .tree import COMPONENT, ROOT, files, read_json

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant

SCRIPT: Final = "scripts/release_zip.py"
CHANGES: Final = """
## 0.3.0 - unreleased

## 0.2.0b1 - 2026-12-24

## 0.1.0 - 2026-12-01
"""


class Repository:
    """A copy of what the script reads."""

    def __init__(self, folder: Path) -> None:
        """Copy it."""
        self.component = folder / COMPONENT.relative_to(ROOT)
        self.zip = folder / ".dev" / read_json(ROOT / "hacs.json")["filename"]
        self._folder = folder
        shutil.copytree(COMPONENT, self.component)
        shutil.copy(ROOT / "hacs.json", folder)
        (folder / "scripts").mkdir()
        shutil.copy(ROOT / SCRIPT, folder / "scripts")
        (folder / "CHANGELOG.md").write_text(CHANGES, encoding="utf-8")

    def pack(self, *versions: str) -> subprocess.CompletedProcess[str]:
        """Run the script."""
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-W", "error", self._folder / SCRIPT, *versions],
            capture_output=True,
            check=False,
            text=True,
        )

    def packed(self) -> dict[str, bytes]:
        """Return what stands in the zip."""
        with ZipFile(self.zip) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Provide a copy of what the script reads."""
    return Repository(tmp_path)


def test_holds_the_component(repository: Repository) -> None:
    """The zip holds the files of the component's folder, unchanged but one."""
    done = repository.pack("0.1.0")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ".dev/plex_account.zip\n"
    assert {
        name: content
        for name, content in repository.packed().items()
        if name != "manifest.json"
    } == {
        path.relative_to(COMPONENT).as_posix(): path.read_bytes()
        for path in files(COMPONENT)
        if path != COMPONENT / "manifest.json"
    }


@pytest.mark.parametrize("version", ["0.1.0", "0.2.0b1"])
def test_manifest_says_the_version(repository: Repository, version: str) -> None:
    """The manifest says the version that is released, and otherwise the same."""
    assert repository.pack(version).returncode == 0
    manifest: dict[str, Any] = json.loads(repository.packed()["manifest.json"])
    expected = read_json(COMPONENT / "manifest.json") | {"version": version}
    assert list(manifest.items()) == list(expected.items())


def test_holds_no_caches(repository: Repository) -> None:
    """What running and looking at the component leave behind stays behind."""
    assert repository.pack("0.1.0").returncode == 0
    clean = repository.packed()
    for name in ("__pycache__/const.pyc", "plextv/__pycache__/pin.pyc", ".DS_Store"):
        (repository.component / name).parent.mkdir(exist_ok=True)
        (repository.component / name).write_bytes(b"left over")
    assert repository.pack("0.1.0").returncode == 0
    assert repository.packed() == clean


def test_files_keep_date_and_rights(repository: Repository) -> None:
    """Unpacked by hand, a file can be read, and is seen to be another than before."""
    moment = time.mktime((2026, 12, 24, 18, 0, 0, 0, 0, -1))
    for path in files(repository.component):
        os.utime(path, (moment, moment))
        path.chmod(0o644)
    assert repository.pack("0.1.0").returncode == 0
    with ZipFile(repository.zip) as archive:
        for info in archive.infolist():
            assert info.date_time == (2026, 12, 24, 18, 0, 0)
            assert info.external_attr >> 16 & 0o777 == 0o644


async def test_home_assistant_finds_it(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    monkeypatch: pytest.MonkeyPatch,
    repository: Repository,
    tmp_path: Path,
) -> None:
    """Unpacked as HACS does it, it is a component that Home Assistant takes."""
    assert repository.pack("0.1.0").returncode == 0
    installed = tmp_path / "installed"
    with ZipFile(repository.zip) as archive:
        archive.extractall(installed / "plex_account")
    monkeypatch.setattr(custom_components, "__path__", [str(installed)])
    [(domain, found)] = (await async_get_custom_components(hass)).items()
    assert (domain, str(found.version)) == ("plex_account", "0.1.0")


@pytest.mark.parametrize(
    ("version", "complaint"),
    [
        ("main", "Home Assistant does not accept 'main' as a version"),
        ("0.1.x", "Home Assistant does not accept '0.1.x' as a version"),
        ("", "Home Assistant does not accept '' as a version"),
        ("v0.1.0", "write 0.1.0 instead of 'v0.1.0'"),
        ("0.1.0 ", "write 0.1.0 instead of '0.1.0 '"),
        ("0.3.0", "CHANGELOG.md has no heading with 0.3.0 and a date"),
        ("0.1", "CHANGELOG.md has no heading with 0.1 and a date"),
    ],
)
def test_refuses(repository: Repository, version: str, complaint: str) -> None:
    """A version that nobody could install, or that nobody described, is refused."""
    done = repository.pack(version)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"package: {complaint}.\n"
    assert not repository.zip.exists()


def test_refuses_no_version(repository: Repository) -> None:
    """Without a version nothing is packed."""
    assert repository.pack().returncode == 1
    assert not repository.zip.exists()
