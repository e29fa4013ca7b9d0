"""Routes that make, show and approve PINs."""

import json

from aiohttp import web

from simulator.world.errors import Problem, Refused
from simulator.world.world import State, parameters

from .qr_image import code_image
from .rate_limit import RateLimit


class PinRoutes:
    """`/api/v2/pins` and what is below it."""

    def __init__(self, state: State) -> None:
        """Answer from this state."""
        self._state = state
        self._rate_limit = RateLimit(state.now)
        self.limited = False

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.post("/api/v2/pins", self._create),
            web.get("/api/v2/pins/{id:[^/.]+}", self._show),
            web.put("/api/v2/pins/link", self._link),
            web.get("/api/v2/pins/qr/{code:[^/.]+}", self._qr),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        """Make a PIN."""
        client_identifier = await self._state.client_identifier(request)
        given = await parameters(request)
        pin = self._state.pins.create(
            client_identifier, given, strong=await _strong(request)
        )
        body = self._state.pins.body(pin, self._state.base_url, self._state.quirks)
        return self._state.wire.answer(
            request, "pin", body, status=self._state.quirks.created_status
        )

    async def _show(self, request: web.Request) -> web.Response:
        """Show a PIN to the client that asked for it."""
        if self.limited and self._rate_limit.exceeded_by(request.remote or ""):
            raise Refused(Problem.TOO_MANY_REQUESTS)
        state = self._state
        client_identifier = await state.client_identifier(request)
        pin = state.pins.find(request.match_info["id"], client_identifier)
        if state.pins.is_over(pin) and not state.quirks.expired_pin_answers_null:
            raise Refused(Problem.CODE_NOT_FOUND)
        body = state.pins.body(pin, state.base_url, state.quirks)
        return state.wire.answer(request, "pin", body)

    async def _link(self, request: web.Request) -> web.Response:
        """Approve another device's code for the account that asks."""
        person, _ = await self._state.caller(request)
        code = (await parameters(request)).get("code", "")
        self._state.approve(self._state.pins.approvable(code), person)
        return web.Response(status=204)

    async def _qr(self, request: web.Request) -> web.Response:
        """Show a picture for a code; everybody may see it."""
        self._state.pins.approvable(request.match_info["code"])
        return web.Response(body=code_image(), content_type="image/png")


async def _strong(request: web.Request) -> bool:
    """Read `strong` from the query, a form or a JSON body."""
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read())
        except ValueError:
            body = None
        if isinstance(body, dict) and "strong" in body:
            return body["strong"] is True
    return (await parameters(request)).get("strong", "").lower() in {"true", "1"}
