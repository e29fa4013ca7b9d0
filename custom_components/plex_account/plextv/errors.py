"""The exceptions, and their creation from unsuccessful responses."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from . import readers
from .redaction import redacted_line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# Seconds. A day at most, so that one wrong header cannot stop the polling for ever.
MAX_RETRY_AFTER: Final = 86_400.0
# Error number and text of plex.tv take a few hundred bytes; a larger body is HTML.
MAX_ERROR_BYTES: Final = 16 * 1024


class PlexTvError(Exception):
    """Base of every error of this client."""


class PlexTvConnectionError(PlexTvError):
    """No complete response arrived: no connection, a timeout, or an interruption."""


class PlexTvResponseError(PlexTvError):
    """A response arrived that is an error or cannot be parsed.

    `status` is the HTTP status; `code` is plex.tv's own error number, when it sent one.
    """

    def __init__(self, message: str, *, status: int, code: int | None = None) -> None:
        """Store status and error number."""
        super().__init__(message)
        self.status = status
        self.code = code


class PlexTvAuthenticationError(PlexTvResponseError):
    """plex.tv rejects the account's token: the account has to be linked again."""


class PlexTvRateLimitError(PlexTvResponseError):
    """plex.tv is limiting requests (429).

    `retry_after` is the number of seconds of its Retry-After header, None without one.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Store the time to wait."""
        super().__init__(message, status=status, code=code)
        self.retry_after = retry_after


class PlexTvAnswerTooLargeError(PlexTvResponseError):
    """The response is larger than the limit of its request."""


class PlexTvHomePinError(PlexTvResponseError):
    """plex.tv requires the PIN of a Home user: it is missing or wrong."""


class PlexTvPinGoneError(PlexTvError):
    """The PIN can no longer be approved: it expired, or plex.tv has no such PIN."""


def error_from_response(
    message: str,
    *,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    of_account: bool,
    quoted: bool,
    secrets: Collection[str],
) -> PlexTvResponseError:
    """Return the exception for an unsuccessful response.

    With `quoted`, it contains plex.tv's own text. That text may quote the request, so
    `secrets` are redacted from it.

    A rejected token is 401, or 422 with "invalid token" from old endpoints
    (core#77521), and only from a route `of_account`: 403 has other reasons, an outage
    must never look like a sign-out, and a media server may reject its own token.
    """
    code, text = _code_and_message(body)
    if text and quoted:
        message = f"{message}: {redacted_line(text, secrets)}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return PlexTvRateLimitError(
            message,
            status=status,
            code=code,
            retry_after=retry_after(headers.get("Retry-After")),
        )
    rejected = status == HTTPStatus.UNAUTHORIZED or (
        status == HTTPStatus.UNPROCESSABLE_ENTITY
        and "invalid token" in (text or "").lower()
    )
    if rejected and of_account:
        return PlexTvAuthenticationError(message, status=status, code=code)
    return PlexTvResponseError(message, status=status, code=code)


def retry_after(value: str | None) -> float | None:
    """Parse a Retry-After header, seconds or a date, as seconds from now."""
    if value is None:
        return None
    if (seconds := readers.whole(value.strip())) is not None:
        return min(float(seconds), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError, OverflowError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    wait = (moment - datetime.now(UTC)).total_seconds()
    return min(max(wait, 0.0), MAX_RETRY_AFTER)


def _code_and_message(body: bytes) -> tuple[int | None, str | None]:
    """Find plex.tv's error number and text in the body of an error, JSON or XML.

    Its endpoints use four formats: `{"errors": [{"code", "message"}]}`,
    `{"error": text}`, `<errors><error code= message=/></errors>` and
    `<errors><error>text</error></errors>`.
    """
    if len(body) > MAX_ERROR_BYTES:
        return None, None
    try:
        answer = readers.fields(readers.json_value(body))
    except ValueError:
        return _code_and_message_of_xml(body)
    first = readers.fields(next(iter(readers.items(answer.get("errors"))), None))
    return (
        readers.whole(first.get("code")),
        readers.text(first.get("message")) or readers.text(answer.get("error")),
    )


def _code_and_message_of_xml(body: bytes) -> tuple[int | None, str | None]:
    """Find plex.tv's error number and text in an XML error."""
    root = readers.xml_root(body)
    error = None if root is None else root.find("error")
    if error is None:
        return None, None
    text = readers.text(error.get("message")) or readers.text(error.text)
    return readers.whole(error.get("code")), text
