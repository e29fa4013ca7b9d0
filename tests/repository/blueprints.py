"""The blueprints of the repository."""

from typing import Any, Final

from homeassistant.util.yaml import load_yaml_dict

from .tree import COMPONENT, ROOT

FOLDER: Final = ROOT / "blueprints" / "automation" / COMPONENT.name
BLUEPRINTS: Final[dict[str, dict[str, Any]]] = {
    path.stem: load_yaml_dict(str(path)) for path in sorted(FOLDER.iterdir())
}
