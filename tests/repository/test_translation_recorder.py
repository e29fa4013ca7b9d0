"""The recorder of translations detects each kind of error in a text."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig
import pytest
import voluptuous as vol

from tests.helpers.used_texts import UsedTexts

if TYPE_CHECKING:
    from collections.abc import Mapping

WAYS: Final = SelectSelector(
    SelectSelectorConfig(options=["code", "browser"], translation_key="ways")
)
FORM: Final = {
    "type": FlowResultType.FORM,
    "step_id": "user",
    "errors": {"base": "failed"},
    "description_placeholders": {"account": "Alice", "more": ""},
    "data_schema": vol.Schema(
        {
            vol.Required("way", default="code"): WAYS,
            vol.Required("rest"): section(vol.Schema({vol.Optional("note"): str})),
        }
    ),
}
FORM_TEXTS: Final = {
    "config.error.failed": "{account} failed.",
    "config.step.user.data.way": "Way",
    "config.step.user.data_description.way": "The way for {account}.",
    "config.step.user.description": "Choose.",
    "config.step.user.sections.rest.data.note": "Note",
    "config.step.user.sections.rest.data_description.note": "A note.",
    "config.step.user.sections.rest.name": "Rest",
    "config.step.user.title": "Choose",
    "selector.ways.options.browser": "Browser",
    "selector.ways.options.code": "Code",
}
MENU: Final = {
    "type": FlowResultType.MENU,
    "step_id": "user",
    "menu_options": ["code"],
}
PROGRESS: Final = {
    "type": FlowResultType.SHOW_PROGRESS,
    "step_id": "code",
    "progress_action": "waiting",
}
ABORT: Final = {"type": FlowResultType.ABORT, "reason": "linked"}
STEPS: Final = {
    "form": (FORM, FORM_TEXTS),
    "menu": (
        MENU,
        {
            "config.step.user.menu_options.code": "Code",
            "config.step.user.title": "Choose",
        },
    ),
    "progress": (
        PROGRESS,
        {"config.progress.waiting": "Wait", "config.step.code.title": "Code"},
    ),
    "abort": (ABORT, {"config.abort.linked": "Linked."}),
}


@pytest.mark.parametrize(("result", "texts"), STEPS.values(), ids=STEPS)
def test_step(result: Mapping[str, Any], texts: dict[str, str]) -> None:
    """A step needs each of its texts."""
    complete = UsedTexts(texts)
    complete.use_step("config", result)
    assert complete.problems == []
    assert complete.used == texts.keys()
    for key in texts:
        lacking = UsedTexts({one: text for one, text in texts.items() if one != key})
        lacking.use_step("config", result)
        assert lacking.problems == [f"There is no {key}"]


def test_missing_placeholder() -> None:
    """A placeholder in a text without a value is a problem."""
    used = UsedTexts(FORM_TEXTS)
    used.use_step("config", FORM | {"description_placeholders": None})
    [problem] = used.problems
    assert "['account'] in the text, [] given" in problem


@pytest.mark.parametrize("given", [{}, {"who": "Alice", "more": ""}])
def test_other_placeholders(given: dict[str, str]) -> None:
    """A message gets exactly the placeholders in its text."""
    used = UsedTexts({"exceptions.failed.message": "{who} failed."})
    used.use("exceptions.failed.message", given={"who": "Alice"}, exact=True)
    assert used.problems == []
    used.use("exceptions.failed.message", given=given, exact=True)
    assert len(used.problems) == 1


def test_entities() -> None:
    """An entity needs its name, its states and the types of its events."""
    used = UsedTexts({"entity.event.library.name": "Library"})
    used.use_entity("event", "library", {})
    assert used.problems == []
    used.use_entity("event", "library", {"event_types": ["added"]})
    used.use_entity("sensor", "route", {"options": ["local"]})
    assert used.problems == [
        "There is no entity.event.library.state_attributes.event_type.state.added",
        "There is no entity.sensor.route.name, entity.sensor.route.state.local",
    ]


def test_unused() -> None:
    """An unused text is reported, unless no run of tests can use it."""
    used = UsedTexts({"config.a": "", "config.b": "", "services.c": ""})
    used.use("config.a")
    assert used.unused == ["config.b"]
