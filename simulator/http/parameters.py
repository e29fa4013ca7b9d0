"""The `X-Plex-*` parameters of a request."""

from typing import TYPE_CHECKING

from multidict import CIMultiDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

CLIENT_IDENTIFIER = "X-Plex-Client-Identifier"
TOKEN = "X-Plex-Token"


async def parameters(request: web.Request) -> Mapping[str, str]:
    """Read the parameters of a request from every place that plex.tv accepts.

    Headers take precedence over the query, and the query over a form.
    """
    given: CIMultiDict[str] = CIMultiDict()
    if request.content_type == "application/x-www-form-urlencoded":
        form = await request.post()
        given.update({k: v for k, v in form.items() if isinstance(v, str)})
    given.update(request.query)
    for name, value in request.headers.items():
        if name.lower().startswith("x-plex-"):
            given[name] = value
    return given
