"""The caller of Discover, and its errors."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from simulator.http.parameters import CLIENT_IDENTIFIER, TOKEN, parameters
from simulator.http.wire import wants_json, xml_response
from simulator.media_server.wire import xml_element

if TYPE_CHECKING:
    from simulator.http.wire import Json
    from simulator.world.world import World


class Declined(Exception):  # noqa: N818 - a response, not a failure of ours
    """End the handling of a request with an error of Discover."""

    def __init__(self, status: int, message: str) -> None:
        """Store the status and message to respond with."""
        super().__init__(message)
        self.status = status


async def caller(request: web.Request, world: World) -> str:
    """Return the key of the caller; raise Declined if the caller may not use Discover.

    Only tokens of accounts are accepted. That of a server is refused as invalid.
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
    """Respond with an error in Discover's own format."""
    body: dict[str, Json] = {
        "error": HTTPStatus(error.status).phrase,
        "message": str(error),
        "statusCode": error.status,
    }
    if wants_json(request):
        return web.json_response({"Error": body}, status=error.status)
    return xml_response(xml_element("Error", body), status=error.status)
