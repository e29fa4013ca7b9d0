"""The texts of dialogues: forms, menus, waiting screens and ways out."""

import ast
from typing import TYPE_CHECKING, Final

from .source import argument

if TYPE_CHECKING:
    from .wanted import Key, Wanted

PLACEHOLDERS: Final = "description_placeholders"
# How Home Assistant names a way out that is given no name.
OWN_REASONS: Final = {
    "_abort_if_unique_id_configured": ("error", "already_configured"),
    "_abort_if_unique_id_mismatch": ("reason", "unique_id_mismatch"),
    "_async_abort_entries_match": ("error", "already_configured"),
}


def want_dialogue_texts(wanted: Wanted) -> None:
    """Want them all."""
    _want_forms(wanted)
    _want_menus(wanted)
    _want_waiting_screens(wanted)
    _want_ways_out(wanted)


def _section(wanted: Wanted, call: ast.Call) -> str:
    """Tell the dialogue that links from the one that changes options."""
    options = any("OptionsFlow" in name for name in wanted.source.classes(call))
    return "options" if options else "config"


def _steps(wanted: Wanted, call: ast.Call) -> set[Key]:
    """Return the steps that a call shows."""
    steps = wanted.keys(call, "step_id", None, PLACEHOLDERS)
    return {(f"{_section(wanted, call)}.step.{step}", given) for step, given in steps}


def _want_forms(wanted: Wanted) -> None:
    """Want a title, a description and a text for each field and error."""
    for call in wanted.source.calls("async_show_form"):
        fields = wanted.fields(argument(call, "data_schema"))
        for step, given in _steps(wanted, call):
            wanted.must[f"{step}.title"].add(given)
            wanted.must[f"{step}.description"].add(given)
            wanted.may[f"{step}.submit"].add(given)
            for field in fields:
                wanted.must[f"{step}.data.{field}"].add(given)
                wanted.must[f"{step}.data_description.{field}"].add(given)
        for error in _errors(wanted, argument(call, "errors")):
            wanted.must[f"{_section(wanted, call)}.error.{error}"].add(None)


def _errors(wanted: Wanted, errors: ast.expr | None) -> set[str]:
    """Return the errors that a form may show."""
    match errors:
        case None:
            return set()
        case ast.Dict(values=values):
            return {text for value in values for text in wanted.texts(value)}
        case ast.Name(id=name):
            assigned = wanted.source.assigned[name]
            return {error for _, value in assigned for error in _errors(wanted, value)}
    return wanted.texts(errors)


def _want_menus(wanted: Wanted) -> None:
    """Want a title and a text for each option."""
    for call in wanted.source.calls("async_show_menu"):
        listed = argument(call, "menu_options")
        assert listed
        for step, given in _steps(wanted, call):
            wanted.must[f"{step}.title"].add(given)
            wanted.may[f"{step}.description"].add(given)
            for option in wanted.texts(listed):
                wanted.must[f"{step}.menu_options.{option}"].add(given)
                wanted.may[f"{step}.menu_option_descriptions.{option}"].add(given)


def _want_waiting_screens(wanted: Wanted) -> None:
    """Want a title, and a text for what is waited for."""
    for call in wanted.source.calls("async_show_progress"):
        for step, given in _steps(wanted, call):
            wanted.must[f"{step}.title"].add(given)
        for action, given in wanted.keys(call, "progress_action", None, PLACEHOLDERS):
            wanted.must[f"{_section(wanted, call)}.progress.{action}"].add(given)


def _want_ways_out(wanted: Wanted) -> None:
    """Want a text for each end but success."""
    for call in wanted.source.calls("async_abort", "AbortFlow"):
        # Somebody else's flow is ended by its id, and shows nothing.
        if argument(call, "reason"):
            for reason, given in wanted.keys(call, "reason", None, PLACEHOLDERS):
                wanted.must[f"{_section(wanted, call)}.abort.{reason}"].add(given)
    for name, (keyword, own_reason) in OWN_REASONS.items():
        for call in wanted.source.calls(name):
            reasons: set[Key] = {(own_reason, frozenset())}
            if argument(call, keyword):
                reasons = wanted.keys(call, keyword, None, PLACEHOLDERS)
            for reason, given in reasons:
                wanted.must[f"config.abort.{reason}"].add(given)
    _want_outcomes_of_linking_again(wanted)


def _want_outcomes_of_linking_again(wanted: Wanted) -> None:
    """Want the texts of a success that creates no entry.

    The reason is always given: without one, newer versions of Home Assistant show a
    text of their own and older ones ours.
    """
    for call in wanted.source.calls("async_update_reload_and_abort"):
        for reason, given in wanted.keys(call, "reason", None, PLACEHOLDERS):
            wanted.must[f"config.abort.{reason}"].add(given)
