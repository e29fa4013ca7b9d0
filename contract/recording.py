"""Sessions that record every response, and sessions that replay recorded responses.

The integration's own client sends the requests, so that they are the same as those of
the integration. Recording does not change what the client gets. Responses are replayed
to compare the client's results.
"""

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast, override

from multidict import CIMultiDict

from custom_components.plex_account.plextv import PlexTvClient, ServerSessions
from custom_components.plex_account.plextv.transport import MAX_LIST_BYTES, read_body

from .answers import Answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from aiohttp import ClientResponse, ClientSession
    from yarl import URL

    from custom_components.plex_account.plextv.networks import Network
    from custom_components.plex_account.plextv.server_sessions import WireBudget


class Recorder:
    """A session with a limited rate, which records each response."""

    def __init__(self, session: ClientSession, *, pause: float) -> None:
        """Leave `pause` seconds between the beginnings of two requests."""
        self._session = session
        self._pause = pause
        self._last = float("-inf")
        self.answers: list[Answer] = []

    @property
    def session(self) -> ClientSession:
        """The recorder as a session for the client, which only uses `request`."""
        return cast("ClientSession", self)

    async def turn(self) -> None:
        """Wait until the next request may begin."""
        now = asyncio.get_running_loop().time
        await asyncio.sleep(max(self._last + self._pause - now(), 0.0))
        self._last = now()

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: URL,
        **options: Any,  # noqa: ANN401 - handed on as they are
    ) -> AsyncIterator[ClientResponse]:
        """Send a request, record the response, and provide it."""
        await self.turn()
        async with self._session.request(method, url, **options) as response:
            answer = await _kept(response)
        self.answers.append(answer)
        yield _given(answer)


class RecordingServerSessions(ServerSessions):
    """Sessions for media servers that record each response with those of plex.tv."""

    def __init__(self, recorder: Recorder, **options: Any) -> None:  # noqa: ANN401
        """Record the responses in `recorder`."""
        super().__init__(**options)
        self._recorder = recorder

    @override
    @asynccontextmanager
    async def request(
        self,
        network: Network,
        method: str,
        url: URL | str,
        *,
        max_bytes: int,
        budget: WireBudget | None = None,
        **options: Any,
    ) -> AsyncIterator[ClientResponse]:
        """Send a request, and record the response; of a stream, only what was read."""
        await self._recorder.turn()
        async with super().request(
            network, method, url, max_bytes=max_bytes, budget=budget, **options
        ) as response:
            if budget is None:
                answer = await _kept(response)
                self._recorder.answers.append(answer)
                yield _given(answer)
                return
            read = bytearray()
            try:
                yield _given(response, read)
            finally:
                self._recorder.answers.append(_answer(response, bytes(read)))


class ReplayingServerSessions(ServerSessions):
    """Sessions that replay recorded responses of media servers."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        """Replay the responses one after the other."""
        super().__init__()
        self._answers = [*answers]

    @override
    @asynccontextmanager
    async def request(
        self, network: Network, method: str, url: URL | str, **_: object
    ) -> AsyncIterator[ClientResponse]:
        """Replay the next response."""
        yield _given(_next(self._answers))


class _Replay:
    """A session that replays recorded responses of plex.tv."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        """Replay the responses one after the other."""
        self._answers = [*answers]

    @asynccontextmanager
    async def request(self, *_: object, **__: object) -> AsyncIterator[ClientResponse]:
        """Replay the next response."""
        yield _given(_next(self._answers))


def replaying(client: PlexTvClient, answers: Sequence[Answer]) -> PlexTvClient:
    """Return the same client with a session that replays these responses."""
    transport = client.transport
    return PlexTvClient(
        cast("ClientSession", _Replay(answers)),
        transport.identity,
        token=transport.token,
        hosts=transport.hosts,
        server_sessions=ReplayingServerSessions(answers),
    )


class _Content:
    """The body of a recorded response, or of a stream that is recorded while read."""

    def __init__(
        self, body: bytes, stream: ClientResponse | None, read: bytearray
    ) -> None:
        """Provide `body`, or the content of `stream`, which is appended to `read`."""
        self._body = body
        self._stream = stream
        self._read = read

    async def iter_any(self) -> AsyncIterator[bytes]:
        """Yield the whole body."""
        while content := await self.readany():
            yield content

    async def readany(self) -> bytes:
        """Return the available content, and nothing at the end."""
        if self._stream:
            content = await self._stream.content.readany()
            self._read += content
            return content
        content, self._body = self._body, b""
        return content


class _Response:
    """The part of a response that the client uses."""

    def __init__(self, answer: Answer, content: _Content, content_type: str) -> None:
        """Copy status and headers of the recorded response."""
        self.status = answer.status
        self.headers = answer.headers
        self.content = content
        self.content_type = content_type
        self.content_length = None

    def close(self) -> None:
        """Do nothing, because nothing is open."""


def _given(
    answer: Answer | ClientResponse, read: bytearray | None = None
) -> ClientResponse:
    """Return a response for the client."""
    if isinstance(answer, Answer):
        kept, content = answer, _Content(answer.body, None, bytearray())
    else:
        kept = _answer(answer, b"")
        content = _Content(b"", answer, bytearray() if read is None else read)
    return cast("ClientResponse", _Response(kept, content, kept.media_type))


async def _kept(response: ClientResponse) -> Answer:
    """Read and record a response; a body too large for the client counts as empty."""
    body = await read_body(response, limit=MAX_LIST_BYTES)
    return _answer(response, body or b"")


def _answer(response: ClientResponse, body: bytes) -> Answer:
    """Return a recorded response with this body."""
    headers: Mapping[str, str] = CIMultiDict(response.headers)
    return Answer(
        path=response.url.path, status=response.status, headers=headers, body=body
    )


def _next(answers: list[Answer]) -> Answer:
    """Return the next response; raise ConnectionError if none is left."""
    if not answers:
        raise ConnectionError("no more answers were kept")
    return answers.pop(0)
