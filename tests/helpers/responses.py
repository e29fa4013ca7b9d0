"""Responses of plex.tv as the client's transport returns them."""

from yarl import URL

from custom_components.plex_account.plextv.transport import Request, Response


def answered(body: bytes) -> Response:
    """Return a successful response with a body."""
    request = Request(purpose="trying", url=URL("https://plex.tv"))
    return Response(request=request, status=200, body=body)
