"""A copy of a request, so that tests can check what was sent."""

from dataclasses import dataclass
import re
from typing import TYPE_CHECKING

from multidict import CIMultiDict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class SeenRequest:
    """One request as it was received."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: datetime

    @classmethod
    async def of(cls, request: web.Request, at: datetime) -> SeenRequest:
        """Copy a request including its body."""
        return cls(
            method=request.method,
            path=request.path,
            query=CIMultiDict(request.query),
            headers=CIMultiDict(request.headers),
            body=await request.read(),
            at=at,
        )

    def matches(self, method: str, template: str) -> bool:
        """Return whether a route template such as `/api/v2/pins/{id}` matches."""
        return matches(self.method, self.path, method, template)


def matches(method: str, path: str, wanted_method: str, template: str) -> bool:
    """Match a request against a route template; "*" is any method or any route."""
    if wanted_method not in {"*", method}:
        return False
    if template == "*":
        return True
    bare = re.escape(template.removesuffix(".json"))
    pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", bare)
    return re.fullmatch(pattern, path.removesuffix(".json")) is not None
