"""The blueprints of the repository."""

from typing import Any, Final

from homeassistant.util.yaml import load_yaml_dict

from .tree import COMPONENT, ROOT

FOLDER: Final = ROOT / "blueprints" / "automation" / COMPONENT.name
PATHS: Final = {
    path.stem: path for path in sorted((ROOT / "blueprints").glob("*/*/*.yaml"))
}
BLUEPRINTS: Final[dict[str, dict[str, Any]]] = {
    name: load_yaml_dict(str(path)) for name, path in PATHS.items()
}
