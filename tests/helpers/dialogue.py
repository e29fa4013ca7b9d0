"""The config flow as the frontend's page drives it."""

from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import (
    EVENT_DATA_ENTRY_FLOW_PROGRESSED,
    FlowResultType,
)

from custom_components.plex_account.const import CONF_WAY, DOMAIN
from tests.helpers.routes import PIN

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
    from homeassistant.core import Event, HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator

    from .instance import Instance


class Dialogue:
    """One config flow: opens it, submits its steps, and closes it."""

    def __init__(self, instance: Instance, plex_tv: Simulator) -> None:
        """Prepare a flow that is not started yet."""
        self._instance = instance
        self._hass = hass = instance.hass
        self._plex_tv = plex_tv
        self.flow_id = ""
        self.calls = 0
        hass.bus.async_listen(EVENT_DATA_ENTRY_FLOW_PROGRESSED, self._called)

    @callback
    def _called(self, event: Event[Any]) -> None:
        """Count the events after which the page fetches the step again."""
        self.calls += event.data["flow_id"] == self.flow_id

    async def open(self, way: str = "code") -> ConfigFlowResult:
        """Add the integration and choose a way to sign in."""
        form = await self._hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_USER}
        )
        assert form["type"] is FlowResultType.FORM
        assert form["step_id"] == "user"
        return await self.choose(form["flow_id"], way)

    async def ask_again(self, entry: MockConfigEntry, source: str) -> str:
        """Start a flow that links an account again, and return its id."""
        if source == SOURCE_RECONFIGURE:
            form = await entry.start_reconfigure_flow(self._hass)
            assert form["step_id"] == "reconfigure"
            return form["flow_id"]
        entry.async_start_reauth(self._hass)
        await self._hass.async_block_till_done()
        [form] = [
            flow
            for flow in self._hass.config_entries.flow.async_progress()
            if flow["context"]["source"] == SOURCE_REAUTH
        ]
        assert form["step_id"] == "reauth_confirm"
        return form["flow_id"]

    async def open_again(self, entry: MockConfigEntry, source: str) -> None:
        """Link an account again with a code."""
        await self.choose(await self.ask_again(entry, source))

    async def choose(self, flow_id: str, way: str = "code") -> ConfigFlowResult:
        """Choose a way to sign in at the flow's first step."""
        self.flow_id = flow_id
        return await self.submit({CONF_WAY: way})

    async def submit(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Press the form's button."""
        return await self._configure(user_input if user_input is not None else {})

    async def look(self) -> ConfigFlowResult:
        """Fetch the current step, as the page does after such an event."""
        return await self._configure(None)

    async def _configure(self, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        """Submit a step; this may set an account up first."""
        flows = self._hass.config_entries.flow
        return await self._instance.in_time(
            flows.async_configure(self.flow_id, user_input)
        )

    def close(self) -> None:
        """Abort the flow, as closing its window does."""
        self._hass.config_entries.flow.async_abort(self.flow_id)

    @property
    def is_open(self) -> bool:
        """Whether the flow is still in progress."""
        return any(
            flow["flow_id"] == self.flow_id
            for flow in self._hass.config_entries.flow.async_progress()
        )

    @property
    def step(self) -> str:
        """The id of the current step."""
        return self._hass.config_entries.flow.async_get(self.flow_id)["step_id"]

    async def approve(self, person: str = "alice") -> None:
        """Approve the newest code, and wait until the flow has the token."""
        self._plex_tv.approve(self._plex_tv.pins[-1].code, person)
        await self._instance.pass_time_until(lambda: self.step == "finish")

    @property
    def token(self) -> str:
        """The token that was issued for the newest code."""
        token = self._plex_tv.pins[-1].token
        assert token
        return token

    async def expire(self, expected_step: str = "code") -> None:
        """Let the newest code expire, and wait for the flow's reaction."""
        calls = self.calls
        self._plex_tv.expire(self._plex_tv.pins[-1].code)
        await self._instance.pass_time_until(
            lambda: self.calls > calls and self.step == expected_step
        )

    async def next_question(self) -> None:
        """Let time pass until the next request about the PIN."""
        asked = len(self._plex_tv.seen("GET", PIN))
        await self._instance.pass_time_until(
            lambda: len(self._plex_tv.seen("GET", PIN)) > asked
        )


def placeholders(shown: ConfigFlowResult) -> dict[str, str]:
    """Return the placeholders of a step."""
    given = shown["description_placeholders"]
    assert given is not None
    return dict(given)


def linked(hass: HomeAssistant) -> list[ConfigEntry]:
    """Return the entries of linked accounts."""
    return hass.config_entries.async_entries(DOMAIN)
