"""The options of a linked account, and setting up a server in Plex Media Server."""

from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol
from yarl import URL

from ..const import (
    CONF_ALLOW_TOKENS,
    CONF_FOLLOW,
    CONF_SERVER,
    CONF_TASK,
    DEFAULT_FOLLOW,
    FOLLOW_NONE,
    FOLLOW_OWN,
    FOLLOW_SHARED,
)
from ..markdown import plain
from ..plex_integration import async_set_up, is_set_up
from ..runtime import async_get_account
from .choices import TASK_SETTINGS, TASKS, radio_buttons

if TYPE_CHECKING:
    from ..runtime import LinkedServer


class PlexAccountOptionsFlow(OptionsFlowWithReload):
    """Offers the settings, and setting up a server in Plex Media Server."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer the settings and, if possible, Plex Media Server.

        A form, because the items of a menu cannot be reached with the keyboard.
        """
        if user_input is not None:
            if user_input[CONF_TASK] == TASK_SETTINGS:
                return await self.async_step_settings()
            return await self.async_step_media_server()
        return self.async_show_form(
            step_id="init",
            data_schema=TASKS,
            description_placeholders={"account": self.config_entry.title},
            last_step=False,
        )

    async def async_step_settings(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whose servers to follow, and whether actions may return tokens."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        options = self.config_entry.options
        allowed = options.get(CONF_ALLOW_TOKENS, False)
        follow = options.get(CONF_FOLLOW, DEFAULT_FOLLOW)
        return self.async_show_form(
            step_id="settings",
            data_schema=vol.Schema(
                {
                    vol.Required(CONF_FOLLOW, default=follow): radio_buttons(
                        FOLLOW_OWN,
                        FOLLOW_SHARED,
                        FOLLOW_NONE,
                        translation_key="follow_playback",
                    ),
                    vol.Required(CONF_ALLOW_TOKENS, default=allowed): BooleanSelector(),
                }
            ),
        )

    async def async_step_media_server(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Set one of the account's own servers up in Plex Media Server.

        Servers of others are not offered: Plex Media Server requests data that only a
        server's owner may read.
        """
        try:
            account = async_get_account(self.hass, self.config_entry.entry_id)
        except HomeAssistantError:
            return self.async_abort(reason="not_available")
        own = {
            identifier: linked
            for identifier, linked in account.servers.items()
            if linked.server.owned
        }
        if not own:
            return self.async_abort(reason="no_servers")
        errors: dict[str, str] = {}
        if user_input is not None and (chosen := own.get(user_input[CONF_SERVER])):
            name = {"server": plain(chosen.server.name)}
            if is_set_up(self.hass, chosen.server.client_identifier):
                return self.async_abort(
                    reason="media_server_exists", description_placeholders=name
                )
            if chosen.connection is None:
                errors["base"] = "server_unreachable"
            elif URL(chosen.connection.uri).path != "/":
                errors["base"] = "server_behind_path"
            elif await async_set_up(self.hass, chosen.connection, account.token):
                return self.async_abort(
                    reason="media_server_set_up", description_placeholders=name
                )
            else:
                errors["base"] = "media_server_failed"
        return self.async_show_form(
            step_id="media_server", data_schema=_choice(own), errors=errors
        )


def _choice(own: dict[str, LinkedServer]) -> vol.Schema:
    """Return a form to choose a server by its name."""
    options = [
        SelectOptionDict(value=identifier, label=linked.server.name)
        for identifier, linked in own.items()
    ]
    return vol.Schema(
        {
            vol.Required(CONF_SERVER, default=options[0]["value"]): SelectSelector(
                SelectSelectorConfig(options=options)
            )
        }
    )
