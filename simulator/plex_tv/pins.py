"""Routes that create, show and approve PINs."""

import json
from math import ceil
from typing import TYPE_CHECKING

from aiohttp import web

from simulator.http.parameters import parameters
from simulator.http.refusals import Problem, Refused
from simulator.world.pins import LOCATION, SimulatedPin

from .caller import caller, client_identifier
from .qr_image import qr_image
from .rate_limit import RateLimit
from .routes import Routes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from yarl import URL

    from simulator.http.wire import Json, Wire
    from simulator.world.quirks import Quirks
    from simulator.world.world import World


class PinRoutes(Routes):
    """`/api/v2/pins` and the routes below it."""

    def __init__(self, world: World, wire: Wire, url: Callable[[], URL]) -> None:
        """Serve this data; `url` returns the base URL of plex.tv."""
        super().__init__(world, wire)
        self._url = url
        self._rate_limit = RateLimit(world.now)
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
        """Create a PIN."""
        client = await client_identifier(request, self._world)
        given = await parameters(request)
        pin = self._world.pins.create(client, given, strong=await _strong(request))
        status = self._world.quirks.created_status
        return self._wire.answer(request, "pin", self._body(pin), status=status)

    async def _show(self, request: web.Request) -> web.Response:
        """Show a PIN to the client that created it."""
        if self.limited and self._rate_limit.exceeded_by(request.remote or ""):
            raise Refused(Problem.TOO_MANY_REQUESTS)
        client = await client_identifier(request, self._world)
        pins = self._world.pins
        pin = _found(pins.find(request.match_info["id"], client))
        if pins.is_expired(pin) and not self._world.quirks.expired_pin_answers_null:
            raise Refused(Problem.CODE_NOT_FOUND)
        return self._wire.answer(request, "pin", self._body(pin))

    async def _link(self, request: web.Request) -> web.Response:
        """Approve the code of another device."""
        person, _ = await caller(request, self._world)
        code = (await parameters(request)).get("code", "")
        self._world.approve(_found(self._world.pins.approvable(code)), person)
        return web.Response(status=204)

    async def _qr(self, request: web.Request) -> web.Response:
        """Show an image for a code; this route needs no sign-in."""
        _found(self._world.pins.approvable(request.match_info["code"]))
        return web.Response(body=qr_image(), content_type="image/png")

    def _body(self, pin: SimulatedPin) -> dict[str, Json]:
        """Describe a PIN."""
        quirks = self._world.quirks
        left = self._world.pins.remaining(pin)
        if quirks.expires_in_constant:
            left = pin.expires_at - pin.created_at
        base = quirks.qr_base or str(self._url()).removesuffix("/")
        body: dict[str, Json] = {
            "id": str(pin.id) if quirks.string_id else pin.id,
            "code": pin.code,
            "product": pin.parameters.get("X-Plex-Product", "0"),
            "trusted": False,
            "qr": f"{base}/api/v2/pins/qr/{pin.code}",
            "clientIdentifier": pin.client_identifier,
            "location": _location(quirks),
            "expiresIn": max(0, ceil(left.total_seconds())),
            "createdAt": _time(pin.created_at, quirks),
            "expiresAt": _time(pin.expires_at, quirks),
            "authToken": pin.token or ("null" if quirks.null_text_token else None),
            "newRegistration": False if pin.token else None,
        }
        for key, absent in (
            ("qr", quirks.qr_absent),
            ("location", quirks.location == "absent"),
            ("expiresIn", quirks.expires_in_absent),
        ):
            if absent:
                del body[key]
        return body


def _found(pin: SimulatedPin | None) -> SimulatedPin:
    """Return the PIN; raise an error if there is none."""
    if pin is None:
        raise Refused(Problem.CODE_NOT_FOUND)
    return pin


def _location(quirks: Quirks) -> Json:
    """Return the location of the client that created the PIN."""
    if quirks.location == "null":
        return None
    location: dict[str, Json] = {**LOCATION}
    if quirks.numeric_postal_code:
        location["postal_code"] = 78732
    if quirks.unknown_location_flags:
        location["european_union_member"] = "Unknown"
        location["in_privacy_restricted_country"] = "Unknown"
    return location


def _time(time: datetime, quirks: Quirks) -> str:
    """Format a time as plex.tv does."""
    fraction = ".000" if quirks.fractional_seconds else ""
    return f"{time:%Y-%m-%dT%H:%M:%S}{fraction}Z"


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
