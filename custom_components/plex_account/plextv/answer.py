"""Reading of plex.tv's answers: JSON if it went well, every kind of error if not."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import json
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from . import readers
from .exceptions import (
    PlexTvAuthenticationError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from .redaction import redacted_line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from aiohttp import ClientResponse

# Who answers, in words that stand in an error's text.
PLEX_TV: Final = "plex.tv"
A_SERVER: Final = "the server"
# The longest answer expected, the servers of a person with a hundred of them, is
# 200 kB.
MAX_ANSWER_BYTES: Final = 1024 * 1024
# A day: no slip of plex.tv's shall keep an account from ever being asked for again.
MAX_RETRY_AFTER: Final = 86_400.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer of plex.tv or of a server, read to its end."""

    doing: str
    """What was asked for, in words that stand in an error's text."""
    whom: str = PLEX_TV
    """Who was asked."""
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def unreadable(self) -> PlexTvResponseError:
        """Return the error for an answer that is not what was asked for."""
        message = f"{self.whom}'s answer to {self.doing} cannot be read"
        return PlexTvResponseError(message, status=self.status)


def json_object(answer: Answer) -> dict[str, object]:
    """Return the object in the answer; raise PlexTvResponseError if there is none."""
    value = _json(answer)
    if not isinstance(value, dict):
        raise answer.unreadable()
    return value


def json_array(answer: Answer) -> list[object]:
    """Return the array in the answer; raise PlexTvResponseError if there is none."""
    value = _json(answer)
    if not isinstance(value, list):
        raise answer.unreadable()
    return value


def _json(answer: Answer) -> object:
    """Return whatever JSON is in the answer."""
    try:
        value: object = json.loads(answer.body)
    except ValueError, RecursionError:
        # The cause can hold the whole body, and with it a token.
        raise answer.unreadable() from None
    return value


def error_from(answer: Answer, own: Collection[str] = ()) -> PlexTvResponseError:
    """Return the error that an unsuccessful answer means, with plex.tv's own message.

    It may quote what it was asked with; `own` are the secrets in that.

    A rejected token is 401, or 422 with "invalid token" from old endpoints
    (core#77521). Nothing else is: 403 has other reasons, an outage must never look like
    a sign-out, and what a server rejects says nothing about the account.
    """
    code, said = _code_and_message(answer.body)
    message = f"{answer.whom} answered {answer.status} to {answer.doing}"
    if said:
        message = f"{message}: {redacted_line(said, own)}"
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return PlexTvRateLimitError(
            message,
            status=answer.status,
            code=code,
            retry_after=retry_after(answer.headers.get("Retry-After")),
        )
    rejected = answer.status == HTTPStatus.UNAUTHORIZED or (
        answer.status == HTTPStatus.UNPROCESSABLE_ENTITY
        and "invalid token" in (said or "").lower()
    )
    account_rejected = rejected and answer.whom == PLEX_TV
    error = PlexTvAuthenticationError if account_rejected else PlexTvResponseError
    return error(message, status=answer.status, code=code)


def retry_after(value: str | None) -> float | None:
    """Read a Retry-After header, seconds or a date, as seconds from now."""
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
    """Find plex.tv's own number and words in the body of an error, JSON or XML.

    Its endpoints have four shapes: `{"errors": [{"code", "message"}]}`,
    `{"error": text}`, `<errors><error code= message=/></errors>` and
    `<errors><error>text</error></errors>`.
    """
    try:
        answer = readers.fields(json.loads(body))
    except ValueError, RecursionError:
        return _code_and_message_of_xml(body)
    first = readers.fields(next(iter(readers.items(answer.get("errors"))), None))
    return (
        readers.whole(first.get("code")),
        readers.text(first.get("message")) or readers.text(answer.get("error")),
    )


def _code_and_message_of_xml(body: bytes) -> tuple[int | None, str | None]:
    """Find plex.tv's own number and words in an error that came as XML."""
    root = xml_root(body)
    error = None if root is None else root.find("error")
    if error is None:
        return None, None
    said = readers.text(error.get("message")) or readers.text(error.text)
    return readers.whole(error.get("code")), said


def xml_root(body: bytes) -> ET.Element | None:
    """Return the root element of a body, None if it is no XML of Plex."""
    if b"<!DOCTYPE" in body or b"\0" in body:
        # A page, or entities that take seconds to unfold; or UTF-16, which hides them.
        return None
    try:
        return ET.fromstring(body)  # noqa: S314 - see above
    except ET.ParseError, ValueError, LookupError:
        # The last for an encoding that nobody knows.
        return None


async def read_body(response: ClientResponse, *, limit: int) -> bytes | None:
    """Read a body of sensible size; None for a larger one, which is not read on."""
    body = bytearray()
    if (response.content_length or 0) <= limit:
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > limit:
                break
        else:
            return bytes(body)
    response.close()
    return None
