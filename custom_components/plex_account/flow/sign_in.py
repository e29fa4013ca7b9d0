"""The sign-in of a flow, from its first code to a token that is stored in an entry."""

import asyncio
from contextlib import suppress
from enum import Enum, auto
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from homeassistant.const import CONF_TOKEN
from homeassistant.core import HassJob, callback
from homeassistant.data_entry_flow import AbortFlow, UnknownFlow
from homeassistant.helpers.singleton import singleton

from ..const import CONF_CLIENT_IDENTIFIER, DOMAIN, LOGGER
from ..plex_tv import async_get_client
from ..plextv import (
    PinLogin,
    PlexTvError,
    PlexTvPinGoneError,
    PlexTvRateLimitError,
)
from ..sign_outs import async_get_sign_outs
from .screens import browser_screen, code_screen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.core import HomeAssistant

    from ..plextv import Pin
    from .screens import Screen

# A flow that a person has left open must not request codes for ever: the first one, and
# three that replace it.
MAX_CODES: Final = 4
# Seconds. An open page requests the outcome within one or two.
PAGE_GRACE: Final = 10
# Seconds between two notifications of a page, and how many there are: a person who
# approves the code on the same phone returns to the page within minutes.
NOTIFY_INTERVAL: Final = 10
NOTIFICATIONS: Final = 30
# Seconds. plex.tv allows one request a second, and the last one may have been just now.
LAST_POLL_DELAY: Final = 1


class State(Enum):
    """The states of a sign-in; see `SignIn`."""

    READY = auto()
    WAITING = auto()
    FAILED = auto()
    APPROVED = auto()
    LINKED = auto()
    REFUSED = auto()
    CLOSED = auto()


