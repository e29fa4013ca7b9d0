"""One session, one identity, one way to send a request."""

from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import ClientError, ClientPayloadError, ClientTimeout

from .answer import MAX_ANSWER_BYTES, PLEX_TV, Answer, error_from, read_body
from .exceptions import (
    PlexTvAnswerTooLargeError,
    PlexTvConnectionError,
    PlexTvResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import ClientResponse, ClientSession
    from yarl import URL

    from .device import PlexTvDevice

# Seconds for the whole of one request, body included. plex.tv answers within a second
# or two when it is well.
PLEX_TV_LIMIT: Final = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What is asked of plex.tv or of a server."""

    doing: str
    """What is asked for, in words that stand in an error's text."""
    url: URL
    method: HTTPMethod = HTTPMethod.GET
    query: Sequence[tuple[str, str]] = ()
    body: str | None = None
    content_type: str | None = None
    token: str | None = None
    whom: str = PLEX_TV
    seconds: float = PLEX_TV_LIMIT
    max_bytes: int = MAX_ANSWER_BYTES


class Transport:
    """Sends requests as one device."""

    def __init__(
        self, session: ClientSession, *, client_identifier: str, device: PlexTvDevice
    ) -> None:
        """Send through `session` as the device `client_identifier`."""
        self.client_identifier = client_identifier
        self.device = device
        self._session = session

    def headers(self, token: str | None) -> dict[str, str]:
        """Return what tells who asks."""
        headers = {
            "Accept": "application/json",
            "X-Plex-Client-Identifier": self.client_identifier,
            **self.device.headers,
        }
        if token:
            headers["X-Plex-Token"] = token
        return headers

    async def send(self, request: Request) -> Answer:
        """Send a request and return the answer, if it is a success.

        Redirects are not followed: the token would go along to whatever host they name.
        """
        headers = self.headers(request.token)
        if request.content_type:
            headers["Content-Type"] = request.content_type
        try:
            async with self._session.request(
                request.method,
                request.url,
                params=request.query,
                data=request.body,
                headers=headers,
                allow_redirects=False,
                timeout=ClientTimeout(total=request.seconds),
            ) as response:
                answer = Answer(
                    doing=request.doing,
                    whom=request.whom,
                    status=response.status,
                    headers=response.headers,
                    body=await _read(response, request),
                )
        except (ClientError, OSError, UnicodeError) as err:
            # A time-out is an OSError too, and the last is for a name that cannot be
            # looked up. Nothing but the kind of the cause goes on: its own text holds
            # the address and, through the request, the token.
            raise PlexTvConnectionError(
                f"{request.whom} could not be reached for {request.doing}: "
                f"{type(err).__name__}"
            ) from None
        if not HTTPStatus(200) <= answer.status < HTTPStatus(300):
            own = [self.client_identifier, *([request.token] if request.token else [])]
            raise error_from(answer, own)
        return answer


async def _read(response: ClientResponse, request: Request) -> bytes:
    """Read the body of an answer; say what is wrong with one that cannot be read."""
    try:
        body = await read_body(response, limit=request.max_bytes)
    except ClientPayloadError:
        # Its text can quote the body.
        message = f"{request.whom}'s answer to {request.doing} broke off"
        raise PlexTvResponseError(message, status=response.status) from None
    if body is None:
        message = (
            f"{request.whom}'s answer to {request.doing} is larger than "
            f"{request.max_bytes} bytes"
        )
        raise PlexTvAnswerTooLargeError(message, status=response.status)
    return body
