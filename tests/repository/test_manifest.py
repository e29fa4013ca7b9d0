"""The metadata for Home Assistant and HACS is the same in every file.

hassfest and the HACS action check the rest: .github/workflows/validate.yml.
"""

from importlib.metadata import version
import re
from typing import Final
from urllib.parse import quote

from homeassistant.const import __version__ as HA_VERSION
import pytest

from .blueprints import BLUEPRINTS
from .documents import README
from .tree import COMPONENT, ROOT, files, read_json, texts

MANIFEST: Final = read_json(COMPONENT / "manifest.json")
HACS: Final = read_json(ROOT / "hacs.json")
ADDRESS: Final = MANIFEST["documentation"]
# It pins the version of Home Assistant that tests run on.
PLUGIN: Final = "pytest-homeassistant-custom-component"
# The public address of the repository may change, so only these files contain it.
FILES_WITH_ADDRESS: Final = frozenset(
    {
        # GitHub accepts no relative link there.
        ".github/ISSUE_TEMPLATE/config.yml",
        "README.md",
        # Home Assistant updates a blueprint from its address.
        "blueprints/automation/plex_account/device_signed_in.yaml",
        "blueprints/automation/plex_account/film_lights.yaml",
        "blueprints/automation/plex_account/library_added.yaml",
        "blueprints/automation/plex_account/server_unreachable.yaml",
        "blueprints/automation/plex_account/sign_in_lost.yaml",
        "blueprints/automation/plex_account/watchlist_title_available.yaml",
        "blueprints/script/plex_account/when_nobody_watches.yaml",
        "custom_components/plex_account/manifest.json",
    }
)


def test_only_one_manifest() -> None:
    """The catalogue of HACS refuses two files whose names end in manifest.json."""
    found = [path for path in files() if path.name.endswith("manifest.json")]
    assert found == [COMPONENT / "manifest.json"]


def test_names() -> None:
    """The domain, the name and the name of the release's file agree."""
    assert MANIFEST["domain"] == COMPONENT.name
    assert MANIFEST["name"] == HACS["name"]
    assert HACS["filename"] == f"{MANIFEST['domain']}.zip"
    assert MANIFEST["loggers"] == [f"custom_components.{MANIFEST['domain']}"]


def test_hacs_installs_releases() -> None:
    """HACS and the Marketplace install a release, never the state of a branch."""
    assert HACS["zip_release"]
    assert HACS["hide_default_branch"]


def test_version() -> None:
    """The manifest has no version in git; scripts/package writes that of a release."""
    assert MANIFEST["version"] == "0.0.0"


@pytest.mark.parametrize("environment", ["test", "demo"])
def test_requirements(environment: str) -> None:
    """Tests and demo run on what Home Assistant installs for the component."""
    lines = texts()[f"requirements_{environment}.txt"].splitlines()
    assert set(MANIFEST["requirements"]) <= set(lines)


def test_oldest_version() -> None:
    """Each file names the same oldest version of Home Assistant."""
    oldest = HACS["homeassistant"]
    assert f"Home Assistant {oldest} or newer" in README.text
    assert f"# supports, {oldest}:" in texts()["requirements_oldest.txt"]
    for blueprint in BLUEPRINTS.values():
        assert blueprint["blueprint"]["homeassistant"]["min_version"] == oldest


def test_oldest_version_is_tested() -> None:
    """scripts/test --oldest runs on the oldest version, and no other test run does."""
    pins = texts()["requirements_oldest.txt"].splitlines()
    is_oldest = f"{PLUGIN}=={version(PLUGIN)}" in pins
    assert is_oldest == (HACS["homeassistant"] == HA_VERSION)


def test_address_and_owner() -> None:
    """The address of the repository is the same in the few files that contain it."""
    _, owner, repository = ADDRESS.rsplit("/", 2)
    assert f"https://github.com/{owner}/{repository}" == ADDRESS
    assert MANIFEST["issue_tracker"] == f"{ADDRESS}/issues"
    assert MANIFEST["codeowners"] == [f"@{owner}"]
    parameters = f"owner={owner}&repository={repository}"
    # Badges use this form.
    badge = f"/{owner}/{repository}"
    for name, text in texts().items():
        others = text
        for known in (ADDRESS, quote(ADDRESS, safe=""), badge, parameters):
            others = others.replace(known, "")
        assert repository not in others, name
        assert f"github.com/{owner}" not in others, name
        assert name in FILES_WITH_ADDRESS or others == text
        assert name in FILES_WITH_ADDRESS or f"@{owner}" not in text


def test_links_to_files() -> None:
    """A link to a file of the repository by its address leads to a file."""
    links = re.compile(rf"{re.escape(ADDRESS)}/blob/main/([\w./-]+)")
    found = {path for text in texts().values() for path in links.findall(text)}
    assert found
    assert [path for path in found if not (ROOT / path).exists()] == []
