"""Who asks Discover, and how it refuses."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from simulator.http.parameters import CLIENT_IDENTIFIER, TOKEN, parameters
from simulator.http.wire import wants_json, xml_response
from simulator.media_server.wire import xml_element

if TYPE_CHECKING:
    from simulator.http.wire import Json
    from simulator.world.world import World


class Declined(Exception):  # noqa: N818 - an answer, not a failure of ours
    """End the handling of a request with an error of Discover."""

    def __init__(self, status: int, message: str) -> None:
        """Keep what to answer."""
        super().__init__(message)
        self.status = status


async def caller(request: web.Request, world: World) -> str:
    """Return the key of who may use Discover and asks with the account's token.

    The token of a server is refused, as that of a stranger.
    """
    given = await parameters(request)
    world.client_identifiers.add(given.get(CLIENT_IDENTIFIER, ""))
    world.client_identifiers.discard("")
    device = world.devices.by_token(given.get(TOKEN, ""))
    if device is None:
        raise Declined(401, "Unauthorized")
    if device.person in world.watchlists.refused:
        raise Declined(403, "Forbidden")
    return device.person


def declined(request: web.Request, error: Declined) -> web.Response:
    """Answer with an error in Discover's own shape."""
    body: dict[str, Json] = {
        "error": HTTPStatus(error.status).phrase,
        "message": str(error),
        "statusCode": error.status,
    }
    if wants_json(request):
        return web.json_response({"Error": body}, status=error.status)
    return xml_response(xml_element("Error", body), status=error.status)
