"""The sign-in of a dialogue, from its first code to a token that an entry holds."""

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

# A dialogue that nobody answers must not make codes for ever: the first one, and three
# that replace it.
MAX_CODES: Final = 4
# Seconds. An open page asks for the outcome within one or two.
PAGE_GRACE: Final = 10
# Seconds between two notifications of a page, and how many there are: whoever approved
# the code on the same phone returns within minutes.
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
    | READY | No code is shown | WAITING: a code was made |
    | WAITING | A code is shown and polled; one that expires is replaced | APPROVED: a
      person approved it; FAILED: the last one expired, or plex.tv made no other |
    | FAILED | `failure` is the step that says why | READY: the person tries again |
    | APPROVED | There is a token, which no entry holds | LINKED: an entry holds it;
      REFUSED: Home Assistant refuses it; READY: plex.tv rejects it |
    | LINKED | An entry holds the token | |
    | REFUSED | `refusal` says why; the token is signed out | READY: the person signs
      in as somebody else |
    | CLOSED | The dialogue is gone; the token is held by an entry or signed out | |

    Every state leads to CLOSED: the person closes the dialogue, its entry is deleted,
    or Home Assistant stops.

    An approved token is linked by the page, if that asks for the outcome soon, or else
    by `link`. A phone that went to its browser is suspended and misses the event of the
    outcome, so the page is notified until it asks.
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

        `link` links a token without a page; `notify` makes the page ask again; `abort`
        ends the dialogue. With `keep_when_closed`, an approved token is linked although
        the dialogue was closed: plex.tv has then replaced that of the same client.
        """
        self.client_identifier = client_identifier
        self.lock = _locks(hass).setdefault(client_identifier, asyncio.Lock())
        """Held while a token is linked or signed out; one client, one lock."""
        self.state = State.READY
        self.strong = False
        self.screen: Screen | None = None
        self.failure = ""
        self.refusal: AbortFlow | None = None
        self.token = ""
        self.stopping = False
        """Whether Home Assistant stops, so that nothing is to be loaded any more."""
        self.polling: asyncio.Task[None] | None = None
        self._hass = hass
        self._keep_when_closed = keep_when_closed
        self._link = link
        self._notify = notify
        self._abort = abort
        self._pin: Pin | None = None
        self._unattended: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._remove_shutdown_job = hass.async_add_shutdown_job(
            HassJob(self._async_shut_down, f"{DOMAIN} ends a sign-in")
        )

    async def async_start(self, *, strong: bool) -> None:
        """Make a code and wait for its approval; raise PlexTvError if there is none."""
        self.strong = strong
        login = await self._async_make_code()
        # A background task, because Home Assistant waits for other tasks when it stops.
        self.polling = self._hass.async_create_background_task(
            self._async_poll(login), f"{DOMAIN} waits for approval"
        )
        if self._closing or self.stopping:
            # Ended while plex.tv made the code: nothing else would end the polling.
            self.polling.cancel()
        else:
            self.state = State.WAITING

    @callback
    def try_again(self) -> None:
        """Make room for a new code."""
        self.state = State.READY
        self.refusal = None
        self.token = ""

    @callback
    def unattended(self) -> None:
        """Link in the background, unless the page asks for the outcome soon."""
        self._unattended = self._hass.async_create_background_task(
            self._async_link_unattended(), f"{DOMAIN} links without a page"
        )

    @callback
    def attended(self) -> None:
        """Leave the linking to the page; only under the lock."""
        if self._unattended:
            self._unattended.cancel()

    @callback
    def linked(self) -> None:
        """Note that an entry holds the token."""
        self.state = State.LINKED

    async def async_rejected(self) -> None:
        """Drop a token that plex.tv rejects."""
        LOGGER.debug("plex.tv rejected the token that it had just issued")
        token, self.token = self.token, ""
        self.state = State.READY
        await self._async_sign_out(token)

    async def async_refused(self, refusal: AbortFlow) -> None:
        """Sign a token out that Home Assistant refuses."""
        LOGGER.debug("The account was not linked: %s", refusal.reason)
        self.refusal = refusal
        self.state = State.REFUSED
        await self._async_sign_out(self.token)

    @callback
    def close(self) -> None:
        """End the sign-in because the dialogue is gone."""
        if self.polling:
            self.polling.cancel()
        self._closing = self._hass.async_create_background_task(
            self._async_close(), f"{DOMAIN} ends a sign-in"
        )

    @property
    def is_kept(self) -> bool:
        """Whether there is an entry of the client that signs in."""
        return any(
            entry.data[CONF_CLIENT_IDENTIFIER] == self.client_identifier
            for entry in self._hass.config_entries.async_entries(DOMAIN)
        )

    async def _async_make_code(self) -> PinLogin:
        """Make a code and what shows it."""
        client = async_get_client(self._hass, self.client_identifier)
        try:
            self._pin = pin = await client.create_pin(strong=self.strong)
        except PlexTvError as err:
            LOGGER.debug("Making a code failed: %s", type(err).__name__)
            raise
        self.screen = (browser_screen if self.strong else code_screen)(client, pin)
        return PinLogin(client, pin)

    async def _async_poll(self, login: PinLogin) -> None:
        """Wait until a code is approved, or none is left."""
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
        """Note that there is no code any more, and the step that says why."""
        LOGGER.debug("Waiting for approval ended: %s", type(error).__name__)
        self.failure = step_id
        self.state = State.FAILED

    async def _async_token(self, login: PinLogin) -> str:
        """Return the token; replace codes that expire."""
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
        """Link an approved token, if that is possible now."""
        if self.state is not State.APPROVED:
            return
        try:
            await self._link(self.token)
        except PlexTvError as err:
            LOGGER.debug("Linking the account failed: %s", type(err).__name__)
        except AbortFlow as err:
            await self.async_refused(err)
        else:
            LOGGER.debug("The account was linked without a page")
            self.linked()

    async def _async_close(self) -> None:
        """End the sign-in; while plex.tv does not answer, some minutes later."""
        for _ in range(NOTIFICATIONS):
            async with self.lock:
                await self._async_prepare_close()
                if not self._is_unfinished:
                    break
            await asyncio.sleep(NOTIFY_INTERVAL)
        async with self.lock:
            await self._async_finish_close()

    async def _async_shut_down(self) -> None:
        """End the sign-in because Home Assistant stops: try everything once."""
        self.stopping = True
        if self.polling:
            self.polling.cancel()
        if self._closing:
            self._closing.cancel()
        async with self.lock:
            await self._async_prepare_close()
            await self._async_finish_close()

    async def _async_prepare_close(self) -> None:
        """Learn of an approval at the last moment, and link what is to be kept."""
        self.attended()
        if self.state is State.WAITING and self._pin:
            await asyncio.sleep(LAST_POLL_DELAY)
            await self._async_last_poll(self._pin)
        if self.state is State.APPROVED and self._keep_when_closed:
            await self._async_try_link()

    async def _async_last_poll(self, pin: Pin) -> None:
        """Ask whether the code was approved; an answer makes this the last time."""
        client = async_get_client(self._hass, self.client_identifier)
        try:
            token = await client.get_pin_token(pin)
        except PlexTvPinGoneError:
            token = None
        except PlexTvError as err:
            LOGGER.debug("The last poll of a code failed: %s", type(err).__name__)
            return
        self._pin = None
        if token:
            self.token = token
            self.state = State.APPROVED

    @property
    def _is_unfinished(self) -> bool:
        """Whether closing needs another answer of plex.tv."""
        if self.state is State.WAITING:
            return self._pin is not None
        return self.state is State.APPROVED and self._keep_when_closed

    async def _async_finish_close(self) -> None:
        """Sign out what no entry holds."""
        if self.state is State.CLOSED:
            return
        if self.token and self.state is not State.REFUSED:
            await self._async_sign_out(self.token)
        self.state = State.CLOSED
        self._remove_shutdown_job()

    async def _async_sign_out(self, token: str) -> None:
        """Sign a token out, unless an entry holds it."""
        entries = self._hass.config_entries.async_entries(DOMAIN)
        if all(entry.data[CONF_TOKEN] != token for entry in entries):
            await async_get_sign_outs(self._hass).async_sign_out(
                self.client_identifier, token
            )


@singleton(f"{DOMAIN}_sign_in_locks")
def _locks(hass: HomeAssistant) -> WeakValueDictionary[str, asyncio.Lock]:
    """Return the locks of open sign-ins by client identifier."""
    return WeakValueDictionary()
