"""The dialogue that sets a server up in Home Assistant's own Plex integration."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.data_entry_flow import FlowResultType
import pytest

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigFlowResult
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from tests.helpers.instance import Instance

# Marks for tests in which that integration runs.
BESIDE_PLEX: Final = [
    pytest.mark.usefixtures("plexapi_asks_here", "no_question_to_the_network"),
    # Caused by plexwebsocket.
    pytest.mark.filterwarnings("ignore:ssl=None is deprecated:DeprecationWarning"),
    # The integration debounces its searches.
    pytest.mark.parametrize("expected_lingering_timers", [True]),
]


class OptionsDialogue:
    """The dialogue behind the account's Configure button."""

    def __init__(self, instance: Instance, entry: MockConfigEntry) -> None:
        """Use the dialogue of one account."""
        self._instance = instance
        self._entry = entry
        self._flow_id = ""

    async def open(self) -> ConfigFlowResult:
        """Choose to set a server up."""
        flows = self._instance.hass.config_entries.options
        form = await flows.async_init(self._entry.entry_id)
        assert form["type"] is FlowResultType.FORM
        self._flow_id = form["flow_id"]
        return await self.submit({"task": "media_server"})

    async def submit(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        """Submit a step."""
        flows = self._instance.hass.config_entries.options
        return await self._instance.in_time(
            flows.async_configure(self._flow_id, user_input)
        )


def offered(form: ConfigFlowResult) -> dict[str, str]:
    """Return the servers that a form offers, by name."""
    schema = form["data_schema"]
    assert schema
    [selector] = schema.schema.values()
    return {row["label"]: row["value"] for row in selector.config["options"]}


async def set_up(
    instance: Instance, entry: MockConfigEntry, server: str
) -> ConfigFlowResult:
    """Set a server up."""
    options = OptionsDialogue(instance, entry)
    form = await options.open()
    return await options.submit({"server": offered(form)[server]})
