"""The dialogue that links a plex.tv account."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import (
    SOURCE_IMPORT,
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigFlowResult,
)
from homeassistant.const import CONF_TOKEN
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow, FlowResultType

from .const import CONF_CLIENT_IDENTIFIER, DOMAIN
from .media_server import async_renew_tokens
from .options_flow import PlexAccountOptionsFlow
from .plextv import PlexTvAuthenticationError, PlexTvError
from .sign_in_flow import SignInFlow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry


class PlexAccountConfigFlow(SignInFlow, domain=DOMAIN):
    """Links a new account, or one again that is known already."""

    VERSION = 1
    MINOR_VERSION = 1

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> PlexAccountOptionsFlow:
        """Offer the account's settings, and its servers to Plex Media Server."""
        return PlexAccountOptionsFlow()

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the person choose where to sign in."""
        return self._doors("user")

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Link an account again whose token plex.tv rejects."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Wait for a person before making a code, then let them choose."""
        entry = self._get_reauth_entry()
        self._client_identifier = entry.data[CONF_CLIENT_IDENTIFIER]
        return self._doors("reauth_confirm", account=entry.title)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Link an account again because the person wants to."""
        entry = self._get_reconfigure_entry()
        self._client_identifier = entry.data[CONF_CLIENT_IDENTIFIER]
        return self._doors("reconfigure", account=entry.title)

    def _doors(self, step_id: str, **placeholders: str) -> ConfigFlowResult:
        """Offer the two ways to sign in."""
        return self.async_show_menu(
            step_id=step_id,
            menu_options=["code", "browser"],
            description_placeholders=placeholders,
        )

    @override
    async def async_step_finish(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Keep the account and tell the page, which is there, how it went."""
        async with self._linking:
            if self._calling:
                self._calling.cancel()
                self._calling = None
            if self._linked:
                return await self.async_step_linked()
            try:
                return await self._async_keep(self._token)
            except PlexTvAuthenticationError:
                self._token = ""
                return await self.async_step_rejected()
            except PlexTvError:
                return await self.async_step_cannot_connect()

    @override
    async def async_link_unattended(self) -> None:
        """Keep the account; a flow of its own does, for this one stays for its page."""
        if self.source in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            with suppress(AbortFlow, PlexTvError):
                await self._async_keep(self._token)
            return
        result = await self.hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_IMPORT},
            data={
                CONF_TOKEN: self._token,
                CONF_CLIENT_IDENTIFIER: self._client_identifier,
            },
        )
        self._linked = result["type"] is FlowResultType.CREATE_ENTRY

    async def async_step_import(self, import_data: dict[str, Any]) -> ConfigFlowResult:
        """Keep an account for a dialogue whose page is away."""
        self._client_identifier = import_data[CONF_CLIENT_IDENTIFIER]
        try:
            return await self._async_keep(import_data[CONF_TOKEN])
        except PlexTvError:
            return self.async_abort(reason="cannot_connect")

    async def _async_keep(self, token: str) -> ConfigFlowResult:
        """Keep the token, in a new entry or in the one that is linked again."""
        account = await self.plex_tv_client().with_token(token).get_account()
        await self.async_set_unique_id(account.uuid, raise_on_progress=False)
        data = {CONF_TOKEN: token, CONF_CLIENT_IDENTIFIER: self._client_identifier}
        if self.source in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            entry = (
                self._get_reauth_entry()
                if self.source == SOURCE_REAUTH
                else self._get_reconfigure_entry()
            )
            self._abort_if_unique_id_mismatch(
                reason="wrong_account",
                description_placeholders={
                    "account": entry.title,
                    "other_account": account.name,
                },
            )
            self.hass.async_create_background_task(
                async_renew_tokens(self.hass, entry.data[CONF_TOKEN], token),
                f"{DOMAIN} renews the token of Plex Media Server",
            )
            # Before the reload, with which Home Assistant ends a reauthentication.
            self._linked = True
            return self.async_update_reload_and_abort(
                entry,
                data=data,
                reason="reauth_successful"
                if self.source == SOURCE_REAUTH
                else "reconfigure_successful",
            )
        self._abort_if_unique_id_configured()
        self._linked = True
        return self.async_create_entry(title=account.name, data=data)

    async def async_step_linked(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell a page that was away that the account is linked."""
        if user_input is None:
            return self.async_show_form(step_id="linked")
        return self.async_abort(reason="linked")

    async def async_step_rejected(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer a new start when plex.tv rejects the token that it just gave."""
        return await self.async_failed("rejected", user_input)

    @callback
    @override
    def async_remove(self) -> None:
        """Leave nothing behind: no asking, and no token that nobody keeps."""
        super().async_remove()
        if self._token and not self._linked:
            self.hass.async_create_background_task(
                self._async_discard(self._token), f"{DOMAIN} discards a token"
            )

    async def _async_discard(self, token: str) -> None:
        """Sign a token out, so that no device stays authorised which nobody uses."""
        with suppress(PlexTvError):
            await self.plex_tv_client().with_token(token).sign_out()
