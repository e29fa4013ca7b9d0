"""A proxy in front of the simulator that changes its responses."""

from fnmatch import fnmatch
import json
from typing import TYPE_CHECKING, Any, Self

from aiohttp import ClientError, ClientSession, web
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Callable

    type Change = Callable[[Any], Any]

HOP_BY_HOP = {"connection", "content-length", "host", "transfer-encoding"}


class ChangingProxy:
    """A proxy of a simulated host that changes the JSON of its responses."""

    def __init__(self, target: URL) -> None:
        """Forward requests to a host."""
        self._target = target
        self._changes: list[tuple[str, str, Change]] = []
        self._statuses: list[tuple[str, str, int]] = []
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        self.url = URL()

    async def __aenter__(self) -> Self:
        """Start."""
        self._session = ClientSession(auto_decompress=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        [address, *_] = self._runner.addresses
        self.url = URL.build(scheme="http", host="127.0.0.1", port=address[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._session.close()
        await self._runner.cleanup()

    def change(self, method: str, path: str, change: Change) -> None:
        """Change the JSON of the responses to a route; `path` may have wildcards."""
        self._changes.append((method, path, change))

    def answer_with(self, method: str, path: str, status: int) -> None:
        """Change the status of the responses to a route."""
        self._statuses.append((method, path, status))

    async def _answer(self, request: web.Request) -> web.Response:
        """Forward a request, and change the response; disconnect if there is none."""
        try:
            return await self._changed(request)
        except ClientError:
            if request.transport:
                request.transport.close()
            return web.Response()

    async def _changed(self, request: web.Request) -> web.Response:
        """Forward a request, and change the response."""
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in HOP_BY_HOP
        }
        async with self._session.request(
            request.method,
            self._target.join(request.rel_url),
            headers=headers,
            data=await request.read(),
            allow_redirects=False,
        ) as response:
            body, status = await response.read(), response.status
            given = {
                name: value
                for name, value in response.headers.items()
                if name.lower() not in HOP_BY_HOP
            }
        for method, path, change in self._changes:
            if method == request.method and fnmatch(request.path, path):
                body = json.dumps(change(json.loads(body))).encode()
        for method, path, other in self._statuses:
            if method == request.method and fnmatch(request.path, path):
                status = other
        return web.Response(status=status, body=body, headers=given)


def renamed(old: str, new: str) -> Change:
    """Return a change that renames a field wherever it is."""

    def change(value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Rename the field in a value and below."""
        if isinstance(value, dict):
            return {
                new if name == old else name: change(one) for name, one in value.items()
            }
        return [*map(change, value)] if isinstance(value, list) else value

    return change


def with_value(field: str, new: object) -> Change:
    """Return a change that gives a field another value wherever it is."""

    def change(value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Set the field in a value and below."""
        if isinstance(value, dict):
            return {
                name: new if name == field else change(one)
                for name, one in value.items()
            }
        return [*map(change, value)] if isinstance(value, list) else value

    return change
