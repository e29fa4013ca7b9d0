"""Every entity and action has an icon, and every icon its entity or action."""

import ast
import json
from pathlib import Path
import re
from typing import Final

import pytest

from .everything import wanted
from .other_texts import actions
from .source import argument, name_of
from .tree import COMPONENT, leaves, read_json

ICONS: Final = read_json(COMPONENT / "icons.json")
ICON: Final = re.compile(r"mdi:[a-z0-9]+(?:-[a-z0-9]+)*")


def entities() -> set[tuple[str, str]]:
    """Return the platform and translation key of every entity."""
    return {
        (platform, key)
        for text in wanted().must
        if text.startswith("entity.") and text.endswith(".name")
        for _, platform, key, _ in [text.split(".")]
    }


def entities_with_device_class() -> set[tuple[str, str]]:
    """Return those whose device class brings an icon along."""
    source = wanted().source
    return {
        (source.file(call).stem, key)
        for call in source.nodes
        if isinstance(call, ast.Call)
        and name_of(call.func).endswith("EntityDescription")
        and argument(call, "device_class")
        for key, _ in wanted().keys(call, "translation_key", None, "")
    }


def test_parts() -> None:
    """There is nothing in the file that Home Assistant does not know."""
    assert ICONS.keys() <= {"entity", "services"}
    for keys in ICONS["entity"].values():
        for icons in keys.values():
            assert icons.keys() <= {"default", "state"}
    for icons in ICONS.get("services", {}).values():
        assert icons.keys() <= {"service", "sections"}


def test_names() -> None:
    """Every icon is named as one of the set that the frontend has."""
    assert [name for name in leaves(ICONS).values() if not ICON.fullmatch(name)] == []


def test_entities() -> None:
    """The entities with an icon are those that need one, and perhaps others of ours."""
    drawn = {
        (platform, key) for platform, keys in ICONS["entity"].items() for key in keys
    }
    assert entities() - entities_with_device_class() <= drawn
    assert drawn <= entities()


def test_states() -> None:
    """An icon for a state has a state that there is."""
    known = wanted().must.keys() | wanted().may.keys()
    states = {
        f"entity.{platform}.{key}.state.{state}"
        for platform, keys in ICONS["entity"].items()
        for key, icons in keys.items()
        for state in icons.get("state", {})
    }
    assert sorted(states - known) == []


def test_actions() -> None:
    """Every action has an icon."""
    drawn = ICONS.get("services", {})
    assert drawn.keys() == actions().keys()
    assert all("service" in icons for icons in drawn.values())


def test_icons_exist() -> None:
    """The frontend has every icon."""
    frontend = pytest.importorskip(
        "hass_frontend", reason="This environment has no frontend of Home Assistant"
    )
    folder = Path(frontend.where()) / "static" / "mdi"
    parts = json.loads((folder / "iconMetadata.json").read_text())["parts"]
    known = {
        f"mdi:{name}"
        for part in parts
        for name in json.loads((folder / f"{part['file']}.json").read_text())
    }
    assert sorted(set(leaves(ICONS).values()) - known) == []