class SignIn:
    """The state machine of one sign-in. Nothing else writes its attributes.

    | State | Means | Leads to |
    |---|---|---|
    | READY | No code is shown | WAITING: a code was created |
    | WAITING | A code is shown and polled; one that expires is replaced | APPROVED: a
      person approved it; FAILED: the last one expired, creating one failed, or plex.tv
      asks to wait for longer than it is valid |
    | FAILED | `failure` is the step that shows why | READY: the person retries |
    | APPROVED | There is a token, stored in no entry | LINKED: it is stored in an
      entry; REFUSED: Home Assistant refuses it; READY: plex.tv rejects it |
    | LINKED | The token is stored in an entry | |
    | REFUSED | `refusal` is the reason; the token is signed out | READY: the person
      signs in to another account |
    | CLOSED | The flow has ended; the token is stored in an entry or signed out | |

    Every state leads to CLOSED: the person closes the flow, its entry is deleted, or
    Home Assistant stops.

    An approved token is linked by the page if that requests the outcome soon, or else
    by `link`. On a phone, the page is suspended while the browser is open and misses
    the event of the outcome, so the page is notified until it requests the outcome.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        *,
        client_identifier: str,
        keep_when_closed: bool,
        link: Callable[[str], Awaitable[None]],
        notify: Callable[[], None],
        abort: Callable[[], None],
    ) -> None:
        """Prepare a sign-in.

        `link` links a token without a page; `notify` makes the page request the outcome
        again; `abort` ends the flow. With `keep_when_closed`, an approved token is
        linked even if the flow was closed: it has then replaced the previous token of
        the same client.
        """
        self.client_identifier = client_identifier
        self.lock = _locks(hass).setdefault(client_identifier, asyncio.Lock())
        """The lock of the client, acquired while a token is linked or signed out."""
        self.state = State.READY
        self.strong = False
        self.screen: Screen | None = None
        self.failure = ""
        self.refusal: AbortFlow | None = None
        self.token = ""
        self.stopping = False
        """Whether Home Assistant is stopping, so that no entry is to be loaded."""
        self.polling: asyncio.Task[None] | None = None
        self._hass = hass
        self._keep_when_closed = keep_when_closed
        self._link = link
        self._notify = notify
        self._abort = abort
        self._pin: Pin | None = None
        self._retry_after = 0.0
        """The seconds that plex.tv's last rate limit asked to wait."""
        self._unattended: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._remove_shutdown_job = hass.async_add_shutdown_job(
            HassJob(self._async_shut_down, f"{DOMAIN} ends a sign-in")
        )

    async def async_start(self, *, strong: bool) -> None:
        """Create a code and poll for its approval; raise PlexTvError on failure."""
        self.strong = strong
        login = await self._async_make_code()
        # A background task, because Home Assistant waits for other tasks when it stops.
        self.polling = self._hass.async_create_background_task(
            self._async_poll(login), f"{DOMAIN} waits for approval"
        )
        if self._closing or self.stopping:
            # Closed while plex.tv created the code: only this ends the polling.
            self.polling.cancel()
        else:
            self.state = State.WAITING

    @callback
    def try_again(self) -> None:
        """Return to READY, so that a new code can be created."""
        self.state = State.READY
        self.refusal = None
        self.token = ""

    @callback
    def unattended(self) -> None:
        """Link in the background, unless the page requests the outcome soon."""
        self._unattended = self._hass.async_create_background_task(
            self._async_link_unattended(), f"{DOMAIN} links without a page"
        )

    @callback
    def attended(self) -> None:
        """Let the page link the token; only to be called with the lock."""
        if self._unattended:
            self._unattended.cancel()

    @callback
    def linked(self) -> None:
        """Note that the token is stored in an entry."""
        self.state = State.LINKED

    async def async_rejected(self) -> None:
        """Drop a token that plex.tv rejects."""
        LOGGER.debug("plex.tv rejected the token that it had just issued")
        token, self.token = self.token, ""
        self.state = State.READY
        await self._async_sign_out(token)

    async def async_refused(self, refusal: AbortFlow) -> None:
        """Sign out a token that Home Assistant refuses."""
        LOGGER.debug("The account was not linked: %s", refusal.reason)
        self.refusal = refusal
        self.state = State.REFUSED
        await self._async_sign_out(self.token)

    @callback
    def close(self) -> None:
        """End the sign-in because the flow has ended."""
        if self.polling:
            self.polling.cancel()
        self._closing = self._hass.async_create_background_task(
            self._async_close(), f"{DOMAIN} ends a sign-in"
        )

    @property
    def has_entry(self) -> bool:
        """Whether there is an entry with the client identifier of this sign-in."""
        return any(
            entry.data[CONF_CLIENT_IDENTIFIER] == self.client_identifier
            for entry in self._hass.config_entries.async_entries(DOMAIN)
        )

    async def _async_make_code(self) -> PinLogin:
        """Create a code and its screen."""
        client = async_get_client(self._hass, self.client_identifier)
        try:
            self._pin = pin = await client.create_pin(strong=self.strong)
        except PlexTvError as err:
            LOGGER.debug("Making a code failed: %s", type(err).__name__)
            raise
        self.screen = (browser_screen if self.strong else code_screen)(client, pin)
        return PinLogin(client, pin)

    async def _async_poll(self, login: PinLogin) -> None:
        """Poll until a code is approved or the last one has expired."""
        try:
            self.token = await self._async_token(login)
        except PlexTvPinGoneError as err:
            self._failed("expired", err)
        except PlexTvRateLimitError as err:
            self._failed("rate_limited", err)
        except PlexTvError as err:
            self._failed("cannot_connect", err)
        else:
            LOGGER.debug("A code was approved")
            self.state = State.APPROVED
            self.unattended()

    @callback
    def _failed(self, step_id: str, error: PlexTvError) -> None:
        """Note that polling has ended, and the step that shows why."""
        LOGGER.debug("Waiting for approval ended: %s", type(error).__name__)
        self.failure = step_id
        self.state = State.FAILED

    async def _async_token(self, login: PinLogin) -> str:
        """Return the token; replace expired codes."""
        for _ in range(MAX_CODES - 1):
            with suppress(PlexTvPinGoneError):
                return await login.token()
            LOGGER.debug("A code expired and is replaced")
            login = await self._async_make_code()
            self._notify()
        return await login.token()

    async def _async_link_unattended(self) -> None:
        """Link without a page, and notify the page of the outcome."""
        await asyncio.sleep(PAGE_GRACE)
        for _ in range(NOTIFICATIONS):
            async with self.lock:
                await self._async_try_link()
            self._notify()
            await asyncio.sleep(NOTIFY_INTERVAL)
        with suppress(UnknownFlow):
            self._abort()

    async def _async_try_link(self) -> None:
        """Link an approved token, if that is still possible."""
        if self.state is not State.APPROVED:
            return
        try:
            await self._link(self.token)
        except PlexTvError as err:
            LOGGER.debug("Linking the account failed: %s", type(err).__name__)
            self._note_rate_limit(err)
        except AbortFlow as err:
            await self.async_refused(err)
        else:
            LOGGER.debug("The account was linked without a page")
            self.linked()

    async def _async_close(self) -> None:
        """End the sign-in, with retries for minutes if plex.tv does not respond."""
        for _ in range(NOTIFICATIONS):
            async with self.lock:
                await self._async_prepare_close()
                if not self._is_unfinished:
                    break
            await asyncio.sleep(max(NOTIFY_INTERVAL, self._retry_after))
        async with self.lock:
            await self._async_finish_close()

    async def _async_shut_down(self) -> None:
        """End the sign-in because Home Assistant is stopping, without retries."""
        self.stopping = True
        if self.polling:
            self.polling.cancel()
        if self._closing:
            self._closing.cancel()
        async with self.lock:
            await self._async_prepare_close()
            await self._async_finish_close()

    async def _async_prepare_close(self) -> None:
        """Poll a last time, and link an approved token that is to be kept."""
        self.attended()
        if self.state is State.WAITING and self._pin:
            await asyncio.sleep(LAST_POLL_DELAY)
            await self._async_last_poll(self._pin)
        if self.state is State.APPROVED and self._keep_when_closed:
            await self._async_try_link()

    async def _async_last_poll(self, pin: Pin) -> None:
        """Poll once more, for the last time unless the request failed."""
        client = async_get_client(self._hass, self.client_identifier)
        try:
            token = await client.get_pin_token(pin)
        except PlexTvPinGoneError:
            token = None
        except PlexTvError as err:
            LOGGER.debug("The last poll of a code failed: %s", type(err).__name__)
            self._note_rate_limit(err)
            return
        self._pin = None
        if token:
            self.token = token
            self.state = State.APPROVED

    @callback
    def _note_rate_limit(self, error: PlexTvError) -> None:
        """Delay the next retry if plex.tv is limiting requests."""
        self._retry_after = 0.0
        if isinstance(error, PlexTvRateLimitError):
            self._retry_after = error.retry_after or 0.0

    @property
    def _is_unfinished(self) -> bool:
        """Whether closing still needs a response of plex.tv."""
        if self.state is State.WAITING:
            return self._pin is not None
        return self.state is State.APPROVED and self._keep_when_closed

    async def _async_finish_close(self) -> None:
        """Sign out a token that is stored in no entry."""
        if self.state is State.CLOSED:
            return
        if self.token and self.state is not State.REFUSED:
            await self._async_sign_out(self.token)
        self.state = State.CLOSED
        self._remove_shutdown_job()

    async def _async_sign_out(self, token: str) -> None:
        """Sign out a token, unless it is stored in an entry."""
        entries = self._hass.config_entries.async_entries(DOMAIN)
        if all(entry.data[CONF_TOKEN] != token for entry in entries):
            await async_get_sign_outs(self._hass).async_sign_out(
                self.client_identifier, token
            )


@singleton(f"{DOMAIN}_sign_in_locks")
def _locks(hass: HomeAssistant) -> WeakValueDictionary[str, asyncio.Lock]:
    """Return the locks of open sign-ins by client identifier."""
    return WeakValueDictionary()
