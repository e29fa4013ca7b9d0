"""Every entity has an icon of the frontend, and every icon has an entity."""

import json
from pathlib import Path
from typing import Any, Final

import hass_frontend
from homeassistant.util.yaml import load_yaml_dict
import pytest

from .tree import COMPONENT, leaves, read_json

ICONS: Final = read_json(COMPONENT / "icons.json")
ENGLISH: Final = read_json(COMPONENT / "translations" / "en.json")
type Entities = dict[tuple[str, str], dict[str, Any]]


def entities(tree: dict[str, Any]) -> Entities:
    """Return a file's data about each entity, by platform and translation key."""
    return {
        (platform, key): described
        for platform, keys in tree["entity"].items()
        for key, described in keys.items()
    }


def test_entities() -> None:
    """The entities with an icon are those with a name."""
    assert entities(ICONS).keys() == entities(ENGLISH).keys()


@pytest.mark.parametrize("entity", entities(ICONS), ids=".".join)
def test_states(entity: tuple[str, str]) -> None:
    """An icon for a state belongs to a state that has a name."""
    named = entities(ENGLISH)[entity].get("state", {})
    assert entities(ICONS)[entity].get("state", {}).keys() <= named.keys()


@pytest.mark.parametrize("kind", ["triggers", "conditions"])
def test_automations(kind: str) -> None:
    """Each trigger and condition has an icon, a name and texts for its fields."""
    defined = {
        key: value
        for key, value in load_yaml_dict(str(COMPONENT / f"{kind}.yaml")).items()
        if not key.startswith(".")
    }
    assert ICONS[kind].keys() == ENGLISH[kind].keys() == defined.keys()
    for key, value in defined.items():
        assert ENGLISH[kind][key]["fields"].keys() == value["fields"].keys()


def test_icons_exist() -> None:
    """The frontend has every icon."""
    folder = Path(hass_frontend.where()) / "static" / "mdi"
    parts = json.loads((folder / "iconMetadata.json").read_text())["parts"]
    known = {
        f"mdi:{name}"
        for part in parts
        for name in json.loads((folder / f"{part['file']}.json").read_text())
    }
    assert set(leaves(ICONS).values()) - known == set()
