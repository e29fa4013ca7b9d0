"""The texts of translations/en.json that tests used, and errors in their use."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import Platform
from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.helpers.selector import SelectSelector

from tests.repository.tree import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# tests/repository compares the others, which no run uses: services and the like.
RECORDED: Final = (
    "config.",
    "config_subentries.",
    "entity.",
    "exceptions.",
    "issues.",
    "options.",
)


class UsedTexts:
    """The texts that were used so far."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Compare with these texts, by their keys in a translation file."""
        self._texts = texts
        self.used: set[str] = set()
        self.problems: list[str] = []

    @property
    def unused(self) -> list[str]:
        """The keys of the texts that were not used."""
        recorded = {key for key in self._texts if key.startswith(RECORDED)}
        return sorted(recorded - self.used)

    def use(
        self,
        *needed: str,
        given: Iterable[str] = (),
        optional: Iterable[str] = (),
        exact: bool = False,
    ) -> None:
        """Use texts that are shown together, with placeholders given to all of them."""
        shown = {*needed, *optional} & self._texts.keys()
        self.used |= shown
        if missing := [key for key in needed if key not in shown]:
            self.problems.append(f"There is no {', '.join(missing)}")
            return
        texts = " ".join(self._texts[key] for key in shown)
        expected, given = set(PLACEHOLDER.findall(texts)), set(given)
        if expected - given or (exact and given - expected):
            self.problems.append(
                f"{', '.join(needed)}: placeholders {sorted(expected)} in the text, "
                f"{sorted(given)} given"
            )

    def use_step(self, prefix: str, result: Mapping[str, Any]) -> None:
        """Use what a step of a flow shows.

        More placeholders may be given than the texts have: Home Assistant adds some,
        and programs that drive a flow read others.
        """
        step = f"{prefix}.step.{result.get('step_id')}"
        title, description = f"{step}.title", f"{step}.description"
        match result["type"]:
            case FlowResultType.FORM:
                fields = _fields(step, result["data_schema"])
                errors = (result["errors"] or {}).values()
                errors = (f"{prefix}.error.{error}" for error in errors)
                optional = [f"{step}.submit"]
                needed = (title, description, *fields, *errors)
            case FlowResultType.MENU:
                menu = result["menu_options"]
                options = (f"{step}.menu_options.{option}" for option in menu)
                optional = [f"{step}.menu_option_descriptions.{one}" for one in menu]
                optional.append(description)
                needed = (title, *options)
            case FlowResultType.SHOW_PROGRESS:
                optional = [description]
                needed = (title, f"{prefix}.progress.{result['progress_action']}")
            case FlowResultType.ABORT if not result.get("translation_domain"):
                optional = []
                needed = (f"{prefix}.abort.{result['reason']}",)
            case _:
                return
        given = result.get("description_placeholders") or ()
        self.use(*needed, given=given, optional=optional)

    def use_entity(
        self, platform: str, key: str, capabilities: Mapping[str, Any]
    ) -> None:
        """Use the name, the states and the types of events of an entity."""
        entity = f"entity.{platform}.{key}"
        attributes = f"{entity}.state_attributes."
        event = f"{attributes}event_type.state"
        is_binary = platform == Platform.BINARY_SENSOR
        self.use(
            f"{entity}.name",
            *(f"{entity}.state.{state}" for state in capabilities.get("options", ())),
            *(f"{event}.{kind}" for kind in capabilities.get("event_types", ())),
            optional=(
                f"{entity}.unit_of_measurement",
                *(f"{entity}.state.{state}" for state in ("on", "off") if is_binary),
                # Home Assistant's frontend shows the attributes of an event.
                *(
                    key
                    for key in self._texts
                    if key.startswith(attributes) and platform == Platform.EVENT
                ),
            ),
        )


def _fields(step: str, schema: Any) -> Iterator[str]:  # noqa: ANN401 - of two libraries
    """Yield the keys of the texts of a form's fields."""
    for field, kind in schema.schema.items() if schema else ():
        if isinstance(kind, section):
            yield f"{step}.sections.{field}.name"
            yield from _fields(f"{step}.sections.{field}", kind.schema)
            continue
        yield f"{step}.data.{field}"
        yield f"{step}.data_description.{field}"
        if isinstance(kind, SelectSelector) and "translation_key" in kind.config:
            for option in kind.config["options"]:
                value = option if isinstance(option, str) else option["value"]
                yield f"selector.{kind.config['translation_key']}.options.{value}"
