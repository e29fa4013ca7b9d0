"""Each action is registered, described, named and drawn with the same fields."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict

from custom_components.plex_account.const import DOMAIN

from .tree import COMPONENT, read_json, texts

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

ENGLISH: Final = read_json(COMPONENT / "translations" / "en.json")
ICONS: Final = read_json(COMPONENT / "icons.json")
CODE: Final = "custom_components/"
DESCRIBED: Final = load_yaml_dict(str(COMPONENT / "services.yaml"))


def fields(action: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the fields of an action in services.yaml, without their sections."""
    return {
        name: field
        for outer, one in (action.get("fields") or {}).items()
        for name, field in one.get("fields", {outer: one}).items()
    }


def sections(action: dict[str, Any]) -> set[str]:
    """Return the sections of an action in services.yaml."""
    return {
        name for name, one in (action.get("fields") or {}).items() if "fields" in one
    }


async def test_registered(hass: HomeAssistant) -> None:
    """services.yaml describes exactly what is registered."""
    assert await async_setup_component(hass, DOMAIN, {})
    registered: dict[str, Any] = hass.services.async_services_for_domain(DOMAIN)
    assert {
        name: {str(field) for field in service.schema.schema}
        for name, service in registered.items()
    } == {name: set(fields(action)) for name, action in DESCRIBED.items()}


def test_named() -> None:
    """Exactly the actions, fields and sections that exist have a name."""
    assert {
        name: (
            set(action.get("fields", {})),
            set(action.get("sections", {})),
        )
        for name, action in ENGLISH["services"].items()
    } == {
        name: (set(fields(action)), sections(action))
        for name, action in DESCRIBED.items()
    }
    for action in ENGLISH["services"].values():
        for one in (action, *action.get("fields", {}).values()):
            assert one["name"]
            assert one["description"]


def test_icons() -> None:
    """Exactly the actions and sections that exist have an icon."""
    assert {
        name: (icons.keys() - {"sections"}, set(icons.get("sections", {})))
        for name, icons in ICONS["services"].items()
    } == {name: ({"service"}, sections(action)) for name, action in DESCRIBED.items()}


def test_choices() -> None:
    """Each text of a choice belongs to a choice in services.yaml or in a form."""
    choices = [
        field["selector"]["select"]
        for action in DESCRIBED.values()
        for field in fields(action).values()
        if field["selector"].get("select")
    ]
    described = {
        choice["translation_key"]: set(choice["options"])
        for choice in choices
        if "translation_key" in choice
    }
    named = {
        name: set(choice["options"])
        for name, choice in ENGLISH.get("selector", {}).items()
    }
    # The recorder of translations compares the options of forms with the texts.
    code = "".join(text for path, text in texts().items() if path.startswith(CODE))
    in_forms = {name for name in named if f'translation_key="{name}"' in code}
    assert described == {
        name: options for name, options in named.items() if name not in in_forms
    }
