"""Converts errors of the client to translated errors of Home Assistant."""

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
    """Convert errors that the client raises in this context."""
    whom = server.server.name if server else PLEX_TV_NAME
    try:
        yield
    except PlexTvError as err:
        LOGGER.debug("Asking for an action failed: %s", type(err).__name__)
        # The client only redacted the secrets of this one request.
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
    """Return whether plex.tv rejects the token itself.

    If it does, the check starts a reauthentication of an account, or signs a Home user
    in again.

    Some routes respond with 401 for other reasons, for example a wrong PIN of a Plex
    Home, so the check uses a route that does not. It is not possible for an account
    that was unloaded in the meantime.
    """
    if account.entry.state is not ConfigEntryState.LOADED:
        return False
    return not await account.async_check_sign_in()
