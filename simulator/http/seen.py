"""Remember every request, so that a test can ask what was sent."""

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
    """One request as it came over the wire."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: datetime

    @classmethod
    async def of(cls, request: web.Request, at: datetime) -> SeenRequest:
        """Copy a request, its body included."""
        return cls(
            method=request.method,
            path=request.path,
            query=CIMultiDict(request.query),
            headers=CIMultiDict(request.headers),
            body=await request.read(),
            at=at,
        )

    def matches(self, method: str, template: str) -> bool:
        """Tell whether a route template such as `/api/v2/pins/{id}` describes this."""
        return matches(self.method, self.path, method, template)


def matches(method: str, path: str, wanted_method: str, template: str) -> bool:
    """Compare a request with a route template; "*" stands for any method or route."""
    if wanted_method not in {"*", method}:
        return False
    if template == "*":
        return True
    bare = re.escape(template.removesuffix(".json"))
    pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", bare)
    return re.fullmatch(pattern, path.removesuffix(".json")) is not None
