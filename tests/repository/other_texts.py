"""The texts outside of dialogues: entities, errors, repairs, actions, selectors."""

import ast
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import Platform
from homeassistant.util.yaml import parse_yaml

from .source import argument, name_of
from .tree import COMPONENT

if TYPE_CHECKING:
    from .wanted import Wanted

NOTHING: Final[frozenset[str]] = frozenset()
PLACEHOLDERS: Final = "translation_placeholders"
# Calls with a translation key that is not an exception's.
NO_EXCEPTIONS: Final = ("async_create_issue", "SelectSelectorConfig", "DeviceInfo")
ACTIONS_FILE: Final = COMPONENT / "services.yaml"


def actions() -> dict[str, Any]:
    """Return the actions as services.yaml describes them."""
    if not ACTIONS_FILE.exists():
        return {}
    described = parse_yaml(ACTIONS_FILE.read_text(encoding="utf-8"))
    assert isinstance(described, dict)
    return described


def want_other_texts(wanted: Wanted) -> None:
    """Want them all."""
    for node in wanted.source.nodes:
        if isinstance(node, ast.Call) and argument(node, "translation_key"):
            name = name_of(node.func)
            if name.endswith("EntityDescription"):
                _want_entity(wanted, node)
            elif name not in NO_EXCEPTIONS:
                for key, given in _keys(wanted, node):
                    wanted.must[f"exceptions.{key}.message"].add(given)
    _want_repairs(wanted)
    _want_system_health(wanted)
    for name, action in actions().items():
        _want_action(wanted, f"services.{name}", action)
    _want_choices(wanted)


def _want_choices(wanted: Wanted) -> None:
    """Want a text for each option, but for those that people named themselves."""
    for call in wanted.source.calls("SelectSelectorConfig"):
        options = argument(call, "options")
        assert options
        for key, _ in _keys(wanted, call) if argument(call, "translation_key") else ():
            for option in wanted.texts(options):
                wanted.must[f"selector.{key}.options.{option}"].add(NOTHING)


def _keys(wanted: Wanted, call: ast.Call) -> set[tuple[str, Any]]:
    """Return the translation keys that a call passes."""
    return set(wanted.keys(call, "translation_key", None, PLACEHOLDERS))


def _want_entity(wanted: Wanted, description: ast.Call) -> None:
    """Want a name, and a text for each state of a list."""
    platform = wanted.source.file(description).stem
    assert platform in set(Platform), wanted.source.place(description)
    options = argument(description, "options")
    for key, given in _keys(wanted, description):
        entity = f"entity.{platform}.{key}"
        wanted.must[f"{entity}.name"].add(given)
        if platform == Platform.SENSOR:
            wanted.may[f"{entity}.unit_of_measurement"].add(NOTHING)
        for state in wanted.texts(options) if options else ():
            wanted.must[f"{entity}.state.{state}"].add(NOTHING)
        if platform == Platform.BINARY_SENSOR:
            wanted.may[f"{entity}.state.on"].add(NOTHING)
            wanted.may[f"{entity}.state.off"].add(NOTHING)


def _want_repairs(wanted: Wanted) -> None:
    """Want a title, and a description where no dialogue mends it."""
    for call in wanted.source.calls("async_create_issue"):
        fixable = argument(call, "is_fixable")
        assert isinstance(fixable, ast.Constant), wanted.source.place(call)
        assert fixable.value is False, "want the texts of its dialogue here"
        for key, given in _keys(wanted, call):
            wanted.must[f"issues.{key}.title"].add(given)
            wanted.must[f"issues.{key}.description"].add(given)


def _want_system_health(wanted: Wanted) -> None:
    """Want a text for each line of the system information."""
    for call in wanted.source.calls("async_register_info"):
        for told in wanted.source.returned[name_of(call.args[0])]:
            for key in wanted.texts(told):
                wanted.must[f"system_health.info.{key}"].add(NOTHING)


def _want_action(wanted: Wanted, key: str, action: dict[str, Any]) -> None:
    """Want a name and a description of an action, its fields and their sections."""
    keys = [key]
    for name, field in ((action or {}).get("fields") or {}).items():
        if "fields" in field:
            wanted.must[f"{key}.sections.{name}.name"].add(NOTHING)
            wanted.may[f"{key}.sections.{name}.description"].add(NOTHING)
        for inner, one in field.get("fields", {name: field}).items():
            keys.append(f"{key}.fields.{inner}")
            select = one.get("selector", {}).get("select") or {}
            for option in select.get("options", ()):
                if "translation_key" in select:
                    selector = f"selector.{select['translation_key']}"
                    wanted.must[f"{selector}.options.{option}"].add(NOTHING)
    for one in keys:
        wanted.must[f"{one}.name"].add(None)
        wanted.must[f"{one}.description"].add(None)
