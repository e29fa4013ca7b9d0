"""How a PIN is approved."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.simulator import GONE, HEADERS, PINS, create, show, with_token

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator


async def test_waiting_and_approved(plex_tv: Simulator, http: ClientSession) -> None:
    """A PIN has no token until somebody approves it, and a new one then."""
    pin = await create(http)
    status, waiting = await show(http, pin["id"])
    assert status == 200
    assert waiting["authToken"] is None

    plex_tv.approve(pin["code"], "bob")

    status, approved = await show(http, pin["id"])
    assert status == 200
    assert re.fullmatch("[A-Za-z0-9]{20}", approved["authToken"])
    assert approved["newRegistration"] is False
    assert plex_tv.pins[-1].token == approved["authToken"]
    assert plex_tv.token_is_valid(approved["authToken"])


@pytest.mark.parametrize("strong", ["false", "true"])
async def test_approved_by_another_device(
    plex_tv: Simulator, http: ClientSession, token: str, strong: str
) -> None:
    """Who is signed in may approve a code for another device, once."""
    television = {**HEADERS, "X-Plex-Client-Identifier": "television"}
    async with http.post(
        PINS, headers=television, params={"strong": strong}
    ) as response:
        pin = await response.json()
    headers = with_token(token)
    for status in (204, 404):
        async with http.put(
            f"{PINS}/link", headers=headers, data={"code": pin["code"]}
        ) as response:
            assert response.status == status
    assert plex_tv.token_is_valid(plex_tv.pins[-1].token or "")
    assert plex_tv.token_is_valid(token)

    for code in ("NONE", ""):
        async with http.put(
            f"{PINS}/link.json", headers=headers, data={"code": code}
        ) as response:
            assert (response.status, await response.json()) == (404, GONE)


async def test_approval_needs_a_token(http: ClientSession) -> None:
    """Nobody else may approve a code."""
    pin = await create(http)
    async with http.put(
        f"{PINS}/link", headers=HEADERS, data={"code": pin["code"]}
    ) as response:
        assert response.status == 401


async def test_hosted_picture(http: ClientSession) -> None:
    """The picture of a code needs nothing; that of no code is not there."""
    pin = await create(http)
    async with http.get(pin["qr"]) as response:
        assert response.status == 200
        assert response.content_type == "image/png"
        assert (await response.read()).startswith(b"\x89PNG\r\n\x1a\n")
    async with http.get(f"{PINS}/qr/NONE") as response:
        assert response.status == 404
