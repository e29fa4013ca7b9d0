"""The actions are described as they are registered."""

import ast
from typing import Final

from homeassistant.helpers.selector import validate_selector

from .everything import wanted
from .other_texts import actions
from .source import argument, name_of

# Where each way to register takes the action's name and its schema.
POSITIONS: Final = {"async_register": (1, 3), "async_register_admin_service": (2, 4)}
FIELD_KEYS: Final = frozenset(
    {"advanced", "default", "example", "filter", "required", "selector"}
)


def registered() -> dict[str, set[str]]:
    """Return the fields of every action that the code registers."""
    found = {}
    for way, (name_position, schema_position) in POSITIONS.items():
        for call in wanted().source.calls(way):
            match call.func:
                case ast.Attribute(value=owner) if name_of(owner) != "services":
                    continue
            name = argument(call, "service", name_position)
            schema = argument(call, "schema", schema_position)
            assert name
            for row in rows(call):
                [text] = wanted().texts(row.get(name_of(name), name))
                held = row.get(name_of(schema), schema) if schema else None
                found[text] = wanted().fields(held)
    return found


def rows(call: ast.Call) -> list[dict[str, ast.expr]]:
    """Return what a loop around a call puts into its names, row by row."""
    for loop in wanted().source.around(call):
        match loop:
            case ast.For(target=ast.Tuple(elts=names), iter=table):
                return [
                    dict(zip(map(name_of, names), row.elts, strict=True))
                    for row in wanted().elements(table)
                    if isinstance(row, ast.Tuple)
                ]
    return [{}]


def described() -> dict[str, dict[str, dict[str, object]]]:
    """Return the fields of every action that services.yaml describes."""
    return {
        name: {
            inner: one
            for outer, field in ((action or {}).get("fields") or {}).items()
            for inner, one in field.get("fields", {outer: field}).items()
        }
        for name, action in actions().items()
    }


def test_every_action_is_described() -> None:
    """Each action and each of its fields stands in services.yaml, and no other."""
    assert {name: set(fields) for name, fields in described().items()} == registered()


def test_descriptions_are_fit_for_home_assistant() -> None:
    """Nothing stands there that Home Assistant's validation refuses."""
    for action in actions().values():
        assert (action or {}).keys() <= {"fields", "target"}
        assert "device" not in (action or {}).get("target", {})
        for field in ((action or {}).get("fields") or {}).values():
            assert "fields" not in field or field.keys() <= {"collapsed", "fields"}
    for name, fields in described().items():
        for field in fields.values():
            assert field.keys() <= FIELD_KEYS
            assert "filter" not in field or "target" in actions()[name]
            validate_selector(field["selector"])


def test_fields_stand_once() -> None:
    """No two sections of an action have a field of the same name."""
    for name, action in actions().items():
        fields = ((action or {}).get("fields") or {}).items()
        names = [inner for outer, one in fields for inner in one.get("fields", [outer])]
        assert sorted(names) == sorted(described()[name])
