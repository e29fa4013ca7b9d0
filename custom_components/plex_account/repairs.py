"""Repairs of Home users: plex.tv requires a PIN, or a user has left the Home."""

from typing import TYPE_CHECKING, Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .const import CONF_PIN, DOMAIN
from .flow.home_user import PIN_SCHEMA, home_problem, name_placeholders, read_pin
from .home_user import LEFT_HOME, find_home_user
from .plextv import PlexTvError, PlexTvHomePinError

if TYPE_CHECKING:
    from homeassistant.components.repairs import RepairsFlowResult
    from homeassistant.config_entries import ConfigSubentry
    from homeassistant.core import HomeAssistant

    from .runtime import PlexAccountConfigEntry


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the repair flow of an issue."""
    found = (data or {}).get("entry_id"), (data or {}).get("subentry_id")
    if issue_id.startswith(LEFT_HOME):
        return LeftHomeFlow(*map(str, found))
    return PinFlow(*map(str, found))


class HomeUserRepairFlow(RepairsFlow):
    """A repair flow for one Home user."""

    def __init__(self, entry_id: str, subentry_id: str) -> None:
        """Prepare the repair of a Home user."""
        self._entry_id = entry_id
        self._subentry_id = subentry_id

    def _find_user(self) -> ConfigSubentry | None:
        """Return the user, None if they or the account were deleted."""
        return find_home_user(self.hass, self._entry_id, self._subentry_id)

    @property
    def _placeholders(self) -> dict[str, str] | None:
        """The names in the texts of the form, None without the user."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        named = issue and issue.translation_placeholders
        return name_placeholders(named["name"]) if named else None


class PinFlow(HomeUserRepairFlow):
    """Asks for the PIN of a Home user and signs them in, as reconfiguring does."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask for the PIN."""
        return self._show_pin()

    async def async_step_pin(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Sign the user in, or show the error."""
        entry: PlexAccountConfigEntry | None
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if (
            entry is None
            or entry.state is not ConfigEntryState.LOADED
            or self._find_user() is None
        ):
            return self.async_abort(reason="not_available")
        if (pin := read_pin(user_input)) is None:
            return self._show_pin({CONF_PIN: "wrong_pin"})
        users = entry.runtime_data.home_users
        try:
            await users.async_sign_in(self._subentry_id, pin)
        except PlexTvHomePinError:
            return self._show_pin({CONF_PIN: "wrong_pin"})
        except PlexTvError as err:
            return self._show_pin({"base": home_problem(err)})
        if self._find_user() is None:
            return self.async_abort(reason="user_removed")
        return self.async_create_entry(data={})

    def _show_pin(self, errors: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the field for the PIN."""
        return self.async_show_form(
            step_id="pin",
            data_schema=PIN_SCHEMA,
            description_placeholders=self._placeholders,
            errors=errors,
        )


class LeftHomeFlow(HomeUserRepairFlow):
    """Offers to delete a Home user who has left the Plex Home."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask whether to delete the user."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Delete the user, with their device and entities."""
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=vol.Schema({}),
                description_placeholders=self._placeholders,
            )
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry and self._find_user():
            self.hass.config_entries.async_remove_subentry(entry, self._subentry_id)
        return self.async_create_entry(data={})
