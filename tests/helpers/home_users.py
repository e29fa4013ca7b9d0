"""Users of alice's Plex Home as Home Assistant adds and shows them."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    SubentryFlowContext,
)
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from custom_components.plex_account.const import (
    CONF_PIN,
    CONF_USER,
    DOMAIN,
    HOME_INTERVAL,
    HOME_USER,
    HOME_USER_INTERVAL,
)

if TYPE_CHECKING:
    from homeassistant.config_entries import (
        ConfigEntry,
        ConfigSubentry,
        SubentryFlowResult,
    )
    from homeassistant.core import HomeAssistant

    from simulator import Simulator

    from .instance import Instance

PIN: Final = "4711"
SIGNED_IN: Final = "binary_sensor.dana_signed_in"
WATCHLIST_OF_DANA: Final = "todo.dana_watchlist"
OF_ACCOUNT: Final = "binary_sensor.alice_attic_signed_in"
# Seconds: a tenth more than the interval, because of its jitter.
NEXT_POLL: Final = HOME_USER_INTERVAL.total_seconds() * 1.11
NEXT_HOME: Final = HOME_INTERVAL.total_seconds() * 1.11


class HomeUsers:
    """The dialogue of Home users, and the users that were added."""

    def __init__(
        self, instance: Instance, plex_tv: Simulator, entry: ConfigEntry
    ) -> None:
        """Use one account."""
        self.instance = instance
        self._hass = instance.hass
        self._plex_tv = plex_tv
        self._entry = entry
        self.flow_id = ""

    async def open(self) -> SubentryFlowResult:
        """Open the dialogue that adds a user."""
        return await self._init(SubentryFlowContext(source=SOURCE_USER))

    async def reconfigure(self, name: str) -> SubentryFlowResult:
        """Open the dialogue that signs a user in again."""
        subentry_id = self.subentry(name).subentry_id
        return await self._init(
            SubentryFlowContext(source=SOURCE_RECONFIGURE, subentry_id=subentry_id)
        )

    async def _init(self, context: SubentryFlowContext) -> SubentryFlowResult:
        """Open a dialogue."""
        flows = self._hass.config_entries.subentries
        handler = (self._entry.entry_id, HOME_USER)
        result = await self.instance.in_time(flows.async_init(handler, context=context))
        self.flow_id = result["flow_id"]
        return result

    async def choose(self, person: str) -> SubentryFlowResult:
        """Choose a user."""
        return await self.submit({CONF_USER: self._plex_tv.people[person].uuid})

    async def enter(self, pin: str) -> SubentryFlowResult:
        """Enter a PIN."""
        return await self.submit({CONF_PIN: pin})

    async def submit(self, user_input: dict[str, Any]) -> SubentryFlowResult:
        """Press the button of the form."""
        flows = self._hass.config_entries.subentries
        result = await self.instance.in_time(
            flows.async_configure(self.flow_id, user_input)
        )
        await self.settle()
        return result

    async def add(self, person: str, pin: str | None = None) -> ConfigSubentry:
        """Add a user, and wait until all data of the user was requested."""
        await self.open()
        result = await self.choose(person)
        if pin is not None:
            result = await self.enter(pin)
        assert result["type"] == "create_entry", result
        return self.subentry(result["title"])

    def offered(self, shown: SubentryFlowResult) -> list[str]:
        """Return the names of the users whom a form offers."""
        assert shown["data_schema"]
        [selector] = shown["data_schema"].schema.values()
        return [option["label"] for option in selector.config["options"]]

    def subentry(self, name: str) -> ConfigSubentry:
        """Return a user who was added."""
        found = [one for one in self.subentries if one.title == name]
        assert len(found) == 1
        return found[0]

    @property
    def subentries(self) -> list[ConfigSubentry]:
        """The users that were added."""
        return self._entry.get_subentries_of_type(HOME_USER)

    def device(self, name: str) -> dr.DeviceEntry:
        """Return the device of a user."""
        registry = dr.async_get(self._hass)
        devices = dr.async_entries_for_config_entry(registry, self._entry.entry_id)
        [found] = [
            device
            for device in devices
            if device.config_subentry_id and device.name == name
        ]
        return found

    async def delete(self, name: str) -> None:
        """Delete a user."""
        subentry_id = self.subentry(name).subentry_id
        self._hass.config_entries.async_remove_subentry(self._entry, subentry_id)
        await self.settle()

    async def settle(self) -> None:
        """Let all pending work end."""
        for _ in range(3):
            await self.instance.pass_time(1)

    async def next_poll(self) -> None:
        """Let time pass until plex.tv is polled for the users again."""
        await self.instance.pass_time(NEXT_POLL)
        for _ in range(3):
            await self.instance.pass_time(2)


def issues(hass: HomeAssistant) -> list[str]:
    """Return the translation keys of the repair issues."""
    return [
        str(issue.translation_key)
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN
    ]


def state(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the state of an entity, None if there is no such entity."""
    found = hass.states.get(entity_id)
    return found.state if found else None
