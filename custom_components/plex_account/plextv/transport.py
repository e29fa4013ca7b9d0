"""Sends all requests and opens all streams: headers, limits, errors."""

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

# Timeout of one request in seconds, including its body. plex.tv usually responds within
# a second or two.
PLEX_TV_TIMEOUT: Final = 10.0
# Far more than the size of one object of plex.tv.
MAX_ANSWER_BYTES: Final = 1024 * 1024
# A server takes 2 kB of a list, and each player that was ever signed in 1 kB.
MAX_LIST_BYTES: Final = 5 * 1024 * 1024
# Bytes per second that an idle stream may receive on the wire: a ping of 23 bytes every
# ten seconds takes more than a hundred in three TLS records.
IDLE_BYTES_PER_SECOND: Final = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request to plex.tv or to a media server."""

    purpose: str
    """The purpose in error messages: "listing the servers"."""
    url: URL
    method: HTTPMethod = HTTPMethod.GET
    query: Sequence[tuple[str, str]] = field(default=(), repr=False)
    """Not in repr(), because a query of a Plex Home contains a PIN."""
    body: str | None = field(default=None, repr=False)
    content_type: str | None = None
    token: str | None = field(default=None, repr=False)
    etag: str | None = None
    """The ETag of a known response: if it is still valid, the response is 304."""
    of_account: bool = False
    """Whether a rejected token means that the account has to be linked again."""
    holds_code: bool = False
    """Whether it contains a secret that is too short to be redacted in an error."""
    seconds: float = PLEX_TV_TIMEOUT
    max_bytes: int = MAX_ANSWER_BYTES
    server: Server | None = None
    """The media server to which it is sent, None for plex.tv."""
    connection: Connection | None = None
    """The connection of that server."""

    @property
    def respondent(self) -> str:
        """The name of plex.tv or of a server in error messages."""
        return "the server" if self.server else "plex.tv"


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """A successful response with its complete body."""

    request: Request = field(repr=False)
    status: int
    body: bytes = field(repr=False)
    etag: str | None = None

    @property
    def not_modified(self) -> bool:
        """Whether the `etag` of the request is still valid (304)."""
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
            # The cause can contain the whole body, and so a token.
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
        """Use `session` for plex.tv and `identity`, signed in if there is a `token`.

        Requests to media servers use `server_sessions`.
        """
        self.session = session
        self.server_sessions = server_sessions
        self.identity = identity
        self.hosts = hosts
        self.token = token

    def headers(
        self, token: str | None, server: Server | None = None
    ) -> dict[str, str]:
        """Return the headers that identify the client to plex.tv, or to a server."""
        identity = self._identity(server)
        headers = {"Accept": "application/json", **identity.headers}
        if token:
            headers["X-Plex-Token"] = token
        return headers

    def secrets(self, token: str | None, server: Server | None = None) -> list[str]:
        """Return the secrets in a request with this token."""
        own, sent = self.identity, self._identity(server)
        return [*filter(None, (own.client_identifier, sent.client_identifier, token))]

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
        """Send a request to plex.tv's API and return its response.

        With `of_account`, a 401 means that plex.tv rejects the account's token.
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

        For a request with an `etag`, 304 is a success as well.

        Redirects are not followed, because the token would be sent to any host.
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

        The timeout of the request only applies to the beginning. Raises the same
        exceptions as `send`. Nothing is decompressed, because the size of the result
        would have no limit.
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
        """Raise the error for a response that is no stream."""
        request = replace(request, max_bytes=MAX_ANSWER_BYTES)
        body = await self._body(response, request)
        whole = Response(request=request, status=response.status, body=body)
        raise whole.unreadable()

    async def _body(self, response: ClientResponse, request: Request) -> bytes:
        """Return the body of a response, or raise the error for its status."""
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
                secrets=self.secrets(request.token, request.server),
            )
        return body

    def _identity(self, server: Server | None) -> ClientIdentity:
        """Return the identity of the client for plex.tv or for a server."""
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
        """Return aiohttp's request, through the session for plex.tv or for servers.

        A stream, which only servers have, has a `budget`, and is not decompressed.
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
        )


def url_below(base: URL, path: str) -> URL:
    """Return the URL of an absolute path; a server's URL may itself have a path."""
    return base.with_path(f"{base.path.rstrip('/')}{path}")


class ByteStream:
    """A response without an end."""

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
        """Return the next bytes, at most about 64 KiB; none when the stream has ended.

        Raises PlexTvConnectionError when it was interrupted.
        """
        with _translated_errors(self._request):
            content = await self._response.content.readany()
        now = asyncio.get_running_loop().time()
        # Twice the payload: enough for chunk headers, not for chunks of one byte.
        earned = 2 * len(content) + int((now - self._read_at) * IDLE_BYTES_PER_SECOND)
        self._budget.left = min(self._budget.left + earned, self._most)
        self._read_at = now
        return content


@contextmanager
def _translated_errors(request: Request) -> Iterator[None]:
    """Convert exceptions while a request is sent or its response is read."""
    try:
        yield
    except (ClientError, OSError, UnicodeError, RuntimeError) as err:
        # A timeout is an OSError too; UnicodeError means a host name that cannot be
        # encoded; RuntimeError means a session that its owner has closed. Only the type
        # of the cause is kept: it contains the URL and, in its request, the token.
        raise PlexTvConnectionError(
            f"{request.respondent} could not be reached for {request.purpose}: "
            f"{type(err).__name__}"
        ) from None


def _media_type(response: ClientResponse) -> str:
    """Return the media type of a body, without parameters.

    `content_type` of aiohttp uses a parser for e-mail headers, which takes half a
    second for some values and raises IndexError for others.
    """
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


async def read_body(response: ClientResponse, *, limit: int) -> bytes | None:
    """Read a body of at most `limit` bytes; stop and return None for a larger one."""
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
    """Read the body of a response; raise PlexTvError if that fails."""
    try:
        body = await read_body(response, limit=request.max_bytes)
    except ClientPayloadError:
        # The text of the cause can quote the body.
        message = f"{request.respondent}'s answer to {request.purpose} broke off"
        raise PlexTvResponseError(message, status=response.status) from None
    if body is None:
        message = (
            f"{request.respondent}'s answer to {request.purpose} is larger than "
            f"{request.max_bytes} bytes"
        )
        raise PlexTvAnswerTooLargeError(message, status=response.status)
    return body
