"""Rate limits."""

from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import PlexTvRateLimitError
from simulator import Fault

from .method_calls import CREATE_PIN, METHOD_CALLS, MethodCall, refused

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Simulator


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("  120 ", 120.0),
        ("0", 0.0),
        ("9" * 18, 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 13:00:30 +0100", 30.0),
        ("Mon, 23 Nov 2026 12:00:30 -0000", 30.0),
        ("Monday, 23-Nov-26 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:59:30 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("rubbish", None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 19, None),
        ("Mon, 99 Nov 2026 12:00:30 GMT", None),
        ("Mon, 23 Nov 2026 12:00:30 +9999", None),
        ("Mon, 23 Nov 99999999999999999999 12:00:30 GMT", None),
    ],
    ids=repr,
)
@pytest.mark.freeze_time("2026-11-23T12:00:00Z")
async def test_too_many_requests(
    plex_tv: Simulator, client: PlexTvClient, header: str | None, seconds: float | None
) -> None:
    """429 has an error class of its own, with Retry-After if it was sent."""
    fault = Fault.rate_limited(header)
    error = await refused(plex_tv, client, CREATE_PIN, fault)
    assert isinstance(error, PlexTvRateLimitError)
    assert (error.status, error.code) == (429, 1003)
    assert error.retry_after == seconds
    assert str(error) == "plex.tv answered 429 to making a PIN: Too many requests"


@pytest.mark.parametrize("call", METHOD_CALLS, ids=str)
async def test_every_call_can_be_one_too_many(
    plex_tv: Simulator, alice: PlexTvClient, call: MethodCall
) -> None:
    """429 of any route raises that error, never an authentication error."""
    error = await refused(plex_tv, alice, call, Fault.rate_limited("7"))
    assert isinstance(error, PlexTvRateLimitError)
    assert error.retry_after == 7.0
