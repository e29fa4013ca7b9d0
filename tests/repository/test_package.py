"""The zip of a release contains what HACS and the Marketplace install."""

import json
import os
import time
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from homeassistant.loader import async_get_custom_components
import pytest

import custom_components
from tests.helpers.release import Repository

from .tree import COMPONENT, files, read_json

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Provide a copy of what the script reads."""
    return Repository(tmp_path)


def test_holds_the_component(repository: Repository) -> None:
    """The zip contains the licence and the component, of which one file is changed."""
    done = repository.pack("0.1.0")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ".dev/plex_account.zip\n"
    packed, tracked = repository.packed(), repository.tracked()
    assert {name for name in tracked if packed.get(name) != tracked[name]} == {
        "manifest.json"
    }
    assert packed.keys() == tracked.keys()


@pytest.mark.parametrize("version", ["0.1.0", "0.2.0b1"])
def test_manifest_says_the_version(repository: Repository, version: str) -> None:
    """The manifest has the version that is released, and is otherwise unchanged."""
    assert repository.pack(version).returncode == 0
    manifest: dict[str, Any] = json.loads(repository.packed()["manifest.json"])
    expected = read_json(COMPONENT / "manifest.json") | {"version": version}
    assert list(manifest.items()) == list(expected.items())


def test_holds_what_git_tracks(repository: Repository) -> None:
    """Files that git does not track are not packed."""
    assert repository.pack("0.1.0").returncode == 0
    clean = repository.packed()
    for name in ("__pycache__/const.pyc", ".DS_Store", "notes.txt", "brand/new.png"):
        (repository.component / name).parent.mkdir(exist_ok=True)
        (repository.component / name).write_bytes(b"left over")
    assert repository.pack("0.1.0").returncode == 0
    assert repository.packed() == clean


def test_files_keep_date_and_rights(repository: Repository) -> None:
    """A file keeps its date and can be read by all; Python compares the dates."""
    moment = time.mktime((2026, 12, 24, 18, 0, 0, 0, 0, -1))
    for path in (repository.licence, *files(repository.component)):
        os.utime(path, (moment, moment))
        path.chmod(0o644)
    assert repository.pack("0.1.0").returncode == 0
    with ZipFile(repository.zip) as archive:
        for info in archive.infolist():
            assert info.date_time == (2026, 12, 24, 18, 0, 0)
            assert info.external_attr >> 16 & 0o777 == 0o644


@pytest.mark.parametrize("version", ["0.1.0", "0.2.0b1"])
async def test_home_assistant_finds_it(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    monkeypatch: pytest.MonkeyPatch,
    repository: Repository,
    tmp_path: Path,
    version: str,
) -> None:
    """Home Assistant accepts the component from the zip, unpacked as by HACS."""
    assert repository.pack(version).returncode == 0
    installed = tmp_path / "installed"
    with ZipFile(repository.zip) as archive:
        archive.extractall(installed / "plex_account")
    monkeypatch.setattr(custom_components, "__path__", [str(installed)])
    [(domain, found)] = (await async_get_custom_components(hass)).items()
    assert (domain, str(found.version)) == ("plex_account", version)


@pytest.mark.parametrize(
    ("version", "complaint"),
    [
        ("main", "write a version as 0.2.0 or 0.2.0b1, not 'main'"),
        ("", "write a version as 0.2.0 or 0.2.0b1, not ''"),
        ("0.1", "write a version as 0.2.0 or 0.2.0b1, not '0.1'"),
        ("v0.1.0", "write a version as 0.2.0 or 0.2.0b1, not 'v0.1.0'"),
        ("0.1.0 ", "write a version as 0.2.0 or 0.2.0b1, not '0.1.0 '"),
        ("0.1.0rc1", "write a version as 0.2.0 or 0.2.0b1, not '0.1.0rc1'"),
        ("0.3.0", "CHANGELOG.md has no heading with 0.3.0 and a date"),
        ("0.4.0", "CHANGELOG.md has no heading with 0.4.0 and a date"),
    ],
)
def test_refuses(repository: Repository, version: str, complaint: str) -> None:
    """A version of another form, or one that the changelog lacks, is refused."""
    done = repository.pack(version)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"package: {complaint}.\n"
    assert not repository.zip.exists()


def test_refuses_missing_translations(repository: Repository) -> None:
    """A release that lacks texts in a language is refused."""
    german = repository.component / "translations" / "de.json"
    texts = read_json(german)
    del texts["config"]["abort"]
    german.write_text(json.dumps(texts), encoding="utf-8")
    done = repository.pack("0.1.0")
    assert done.returncode == 1
    assert done.stderr.startswith("package: translations/de.json lacks config.abort.")
    assert done.stderr.count("\n") == 1
    assert not repository.zip.exists()


def test_refuses_no_version(repository: Repository) -> None:
    """Without a version nothing is packed."""
    assert repository.pack().returncode == 1
    assert not repository.zip.exists()
