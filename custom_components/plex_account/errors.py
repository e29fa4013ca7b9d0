"""Errors of the client as errors of Home Assistant, in translated texts."""

from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN, LOGGER, PLEX_TV_NAME
from .plextv import (
    PlexTvAnswerTooLargeError,
    PlexTvAuthenticationError,
    PlexTvError,
    PlexTvPinGoneError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .runtime import LinkedAccount, LinkedHomeUser, LinkedServer


@asynccontextmanager
async def translated_errors(
    account: LinkedAccount | LinkedHomeUser, server: LinkedServer | None = None
) -> AsyncIterator[None]:
    """Translate errors of the client while plex.tv or a server is asked."""
    whom = server.server.name if server else PLEX_TV_NAME
    try:
        yield
    except PlexTvError as err:
        LOGGER.debug("Asking for an action failed: %s", type(err).__name__)
        # What it quotes was searched for the secrets of one request so far.
        err.args = (account.redacted_line(str(err)),)
        raise await _async_translated(err, whom, account) from err


async def _async_translated(
    error: PlexTvError, whom: str, account: LinkedAccount | LinkedHomeUser
) -> HomeAssistantError:
    """Return the translated error."""
    placeholders = {"whom": whom}
    match error:
        case PlexTvPinGoneError():
            return ServiceValidationError(
                translation_domain=DOMAIN, translation_key="code_not_found"
            )
        case PlexTvAuthenticationError() if await _async_is_signed_out(account):
            return account.signed_out()
        case PlexTvRateLimitError():
            key = "rate_limited"
        case PlexTvAnswerTooLargeError():
            key = "answer_too_large"
        case PlexTvResponseError(status=HTTPStatus.NOT_FOUND):
            key = "not_found"
        case PlexTvResponseError(status=status) if status < HTTPStatus.MULTIPLE_CHOICES:
            key = "unreadable_answer"
        case PlexTvResponseError(status=status):
            failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR
            key = "server_error" if failed else "refused"
            placeholders["error"] = str(error).removesuffix(".")
        case _:
            key = "cannot_connect"
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


async def _async_is_signed_out(account: LinkedAccount | LinkedHomeUser) -> bool:
    """Find out whether plex.tv rejects the sign-in itself.

    That starts a new one of an account, and renews that of a Home user.

    Some routes answer 401 for reasons of their own, for example a wrong PIN of a Plex
    Home, so a route without any is asked. An account that was unloaded meanwhile can no
    longer be asked.
    """
    if account.entry.state is not ConfigEntryState.LOADED:
        return False
    return not await account.async_check_sign_in()
