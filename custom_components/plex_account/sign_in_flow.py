"""The part of the dialogue that shows a code until there is a token for it."""

from abc import abstractmethod
import asyncio
from typing import TYPE_CHECKING, Any, Final, override
import uuid

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.core import callback

from .code_screen import browser_screen, code_screen
from .const import DOMAIN
from .identity import plex_tv_client
from .plextv import PinLogin, PlexTvError, PlexTvPinGoneError

if TYPE_CHECKING:
    from .plextv import PlexTvClient

STATUS_PAGE: Final = "https://status.plex.tv"
# A dialogue that nobody answers must not make codes for ever.
MAX_RENEWALS: Final = 3
# Seconds. A page that is there asks for the outcome within one or two.
PAGE_GRACE: Final = 10
# Seconds between two calls for a page that may be back, and how many there are: whoever
# approved the code on the same phone returns within minutes.
CALL_INTERVAL: Final = 10
CALLS: Final = 30


class SignInFlow(ConfigFlow):
    """Shows a code, waits until a person approved it at plex.tv, and has a token."""

    def __init__(self) -> None:
        """Start without a code."""
        self._client_identifier = str(uuid.uuid4())
        self._strong = False
        self._screen: tuple[str, dict[str, str]] = ("", {})
        self._renewals_left = MAX_RENEWALS
        self._waiting: asyncio.Task[None] | None = None
        self._calling: asyncio.Task[None] | None = None
        self._token = ""
        self._linking = asyncio.Lock()
        self._linked = False
        self._removed = False

    @abstractmethod
    async def async_step_finish(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Keep the token and tell the page, which is there, how it went."""

    @abstractmethod
    async def async_link_unattended(self) -> None:
        """Keep the token, if that can be, although no page asks how it went."""

    async def async_step_code(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show a short code and its QR code until somebody approved it."""
        self._strong = False
        return await self._async_wait()

    async def async_step_browser(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Send the person's browser to Plex and wait until they signed in there."""
        self._strong = True
        return await self._async_wait()

    async def _async_wait(self) -> ConfigFlowResult:
        """Show the code until it is approved or no code is left.

        A waiting screen can only be left for another step, hence no form from here once
        it is shown.
        """
        if self._waiting is None:
            try:
                await self._async_make_code()
            except PlexTvError:
                return await self.async_step_cannot_connect()
        elif self._waiting.done():
            try:
                await self._waiting
            except PlexTvPinGoneError:
                if failure := await self._async_renew_code():
                    return self.async_show_progress_done(next_step_id=failure)
            else:
                self._calling = self.hass.async_create_background_task(
                    self._async_call_page(), f"{DOMAIN} without a page"
                )
                return self.async_show_progress_done(next_step_id="finish")
        action, placeholders = self._screen
        return self.async_show_progress(
            step_id="browser" if self._strong else "code",
            progress_action=action,
            description_placeholders=placeholders,
            progress_task=self._waiting,
        )

    async def _async_make_code(self) -> None:
        """Make a code and start waiting for its approval."""
        client = self.plex_tv_client()
        pin = await client.create_pin(strong=self._strong)
        self._screen = (browser_screen if self._strong else code_screen)(client, pin)
        # In the background: neither the end of Home Assistant nor anything else that
        # waits for work in progress may wait for a person.
        self._waiting = self.hass.async_create_background_task(
            self._async_ask(PinLogin(client, pin)), f"{DOMAIN} waits for approval"
        )
        if self._removed:
            # Closed while plex.tv made the code: nobody else would end the asking.
            self._waiting.cancel()

    async def _async_renew_code(self) -> str | None:
        """Replace an expired code; return the step to go to if that cannot be."""
        if not self._renewals_left:
            return "expired"
        self._renewals_left -= 1
        try:
            await self._async_make_code()
        except PlexTvError:
            return "cannot_connect"
        return None

    async def _async_ask(self, login: PinLogin) -> None:
        """Ask for the token until there is one."""
        self._token = await login.token()

    async def _async_call_page(self) -> None:
        """Link the account although no page asks for the outcome, and call the page.

        A phone that went to its browser is suspended and misses the event that says how
        it went; its page learns of it only when it is called again. Linked is linked by
        then, so the flow stays a few minutes longer just to say so.
        """
        await asyncio.sleep(PAGE_GRACE)
        for _ in range(CALLS):
            async with self._linking:
                if not self._linked:
                    await self.async_link_unattended()
            self.async_notify_flow_changed()
            await asyncio.sleep(CALL_INTERVAL)
        self.hass.config_entries.flow.async_abort(self.flow_id)

    async def async_step_expired(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer a new start after the last code expired."""
        return await self.async_failed("expired", user_input)

    async def async_step_cannot_connect(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer another try when plex.tv could not be reached."""
        return await self.async_failed("cannot_connect", user_input)

    async def async_failed(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Say what went wrong; the form's button tries again with what there is."""
        if user_input is None:
            return self.async_show_form(
                step_id=step_id, description_placeholders={"status_url": STATUS_PAGE}
            )
        if self._token:
            return await self.async_step_finish()
        self._waiting = None
        self._renewals_left = MAX_RENEWALS
        return await self._async_wait()

    @callback
    @override
    def async_remove(self) -> None:
        """End the asking with the dialogue."""
        self._removed = True
        for task in (self._waiting, self._calling):
            if task:
                task.cancel()

    def plex_tv_client(self) -> PlexTvClient:
        """Return a client that is the device this dialogue links."""
        return plex_tv_client(self.hass, self._client_identifier)
