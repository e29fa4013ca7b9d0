"""The bad responses, by name."""

from datetime import timedelta
from email.utils import format_datetime
from functools import partial
import json
from typing import TYPE_CHECKING, Final

from homeassistant.util import dt as dt_util
import pytest

from simulator import Fault
from tests.helpers.custom_faults import OversizedBody

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

MIB: Final = 1024 * 1024
OVERSIZED: Final = 200 * MIB
# Bytes. More than the buffers of both sockets, and far less than such a body.
OVERSIZED_LIMIT: Final = 48 * MIB

WRONG_TYPES: Final = json.dumps(
    {
        "id": ["7"],
        "code": {"code": "ABCD"},
        "expiresIn": "soon",
        "authToken": {"token": "abc"},
        "uuid": ["abc"],
        "subscription": "yes",
        "token": ["abc"],
        "connections": 7,
        "errors": {"code": "x"},
        "MediaContainer": ["identity"],
    }
)
XML: Final = '<?xml version="1.0"?><errors><error code="1001">No</error></errors>'
INVALID_TOKEN: Final = '{"errors": [{"code": 1001, "message": "Invalid token"}]}'


def _until_a_date() -> Fault:
    """Respond with 429 and a Retry-After that is a date, seconds after the request."""

    async def answer(request: web.Request) -> web.StreamResponse:
        moment = dt_util.utcnow() + timedelta(seconds=9)
        fault = Fault.rate_limited(format_datetime(moment, usegmt=True))
        return await fault.answer(request)

    return Fault("rate limited until a date", answer)


# Created for each case, because an oversized body counts its own bytes.
BAD_ANSWERS: Final[dict[str, Callable[[], Fault | OversizedBody]]] = {
    **{
        str(status): partial(Fault.status, status)
        for status in (400, 401, 403, 404, 410, 422, 498, 500, 503)
    },
    "422 invalid token": lambda: Fault.status(422, body=INVALID_TOKEN),
    "429 for seconds": lambda: Fault.rate_limited("7"),
    "429 until a date": _until_a_date,
    "429 for rubbish": lambda: Fault.rate_limited("soon"),
    "429": Fault.rate_limited,
    "502 page": Fault.html,
    "reset": Fault.reset,
    "hang": Fault.hang,
    "drip": Fault.drip,
    "truncated": Fault.truncated,
    "empty": lambda: Fault.body(b""),
    "null": lambda: Fault.body(b"null"),
    "list": lambda: Fault.body(b"[]"),
    "wrong types": lambda: Fault.body(WRONG_TYPES),
    "deep": lambda: Fault.body(b"[" * 200_000),
    "XML": lambda: Fault.body(XML, content_type="application/xml"),
    "flood": OversizedBody,
    "announced flood": lambda: OversizedBody(announced=OVERSIZED),
}
"""The bad responses of a single route; see `Scenario.inject` for the other two."""
REDIRECT: Final = "redirect"
WRONG_CERTIFICATE: Final = "wrong certificate"
ALL_BAD_ANSWERS: Final = (*BAD_ANSWERS, REDIRECT, WRONG_CERTIFICATE)

# plex.tv's responses to a rejected token; nothing else is a lost sign-in.
REJECTED: Final = frozenset({"401", "422 invalid token"})
# Valid for callers that only need a successful status.
READABLE: Final = frozenset({"empty", "null", "list", "wrong types", "XML"})
COMPLETE: Final = READABLE | {"deep"}

each_bad_answer: Final = pytest.mark.parametrize("bad", ALL_BAD_ANSWERS)
