"""The errors for unsuccessful responses."""

from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    PlexTvAuthenticationError,
    PlexTvClient,
    PlexTvResponseError,
)
from simulator import Fault
from tests.helpers.routes import PINS, USER

from .method_calls import CREATE_PIN, GET_ACCOUNT, METHOD_CALLS, refused

if TYPE_CHECKING:
    from simulator import Simulator


DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
MISSING = "X-Plex-Client-Identifier is missing"
BODIES = {
    "JSON": (
        f'{{"errors": [{{"code": 1000, "message": "{MISSING}", "status": 400}}]}}',
        1000,
        MISSING,
    ),
    "JSON, older": (
        f'{{"errors": [{{"code": 1000, "message": "{MISSING}"}}]}}',
        1000,
        MISSING,
    ),
    "JSON, text code": ('{"errors": [{"code": "1000"}]}', 1000, None),
    "JSON, no code": ('{"errors": [{"message": "Oh"}]}', None, "Oh"),
    "JSON, two": (
        '{"errors": [{"code": 1, "message": "One"}, {"code": 2, "message": "Two"}]}',
        1,
        "One",
    ),
    "JSON, plain": ('{"error": "Unauthorized"}', None, "Unauthorized"),
    "JSON, both": ('{"errors": [], "error": "Plain"}', None, "Plain"),
    "JSON, two lines": ('{"error": "Line\\nLine\\u0000"}', None, "Line Line"),
    "XML": (
        f'{DECLARED}\n<errors><error code="1000" message="{MISSING}"/></errors>',
        1000,
        MISSING,
    ),
    "XML, older": (
        "<errors>\n  <error>Please sign in.</error>\n</errors>",
        None,
        "Please sign in.",
    ),
    "XML, umlaut": (
        '<?xml version="1.0" encoding="ISO-8859-1"?>'
        "<errors><error>Schlüssel</error></errors>".encode("latin-1"),
        None,
        "Schlüssel",
    ),
    "XML, empty": ('<errors><error code="" message=""/></errors>', None, None),
    "XML, no error": ('<MediaContainer size="0"/>', None, None),
    "XML, unknown encoding": (
        '<?xml version="1.0" encoding="klingon"?><errors><error>A</error></errors>',
        None,
        None,
    ),
    "XML, wide encoding": (
        '<?xml version="1.0" encoding="utf-7"?><errors><error>A</error></errors>',
        None,
        None,
    ),
    "XML, deep": ("<a>" * 140_000 + "</a>" * 140_000, None, None),
    "XML, entity": (
        '<!DOCTYPE b [<!ENTITY a "ha">]><errors><error>&a;</error></errors>',
        None,
        None,
    ),
    "XML, entities": (
        '<!DOCTYPE b [<!ENTITY a0 "ha">'
        + "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(12))
        + "]><errors><error>&a12;</error></errors>",
        None,
        None,
    ),
    "page": ("<html><body><h1>Bad Request</h1><br></body></html>", None, None),
    "empty": ("", None, None),
    "JSON null": ("null", None, None),
    "JSON list": ("[1, 2]", None, None),
    "JSON text": ('"no"', None, None),
    "JSON, errors null": ('{"errors": null}', None, None),
    "JSON, errors object": ('{"errors": {"code": 1000}}', None, None),
    "JSON, errors of lists": ('{"errors": [[1000]]}', None, None),
    "JSON, wrong types": ('{"errors": [{"code": [], "message": {}}]}', None, None),
    "JSON, large code": ('{"errors": [{"code": 1e999}]}', None, None),
    "JSON, truncated": ('{"errors": [{"code": 1000, "mess', None, None),
    "JSON, deep": ("[" * 200_000, None, None),
    "bytes": (b"\xff\xfe\x00\xd8\x00", None, None),
}


@pytest.mark.parametrize(("body", "code", "said"), BODIES.values(), ids=BODIES)
async def test_plex_tv_says_what_is_wrong(
    plex_tv: Simulator,
    client: PlexTvClient,
    body: str | bytes,
    code: int | None,
    said: str | None,
) -> None:
    """plex.tv's error number and text are read in every known shape."""
    fault = Fault.status(400, body=body)
    error = await refused(plex_tv, client, CREATE_PIN, fault)
    assert type(error) is PlexTvResponseError
    assert (error.status, error.code) == (400, code)
    told = "plex.tv answered 400 to making a PIN"
    assert str(error) == (f"{told}: {said}" if said else told)


async def test_the_simulator_refuses_like_plex_tv(
    plex_tv: Simulator, client: PlexTvClient
) -> None:
    """The simulator's refusal is the documented one."""
    refusal = await refused(plex_tv, client, CREATE_PIN, Fault.status(400))
    assert str(refusal).endswith(MISSING)
    assert refusal.code == 1000


REJECTED = {
    "401": Fault.status(401),
    "401 empty": Fault.status(401, body=""),
    "401 XML": Fault.status(
        401, body="<errors><error>Please sign in.</error></errors>"
    ),
    "401 page": Fault.html(401),
    "422 XML": Fault.status(422, body="<errors><error>Invalid token</error></errors>"),
    "422 JSON": Fault.status(422, body='{"errors": [{"message": "Invalid token."}]}'),
    "422 plain": Fault.status(422, body='{"error": "The given INVALID TOKEN"}'),
}


@pytest.mark.parametrize("fault", REJECTED.values(), ids=REJECTED)
async def test_a_rejected_token(
    plex_tv: Simulator, alice: PlexTvClient, fault: Fault
) -> None:
    """401 is an authentication error, and so is 422 with a text about the token."""
    error = await refused(plex_tv, alice, GET_ACCOUNT, fault)
    assert type(error) is PlexTvAuthenticationError


NOT_REJECTED = {
    "422": Fault.status(422),
    "422 other words": Fault.status(422, body='{"error": "Invalid thumbprint"}'),
    "422 page": Fault.status(422, body="<html>Invalid token</html>"),
    "403 same words": Fault.status(403, body='{"error": "Invalid token"}'),
    "500 same words": Fault.status(500, body='{"error": "Invalid token"}'),
    "502 page": Fault.html(502),
    "404": Fault.status(404, body="{}"),
    **{
        str(status): Fault.status(status)
        for status in (300, 304, 400, 402, 403, 405, 407, 408, 409, 410, 418)
    },
    **{
        str(status): Fault.status(status)
        for status in (426, 451, 498, 499, 500, 501, 503, 504, 520, 522, 599)
    },
}


@pytest.mark.parametrize("fault", NOT_REJECTED.values(), ids=NOT_REJECTED)
async def test_an_outage_is_no_rejection(
    plex_tv: Simulator, alice: PlexTvClient, fault: Fault
) -> None:
    """No other status is an authentication error."""
    for call in METHOD_CALLS:
        error = await refused(plex_tv, alice, call, fault)
        assert type(error) is PlexTvResponseError
        assert str(error).startswith(f"plex.tv answered {error.status} to {call.doing}")


async def test_an_error_ends_with_its_request(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """The next request after an error succeeds."""
    for fault in (Fault.html(502), Fault.status(401), Fault.rate_limited("9")):
        await refused(plex_tv, alice, GET_ACCOUNT, fault)
        assert (await alice.get_account()).uuid == plex_tv.people["alice"].uuid
    assert len(plex_tv.seen("GET", USER)) == 6
    assert not plex_tv.seen("POST", PINS)
