"""The subentry flow, which adds a Home user, or signs one in again."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast, override
import uuid

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_TOKEN
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..const import CONF_CLIENT_IDENTIFIER, CONF_PIN, CONF_USER, HOME_USER, LOGGER
from ..home_user import async_switch, find_home_user
from ..markdown import plain
from ..plextv import (
    Home,
    PlexTvError,
    PlexTvHomePinError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from ..sign_outs import async_get_sign_outs

if TYPE_CHECKING:
    from ..plextv import HomeUser
    from ..runtime import PlexAccountConfigEntry

# plex.tv's PINs have four digits. This only limits what is sent.
MAX_PIN_LENGTH: Final = 32

PIN_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_PIN): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
        )
    }
)


class HomeUserFlow(ConfigSubentryFlow):
    """Adds a user of the account's Plex Home, or signs one in again.

    A PIN is used once and not kept.
    """

    def __init__(self) -> None:
        """Start without a chosen user."""
        self._client_identifier = str(uuid.uuid4())
        self._offered: dict[str, HomeUser] = {}
        self._user: HomeUser | None = None
        self._name = ""
        self._closed = False

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Let the person choose a user who is not added yet."""
        if (entry := self._loaded_entry) is None:
            return self.async_abort(reason="not_available")
        if user_input is not None:
            self._user = self._offered[user_input[CONF_USER]]
            self._name = self._user.name
            if self._user.protected:
                return self._show_pin()
            return await self._async_sign_in(None)
        try:
            users = await Home(entry.runtime_data.client.transport).get_users()
        except PlexTvError as err:
            return self.async_abort(reason=home_problem(err))
        others = {user.uuid: user for user in users if user.uuid != entry.unique_id}
        added = {user.unique_id for user in entry.get_subentries_of_type(HOME_USER)}
        self._offered = {key: others[key] for key in others if key not in added}
        if not self._offered:
            return self.async_abort(reason="all_added" if others else "no_home")
        return self._show_users()

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Sign a user in again, without a form if they have no PIN."""
        return await self._async_sign_in(None)

    async def async_step_pin(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the PIN of the user until plex.tv accepts it."""
        pin = read_pin(user_input)
        if pin is None:
            return self._show_pin({CONF_PIN: "wrong_pin"})
        return await self._async_sign_in(pin)

    async def _async_sign_in(self, pin: str | None) -> SubentryFlowResult:
        """Sign the user in, or show the error."""
        if (entry := self._loaded_entry) is None:
            return self.async_abort(reason="not_available")
        try:
            if self.source == SOURCE_RECONFIGURE:
                return await self._async_again(entry, pin)
            return await self._async_add(entry, pin)
        except PlexTvHomePinError:
            return self._show_pin({CONF_PIN: "wrong_pin"} if pin else {})
        except PlexTvError as err:
            return self._show_problem(home_problem(err), pin)

    def _show_problem(self, problem: str, pin: str | None) -> SubentryFlowResult:
        """Show an error in the form that is open, or abort if there is none."""
        if problem == "left_home":
            return self.async_abort(reason=problem)
        if pin:
            return self._show_pin({"base": problem})
        if self.source == SOURCE_RECONFIGURE:
            return self.async_abort(reason=problem)
        return self._show_users({"base": problem})

    async def _async_add(
        self, entry: PlexAccountConfigEntry, pin: str | None
    ) -> SubentryFlowResult:
        """Add the user with a new token, or sign it out if it is no longer needed."""
        user = cast("HomeUser", self._user)
        token = await async_switch(
            self.hass, entry, user.uuid, self._client_identifier, pin
        )
        added = {user.unique_id for user in entry.subentries.values()}
        known = self.hass.config_entries.async_get_entry(entry.entry_id)
        if self._closed or known is None or user.uuid in added:
            await async_get_sign_outs(self.hass).async_sign_out(
                self._client_identifier, token
            )
            return self.async_abort(
                reason="already_configured" if known else "not_available"
            )
        return self.async_create_entry(
            title=user.name,
            data={
                CONF_TOKEN: token,
                CONF_CLIENT_IDENTIFIER: self._client_identifier,
            },
            unique_id=user.uuid,
        )

    async def _async_again(
        self, entry: PlexAccountConfigEntry, pin: str | None
    ) -> SubentryFlowResult:
        """Replace the token of a user who was added before and not deleted."""
        if subentry := entry.subentries.get(self._reconfigure_subentry_id):
            self._name = subentry.title
            await entry.runtime_data.home_users.async_sign_in(subentry.subentry_id, pin)
            if find_home_user(self.hass, entry.entry_id, subentry.subentry_id):
                return self.async_abort(reason="reconfigure_successful")
        return self.async_abort(reason="user_removed")

    def _show_users(self, errors: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show the users who can be added."""
        options = [
            SelectOptionDict(value=user.uuid, label=user.name)
            for user in self._offered.values()
        ]
        chosen = self._user.uuid if self._user else options[0]["value"]
        return self.async_show_form(
            step_id="user",
            data_schema=vol.Schema(
                {
                    vol.Required(CONF_USER, default=chosen): SelectSelector(
                        SelectSelectorConfig(
                            options=options, mode=SelectSelectorMode.LIST
                        )
                    )
                }
            ),
            errors=errors,
        )

    def _show_pin(self, errors: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show the field for the PIN."""
        return self.async_show_form(
            step_id="pin",
            data_schema=PIN_SCHEMA,
            description_placeholders=name_placeholders(self._name),
            errors=errors,
        )

    @callback
    @override
    def async_remove(self) -> None:
        """Note that the flow was closed, possibly while plex.tv creates a token."""
        self._closed = True

    @property
    def _loaded_entry(self) -> PlexAccountConfigEntry | None:
        """The account's entry, None while it is not loaded."""
        entry: PlexAccountConfigEntry | None
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return None
        return entry if entry.runtime_data.account.signed_in else None


def name_placeholders(name: str) -> dict[str, str]:
    """Return a user's name for a form, escaped except in the title (no Markdown)."""
    return {"name": name, "user": plain(name)}


def read_pin(user_input: dict[str, Any] | None) -> str | None:
    """Return the PIN that a person typed, None if it cannot be a PIN."""
    pin: str = (user_input or {}).get(CONF_PIN, "").strip()
    return pin if 0 < len(pin) <= MAX_PIN_LENGTH else None


def home_problem(error: PlexTvError) -> str:
    """Return the translation key of an error of a request about a Plex Home.

    The class of the error is logged, because one key stands for several classes.
    """
    LOGGER.debug("Asking the Plex Home failed: %s", type(error).__name__)
    match error:
        case PlexTvRateLimitError():
            return "rate_limited"
        case PlexTvResponseError(status=HTTPStatus.NOT_FOUND):
            return "left_home"
        case PlexTvResponseError(status=HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN):
            return "refused"
        case _:
            return "cannot_connect"
