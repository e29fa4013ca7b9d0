"""The config flow, which links a plex.tv account."""

from typing import TYPE_CHECKING, Any, Final, cast, override
import uuid

from homeassistant.config_entries import (
    SOURCE_IMPORT,
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
)
from homeassistant.const import CONF_NAME, CONF_TOKEN, CONF_UNIQUE_ID
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow, FlowResultType

from .const import (
    CONF_CLIENT_IDENTIFIER,
    CONF_WAY,
    DOMAIN,
    HOME_USER,
    LOGGER,
    WAY_BROWSER,
)
from .flow.choices import WAYS
from .flow.home_user import HomeUserFlow
from .flow.lost_sign_in import async_ask_again
from .flow.options import PlexAccountOptionsFlow
from .flow.sign_in import SignIn, State
from .markdown import plain
from .plex_integration import async_renew_tokens
from .plex_tv import async_get_client
from .plextv import PlexTvAuthenticationError, PlexTvError, PlexTvRateLimitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry

    from .plextv import Account

STATUS_PAGE: Final = "https://status.plex.tv"
WRONG_ACCOUNT: Final = "wrong_account"


class PlexAccountConfigFlow(ConfigFlow, domain=DOMAIN):
    """Links a new account, or an existing one again.

    The steps show the state of `SignIn`, the state machine.
    """

    VERSION = 1
    MINOR_VERSION = 1

    _sign_in: SignIn | None = None

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> PlexAccountOptionsFlow:
        """Return the options flow."""
        return PlexAccountOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the subentry flow of Home users."""
        return {HOME_USER: HomeUserFlow}

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the person choose how to sign in."""
        return await self._async_choose_way("user", user_input, str(uuid.uuid4()))

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Link an account again whose token plex.tv rejects."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Wait for a person before requesting a code, then let them choose."""
        entry = self._known_entry
        return await self._async_choose_way(
            "reauth_confirm",
            user_input,
            entry.data[CONF_CLIENT_IDENTIFIER],
            account=plain(entry.title),
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Link an account again because the person wants to."""
        entry = self._known_entry
        if entry.version > self.VERSION:
            return self.async_abort(reason="newer_version")
        return await self._async_choose_way(
            "reconfigure",
            user_input,
            entry.data[CONF_CLIENT_IDENTIFIER],
            account=plain(entry.title),
        )

    async def _async_choose_way(
        self,
        step_id: str,
        user_input: dict[str, Any] | None,
        client_identifier: str,
        **placeholders: str,
    ) -> ConfigFlowResult:
        """Offer the two ways to sign in.

        A form, because the items of a menu cannot be reached with the keyboard.
        """
        if self._sign_in is None:
            self._sign_in = SignIn(
                self.hass,
                client_identifier=client_identifier,
                keep_when_closed=self._links_again,
                link=self._async_link_unattended,
                notify=self.async_notify_flow_changed,
                abort=self._abort,
            )
        if user_input is not None:
            return await self._async_show_code(
                strong=user_input[CONF_WAY] == WAY_BROWSER
            )
        return self.async_show_form(
            step_id=step_id, data_schema=WAYS, description_placeholders=placeholders
        )

    async def async_step_code(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show a short code and its QR code until a person approves it."""
        return await self._async_show_code(strong=False)

    async def async_step_browser(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Open Plex in the person's browser, and wait until they have signed in."""
        return await self._async_show_code(strong=True)

    async def _async_show_code(self, *, strong: bool) -> ConfigFlowResult:
        """Show the code, or the outcome of its polling.

        Home Assistant allows only progress_done after show_progress.
        """
        sign_in = self._signing_in
        if sign_in.state is State.READY:
            try:
                await sign_in.async_start(strong=strong)
            except PlexTvRateLimitError:
                return await self.async_step_rate_limited()
            except PlexTvError:
                return await self.async_step_cannot_connect()
        if sign_in.state is State.FAILED:
            return self.async_show_progress_done(next_step_id=sign_in.failure)
        if sign_in.token:
            return self.async_show_progress_done(next_step_id="finish")
        action, placeholders = sign_in.screen or ("", {})
        return self.async_show_progress(
            step_id="browser" if strong else "code",
            progress_action=action,
            description_placeholders=placeholders,
            progress_task=sign_in.polling,
        )

    async def async_step_finish(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Link the account now that the page requests the outcome, and show it."""
        sign_in = self._signing_in
        async with sign_in.lock:
            sign_in.attended()
            if sign_in.state is State.LINKED:
                return await self.async_step_linked()
            if sign_in.refusal:
                return self._show_refusal(sign_in.refusal)
            try:
                result = await self._async_link(sign_in.token)
            except PlexTvAuthenticationError:
                await sign_in.async_rejected()
                return await self.async_step_rejected()
            except PlexTvError as err:
                LOGGER.debug("Linking the account failed: %s", type(err).__name__)
                sign_in.unattended()
                return await self.async_step_cannot_connect()
            except AbortFlow as err:
                await sign_in.async_refused(err)
                return self._show_refusal(err)
            sign_in.linked()
            return result

    async def _async_link(self, token: str) -> ConfigFlowResult:
        """Link the account of a token: create its entry or update the known one."""
        account = await self._async_account(token)
        if self._links_again:
            return self._async_update_entry(account, token)
        return await self._async_create_entry(
            account.uuid, account.name, token, self._signing_in.client_identifier
        )

    async def _async_link_unattended(self, token: str) -> None:
        """Link the account of a token although no page is open.

        A new entry is created by an import flow, because this flow has to stay open to
        show the outcome on its page.
        """
        account = await self._async_account(token)
        if self._links_again:
            self._async_update_entry(account, token)
            return
        result = await self.hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_IMPORT},
            data={
                CONF_UNIQUE_ID: account.uuid,
                CONF_NAME: account.name,
                CONF_TOKEN: token,
                CONF_CLIENT_IDENTIFIER: self._signing_in.client_identifier,
            },
        )
        if result["type"] is not FlowResultType.CREATE_ENTRY:
            raise AbortFlow(result["reason"], result["description_placeholders"])

    async def async_step_import(self, import_data: dict[str, str]) -> ConfigFlowResult:
        """Create the entry for a flow whose page is not open."""
        return await self._async_create_entry(
            import_data[CONF_UNIQUE_ID],
            import_data[CONF_NAME],
            import_data[CONF_TOKEN],
            import_data[CONF_CLIENT_IDENTIFIER],
        )

    async def _async_account(self, token: str) -> Account:
        """Return the account of a token."""
        identifier = self._signing_in.client_identifier
        return await async_get_client(self.hass, identifier, token).get_account()

    async def _async_create_entry(
        self, account_uuid: str, name: str, token: str, client_identifier: str
    ) -> ConfigFlowResult:
        """Create the entry of an account that is not linked yet."""
        await self.async_set_unique_id(account_uuid, raise_on_progress=False)
        self._abort_if_unique_id_configured(
            description_placeholders={"account": plain(name)}
        )
        return self.async_create_entry(
            title=name,
            data={CONF_TOKEN: token, CONF_CLIENT_IDENTIFIER: client_identifier},
        )

    @callback
    def _async_update_entry(self, account: Account, token: str) -> ConfigFlowResult:
        """Store the new token in the entry, and reload the entry."""
        entry = self._known_entry
        if entry.unique_id != account.uuid:
            raise AbortFlow(
                WRONG_ACCOUNT,
                {"account": plain(entry.title), "other_account": plain(account.name)},
            )
        self.hass.async_create_background_task(
            async_renew_tokens(self.hass, entry.data[CONF_TOKEN], token),
            f"{DOMAIN} renews the token of Plex Media Server",
        )
        reason = (
            "reauth_successful"
            if self.source == SOURCE_REAUTH
            else "reconfigure_successful"
        )
        update = (
            self.async_update_and_abort
            if self._signing_in.stopping
            else self.async_update_reload_and_abort
        )
        return update(entry, data_updates={CONF_TOKEN: token}, reason=reason)

    def _show_refusal(self, refusal: AbortFlow) -> ConfigFlowResult:
        """Let the person choose another account, or abort the flow."""
        if refusal.reason != WRONG_ACCOUNT:
            raise refusal
        return self.async_show_form(
            step_id=WRONG_ACCOUNT,
            description_placeholders=refusal.description_placeholders,
        )

    async def async_step_wrong_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer a new sign-in after a person signed in to another account."""
        sign_in = self._signing_in
        if user_input is None and sign_in.refusal:
            return self._show_refusal(sign_in.refusal)
        sign_in.try_again()
        if self.source == SOURCE_REAUTH:
            return await self.async_step_reauth_confirm()
        return await self.async_step_reconfigure()

    async def async_step_linked(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show on a page that was opened again that the account is linked."""
        if not self._signing_in.has_entry:
            return self.async_abort(reason="entry_removed")
        if user_input is None:
            return self.async_show_form(step_id="linked")
        return self.async_abort(reason="linked")

    async def async_step_expired(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer a new sign-in after the last code expired."""
        return await self._async_failed("expired", user_input)

    async def async_step_cannot_connect(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer to retry after plex.tv could not be reached."""
        return await self._async_failed("cannot_connect", user_input)

    async def async_step_rate_limited(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer to retry after plex.tv limited requests."""
        return await self._async_failed("rate_limited", user_input)

    async def async_step_rejected(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer a new sign-in after plex.tv rejected the token that it just issued."""
        return await self._async_failed("rejected", user_input)

    async def _async_failed(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Show the error; the form's button retries."""
        if user_input is None:
            return self.async_show_form(
                step_id=step_id, description_placeholders={"status_url": STATUS_PAGE}
            )
        sign_in = self._signing_in
        if sign_in.token:
            return await self.async_step_finish()
        sign_in.try_again()
        return await self._async_show_code(strong=sign_in.strong)

    @callback
    @override
    def async_remove(self) -> None:
        """End the sign-in; start another reauthentication if it is still needed."""
        if self._sign_in:
            self._sign_in.close()
        if not self._links_again:
            return
        entry = self.hass.config_entries.async_get_entry(self.context["entry_id"])
        if entry:
            async_ask_again(self.hass, entry)

    @callback
    def _abort(self) -> None:
        """Abort the flow."""
        self.hass.config_entries.flow.async_abort(self.flow_id)

    @property
    def _links_again(self) -> bool:
        """Whether the account already has an entry."""
        return self.source in {SOURCE_REAUTH, SOURCE_RECONFIGURE}

    @property
    def _known_entry(self) -> ConfigEntry:
        """The entry that is linked again; the flow aborts without it."""
        entry = self.hass.config_entries.async_get_entry(self.context["entry_id"])
        if entry is None:
            raise AbortFlow("entry_removed")
        return entry

    @property
    def _signing_in(self) -> SignIn:
        """The sign-in, which the first step created."""
        return cast("SignIn", self._sign_in)
