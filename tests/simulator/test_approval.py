"""The approval of a PIN."""

from typing import TYPE_CHECKING

import pytest

from tests.helpers.routes import PINS
from tests.simulator import GONE, HEADERS, create, with_token

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator


@pytest.mark.parametrize("strong", ["false", "true"])
async def test_approved_by_another_device(
    plex_tv: Simulator, http: ClientSession, token: str, strong: str
) -> None:
    """A signed-in client can approve the code of another device, once."""
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
    """A client that is not signed in cannot approve a code."""
    pin = await create(http)
    async with http.put(
        f"{PINS}/link", headers=HEADERS, data={"code": pin["code"]}
    ) as response:
        assert response.status == 401


async def test_qr_image(http: ClientSession) -> None:
    """The QR code image of a PIN needs no headers, and only exists for a known code."""
    pin = await create(http)
    async with http.get(pin["qr"]) as response:
        assert response.status == 200
        assert response.content_type == "image/png"
        assert (await response.read()).startswith(b"\x89PNG\r\n\x1a\n")
    async with http.get(f"{PINS}/qr/NONE") as response:
        assert response.status == 404
