"""One way to send a request, and to open a stream: headers, limits, errors."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPMethod, HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from aiohttp import ClientError, ClientPayloadError, ClientTimeout

from . import readers
from .errors import (
    PlexTvAnswerTooLargeError,
    PlexTvConnectionError,
    PlexTvResponseError,
    error_from_response,
)
from .identity import USER_AGENT
from .server_sessions import WireBudget

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from aiohttp import ClientResponse, ClientSession
    from yarl import URL

    from .hosts import PlexTvHosts
    from .identity import ClientIdentity
    from .server_sessions import ServerSessions
    from .servers import Connection, Server

FORM: Final = "application/x-www-form-urlencoded"
EVENT_STREAM: Final = "text/event-stream"

# Seconds for the whole of one request, body included. plex.tv usually answers within a
# second or two.
PLEX_TV_TIMEOUT: Final = 10.0
# Far more than one object of plex.tv takes.
MAX_ANSWER_BYTES: Final = 1024 * 1024
# A server takes 2 kB of a list, and each player that was ever signed in 1 kB.
MAX_LIST_BYTES: Final = 5 * 1024 * 1024
# What a stream may take on the wire whatever it brings: a ping of 23 bytes every ten
# seconds takes more than a hundred in three records of an encrypted connection.
IDLE_BYTES_PER_SECOND: Final = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request to plex.tv or to a media server."""

    purpose: str
    """What it is for, for error messages: "listing the servers"."""
    url: URL
    method: HTTPMethod = HTTPMethod.GET
    query: Sequence[tuple[str, str]] = field(default=(), repr=False)
    """One of a Plex Home holds a PIN."""
    body: str | None = field(default=None, repr=False)
    content_type: str | None = None
    token: str | None = field(default=None, repr=False)
    etag: str | None = None
    """Of the answer that is known; if it is still the same, it is not sent again."""
    of_account: bool = False
    """Whether a rejected token means that the account has to be linked again."""
    holds_code: bool = False
    """Whether it holds a secret too short to be found in an error that quotes it."""
    respondent: str = "plex.tv"
    """Who answers, for error messages."""
    seconds: float = PLEX_TV_TIMEOUT
    max_bytes: int = MAX_ANSWER_BYTES
    server: Server | None = None
    """The media server that is asked, if it is not plex.tv."""
    connection: Connection | None = None
    """The connection of that server."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """A successful response, read to its end."""

    request: Request = field(repr=False)
    status: int
    body: bytes = field(repr=False)
    etag: str | None = None

    @property
    def not_modified(self) -> bool:
        """Whether it is still the answer with the `etag` of the request."""
        return self.status == HTTPStatus.NOT_MODIFIED

    def json_object(self) -> dict[str, object]:
        """Return the JSON object in the body, or raise PlexTvResponseError."""
        value = self._json()
        if not isinstance(value, dict):
            raise self.unreadable()
        return value

    def json_array(self, hook: readers.ObjectHook = readers.unchanged) -> list[object]:
        """Return the JSON array in the body, or raise PlexTvResponseError.

        The `hook` replaces each object as soon as it is parsed.
        """
        value = self._json(hook)
        if not isinstance(value, list):
            raise self.unreadable()
        return value

    def unreadable(self) -> PlexTvResponseError:
        """Return the error for a body that is not what was requested."""
        respondent, purpose = self.request.respondent, self.request.purpose
        message = f"{respondent}'s answer to {purpose} cannot be read"
        return PlexTvResponseError(message, status=self.status)

    def _json(self, hook: readers.ObjectHook = readers.unchanged) -> object:
        """Parse the body as JSON."""
        try:
            return readers.json_value(self.body, hook)
        except ValueError:
            # The cause can hold the whole body, and with it a token.
            raise self.unreadable() from None


class Transport:
    """Sends requests through one session, as one client, for at most one account."""

    def __init__(
        self,
        session: ClientSession,
        identity: ClientIdentity,
        *,
        server_sessions: ServerSessions,
        hosts: PlexTvHosts,
        token: str | None,
    ) -> None:
        """Send through `session` as `identity`, signed in if there is a `token`.

        Media servers are asked through `server_sessions`.
        """
        self.session = session
        self.server_sessions = server_sessions
        self.identity = identity
        self.hosts = hosts
        self.token = token

    def headers(
        self, token: str | None, server: Server | None = None
    ) -> dict[str, str]:
        """Return the headers that tell plex.tv, or a server, who asks."""
        identity = self._identity(server)
        headers = {"Accept": "application/json", **identity.headers}
        if token:
            headers["X-Plex-Token"] = token
        return headers

    def secrets(self, *tokens: str | None, server: Server | None = None) -> list[str]:
        """Return what requests with these tokens carry and nobody may see."""
        return [
            self.identity.client_identifier,
            self._identity(server).client_identifier,
            *filter(None, tokens),
        ]

    async def ask(
        self,
        method: HTTPMethod,
        path: str,
        *,
        purpose: str,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        of_account: bool = True,
        holds_code: bool = False,
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> Response:
        """Ask plex.tv's API for something of the account.

        With `of_account`, a rejection means that the token is rejected.
        """
        return await self.send(
            Request(
                purpose=purpose,
                method=method,
                url=self.hosts.api / path,
                query=tuple((query or {}).items()),
                body=urlencode(form, errors="replace") if form else None,
                content_type=FORM if form else None,
                token=self.token,
                of_account=of_account,
                holds_code=holds_code,
                max_bytes=max_bytes,
            )
        )

    async def send(self, request: Request) -> Response:
        """Send a request and return the response if its status is 2xx.

        304 is a success as well for a request with an `etag`.

        Redirects are not followed: the token would go along to whatever host they name.
        """
        headers = self.headers(request.token, request.server)
        if request.content_type:
            headers["Content-Type"] = request.content_type
        if request.etag:
            headers["If-None-Match"] = request.etag
        limit = ClientTimeout(total=request.seconds)
        with _translated_errors(request):
            async with self._request(request, headers, limit) as response:
                body = await self._body(response, request)
        return Response(
            request=request,
            status=response.status,
            body=body,
            etag=readers.token(response.headers.get("ETag")),
        )

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[ByteStream]:
        """Open a stream of server-sent events, and yield its bytes.

        Only its beginning has to come within the seconds of the request. Raises as
        `send` does. Nothing is unpacked: what a few bytes unpack to has no limit.
        """
        headers = self.headers(request.token, request.server)
        headers |= {"Accept": EVENT_STREAM, "Accept-Encoding": "identity"}
        budget = WireBudget()
        async with AsyncExitStack() as opened:
            answer = self._request(
                request, headers, ClientTimeout(total=None), budget=budget
            )
            with _translated_errors(request):
                async with asyncio.timeout(request.seconds):
                    response = await opened.enter_async_context(answer)
                    found = response.status, _media_type(response)
                    if found != (HTTPStatus.OK, EVENT_STREAM):
                        await self._refuse(response, request)
            yield ByteStream(response, request, budget)

    async def _refuse(self, response: ClientResponse, request: Request) -> None:
        """Raise the error that an answer means which is no stream."""
        request = replace(request, max_bytes=MAX_ANSWER_BYTES)
        body = await self._body(response, request)
        whole = Response(request=request, status=response.status, body=body)
        raise whole.unreadable()

    async def _body(self, response: ClientResponse, request: Request) -> bytes:
        """Return the body of a response, or raise the error that it means."""
        body = await _read(response, request)
        status = response.status
        not_modified = request.etag and status == HTTPStatus.NOT_MODIFIED
        if not (not_modified or HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES):
            raise error_from_response(
                f"{request.respondent} answered {status} to {request.purpose}",
                status=status,
                headers=response.headers,
                body=body,
                of_account=request.of_account,
                quoted=not request.holds_code,
                secrets=self.secrets(request.token, server=request.server),
            )
        return body

    def _identity(self, server: Server | None) -> ClientIdentity:
        """Return how the client presents itself to plex.tv or to a server."""
        if server is None:
            return self.identity
        return self.identity.for_server(server.client_identifier)

    def _request(
        self,
        request: Request,
        headers: Mapping[str, str],
        limit: ClientTimeout,
        *,
        budget: WireBudget | None = None,
    ) -> AbstractAsyncContextManager[ClientResponse]:
        """Return aiohttp's request, through the session for whoever is asked.

        A stream has a `budget`, and is not unpacked.
        """
        headers = {**headers, "User-Agent": USER_AGENT}
        if request.connection:
            return self.server_sessions.request(
                request.connection.network,
                request.method,
                request.url,
                max_bytes=request.max_bytes,
                budget=budget,
                params=request.query,
                data=request.body,
                headers=headers,
                timeout=limit,
                auto_decompress=budget is None,
            )
        return self.session.request(
            request.method,
            request.url,
            params=request.query,
            data=request.body,
            headers=headers,
            allow_redirects=False,
            timeout=limit,
            auto_decompress=budget is None,
        )


def url_below(base: URL, path: str) -> URL:
    """Return the URL of an absolute path; a server may itself be below a path."""
    return base.with_path(f"{base.path.rstrip('/')}{path}")


class ByteStream:
    """An answer without an end."""

    def __init__(
        self, response: ClientResponse, request: Request, budget: WireBudget
    ) -> None:
        """Read the body of `response`."""
        self._response = response
        self._request = request
        self._budget = budget
        self._most = budget.left
        self._read_at = asyncio.get_running_loop().time()

    async def read(self) -> bytes:
        """Return the next bytes, some 64 KiB at most; none when the stream has ended.

        Raises PlexTvConnectionError when it broke off.
        """
        with _translated_errors(self._request):
            content = await self._response.content.readany()
        now = asyncio.get_running_loop().time()
        # As many again on the wire: for chunks, but not for chunks of one byte.
        earned = 2 * len(content) + int((now - self._read_at) * IDLE_BYTES_PER_SECOND)
        self._budget.left = min(self._budget.left + earned, self._most)
        self._read_at = now
        return content


@contextmanager
def _translated_errors(request: Request) -> Iterator[None]:
    """Translate what goes wrong while a request is sent or its answer is read."""
    try:
        yield
    except (ClientError, OSError, UnicodeError, RuntimeError) as err:
        # A timeout is an OSError too; UnicodeError is a host name that cannot be
        # encoded; RuntimeError is a session that its owner has closed. Only the type of
        # the cause is kept: its text holds the address and, through the request, the
        # token.
        raise PlexTvConnectionError(
            f"{request.respondent} could not be reached for {request.purpose}: "
            f"{type(err).__name__}"
        ) from None


def _media_type(response: ClientResponse) -> str:
    """Return the media type of a body, without parameters.

    `content_type` of aiohttp runs a parser of e-mail headers over it, which takes half
    a second for some and raises IndexError for others.
    """
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


async def read_body(response: ClientResponse, *, limit: int) -> bytes | None:
    """Read a body of at most `limit` bytes; None for a larger one, not read on."""
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


async def _read(response: ClientResponse, request: Request) -> bytes:
    """Read the body of a response, or say why it cannot be read."""
    try:
        body = await read_body(response, limit=request.max_bytes)
    except ClientPayloadError:
        # Its text can quote the body.
        message = f"{request.respondent}'s answer to {request.purpose} broke off"
        raise PlexTvResponseError(message, status=response.status) from None
    if body is None:
        message = (
            f"{request.respondent}'s answer to {request.purpose} is larger than "
            f"{request.max_bytes} bytes"
        )
        raise PlexTvAnswerTooLargeError(message, status=response.status)
    return body
