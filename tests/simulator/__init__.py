"""Tests of the simulator: it refuses requests as plex.tv does, and fails on demand."""

from typing import TYPE_CHECKING, Any, Final

from tests.helpers.routes import PINS

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Route, ServerControl

CLIENT: Final = "8d8c1f9e-5a0b-4c53-9f56-6a0f3e1c0a77"
JSON: Final = {"Accept": "application/json"}
HEADERS: Final = {
    **JSON,
    "X-Plex-Client-Identifier": CLIENT,
    "X-Plex-Product": "Plex Account",
    "X-Plex-Device-Name": "Home Assistant",
}


def with_token(token: str) -> dict[str, str]:
    """Return the headers of a request with a token."""
    return {**HEADERS, "X-Plex-Token": token}


async def get(http: ClientSession, path: str, token: str) -> Any:  # noqa: ANN401 - JSON
    """Request a path with a token."""
    async with http.get(path, headers=with_token(token)) as response:
        assert response.status == 200
        return await response.json()


def error(code: int, message: str, status: int) -> dict[str, object]:
    """Return the body of one of plex.tv's errors."""
    return {"errors": [{"code": code, "message": message, "status": status}]}


GONE: Final = error(1020, "Code not found or expired", 404)


async def create(
    http: ClientSession,
    *,
    params: dict[str, str] | None = None,
    data: dict[str, str] | None = None,
    json: dict[str, object] | None = None,
) -> dict[str, Any]:
    """Create a PIN."""
    async with http.post(
        PINS, headers=HEADERS, params=params, data=data, json=json
    ) as response:
        assert response.status == 201
        pin: dict[str, Any] = await response.json()
        return pin


async def show(
    http: ClientSession, pin_id: object, headers: dict[str, str] = HEADERS
) -> tuple[int, Any]:
    """Return the status and body of the response about a PIN."""
    async with http.get(f"{PINS}/{pin_id}", headers=headers) as response:
        return response.status, await response.json()


def address(server: ServerControl, route: Route = "local") -> str:
    """Return the base URL of a server on a route that responds."""
    [port] = [
        place.port
        for place in server.data.listed_places
        if place.answers and place.route == route
    ]
    return f"http://127.0.0.1:{port}"
