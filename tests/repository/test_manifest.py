"""What the manifest and HACS are told is right, and the same wherever it stands."""

import ast
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from awesomeversion import AwesomeVersion
from homeassistant.const import Platform, __version__ as HA_VERSION

from .everything import wanted
from .tree import COMPONENT, ROOT, files, read_json, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST: Final = read_json(COMPONENT / "manifest.json")
HACS: Final = read_json(ROOT / "hacs.json")

MANIFEST_KEYS: Final = frozenset(
    {
        "after_dependencies",
        "codeowners",
        "config_flow",
        "dependencies",
        "documentation",
        "domain",
        "integration_type",
        "iot_class",
        "issue_tracker",
        "loggers",
        "name",
        "requirements",
        "single_config_entry",
        "version",
    }
)
# What HACS knows, and of which kind it has to be; a country may also be a list.
HACS_KEYS: Final = {
    "content_in_root": bool,
    "country": str,
    "filename": str,
    "hacs": str,
    "hide_default_branch": bool,
    "homeassistant": str,
    "name": str,
    "persistent_directory": str,
    "render_readme": bool,
    "zip_release": bool,
}
INTEGRATION_TYPES: Final = frozenset(
    {"device", "entity", "hardware", "helper", "hub", "service", "system"}
)
IOT_CLASSES: Final = frozenset(
    {
        "assumed_state",
        "calculated",
        "cloud_polling",
        "cloud_push",
        "local_polling",
        "local_push",
    }
)
# A module of ours by the same name may import these; those that every Home Assistant
# runs need no mention.
OWN_PLATFORMS: Final = frozenset({"diagnostics", "repairs", "system_health"})
ALWAYS_THERE: Final = frozenset(
    {
        "automation",
        "frontend",
        "persistent_notification",
        "script",
        "system_health",
        "webhook",
        "websocket_api",
    }
)
# The repository's public address is not settled: so few files have to follow it.
FILES_WITH_ADDRESS: Final = frozenset(
    {
        # GitHub takes no relative link there.
        ".github/ISSUE_TEMPLATE/config.yml",
        "README.md",
        # Home Assistant wants to know where a blueprint comes from.
        "blueprints/automation/plex_account/server_unreachable.yaml",
        "blueprints/automation/plex_account/sign_in_lost.yaml",
        "custom_components/plex_account/manifest.json",
    }
)


def test_keys() -> None:
    """The manifest has the keys that Home Assistant wants, in its order."""
    keys = list(MANIFEST)
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]
    assert set(keys) <= MANIFEST_KEYS
    assert {"integration_type", "iot_class", "issue_tracker"} <= set(keys)


def test_domain() -> None:
    """The domain is the folder's name, and there is no other component."""
    components = {
        path.relative_to(COMPONENT.parent).parts[0]
        for path in files(COMPONENT.parent)
        if path.parent != COMPONENT.parent
    }
    assert components == {MANIFEST["domain"]}
    assert MANIFEST["name"] == HACS["name"]


def test_only_one_manifest() -> None:
    """The catalogue takes no repository with two files whose names end like this."""
    found = [path for path in files() if path.name.endswith("manifest.json")]
    assert found == [COMPONENT / "manifest.json"]


def test_values() -> None:
    """What has a fixed form has it."""
    assert MANIFEST["integration_type"] in INTEGRATION_TYPES
    assert MANIFEST["iot_class"] in IOT_CLASSES
    assert MANIFEST["config_flow"] is (COMPONENT / "config_flow.py").exists()
    assert MANIFEST["loggers"] == [f"custom_components.{MANIFEST['domain']}"]


def test_version() -> None:
    """What is no release says so; scripts/package writes the version of one."""
    assert MANIFEST["version"] == "0.0.0"


def test_requirements() -> None:
    """What Home Assistant installs for the component is what tests and demo run on."""
    for requirement in MANIFEST["requirements"]:
        assert re.fullmatch(r"[\w-]+==[\w.]+", requirement)
        for environment in ("test", "demo"):
            lines = (ROOT / f"requirements_{environment}.txt").read_text().splitlines()
            assert requirement in lines, environment


def test_dependencies() -> None:
    """Every integration of Home Assistant's that is imported is mentioned."""
    mentioned = {
        *MANIFEST.get("dependencies", ()),
        *MANIFEST.get("after_dependencies", ()),
    }
    own = OWN_PLATFORMS & {path.stem for path in COMPONENT.iterdir()}
    free = own | ALWAYS_THERE | set(Platform)
    assert set(imported_integrations()) - free <= mentioned


def imported_integrations() -> Iterator[str]:
    """Yield what is imported at run time from Home Assistant's integrations."""
    source = wanted().source
    package = "homeassistant.components"
    for node in source.nodes:
        if any(
            isinstance(outer, ast.If)
            and isinstance(outer.test, ast.Name)
            and outer.test.id == "TYPE_CHECKING"
            for outer in source.around(node)
        ):
            continue
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        for module in modules:
            if module.startswith(f"{package}."):
                yield module.removeprefix(f"{package}.").partition(".")[0]


def test_configuration_in_yaml_is_refused() -> None:
    """A component with actions of its own says that it takes no YAML."""
    module = ast.parse((COMPONENT / "__init__.py").read_text(encoding="utf-8"))
    names = {getattr(node, "name", "") for node in module.body} | {
        target.id
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert "CONFIG_SCHEMA" in names or "async_setup" not in names


def test_hacs() -> None:
    """HACS is told nothing that it does not know, and the oldest version is right."""
    assert {key: type(value) for key, value in HACS.items()}.items() <= (
        HACS_KEYS.items()
    )
    oldest = AwesomeVersion(HACS["homeassistant"])
    assert oldest <= HA_VERSION.partition("b")[0]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"Home Assistant {oldest.section(0)}.{oldest.section(1)}" in readme


def test_hacs_installs_releases() -> None:
    """HACS and the Marketplace install a release's zip, never what is between two."""
    assert HACS["zip_release"]
    assert HACS["hide_default_branch"]
    assert HACS["filename"] == f"{MANIFEST['domain']}.zip"


def test_address_and_owner() -> None:
    """The repository's address is the same in the few files where it stands."""
    address = MANIFEST["documentation"]
    _, owner, repository = address.rsplit("/", 2)
    assert address == f"https://github.com/{owner}/{repository}"
    assert MANIFEST["issue_tracker"] == f"{address}/issues"
    assert MANIFEST["codeowners"] == [f"@{owner}"]
    parameters = f"owner={owner}&repository={repository}"
    for name, text in texts().items():
        others = text
        for known in (address, quote(address, safe=""), parameters):
            others = others.replace(known, "")
        assert repository not in others, name
        assert f"github.com/{owner}" not in others, name
        assert name in FILES_WITH_ADDRESS or others == text
        assert name in FILES_WITH_ADDRESS or f"@{owner}" not in text


def test_licence() -> None:
    """The licence is one that GitHub recognises."""
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")
