"""The client that Home Assistant's own Plex integration signs in with."""

from typing import TYPE_CHECKING

from aiohttp import ClientSession
import pytest
from yarl import URL

if TYPE_CHECKING:
    from simulator import Simulator

plexauth = pytest.importorskip(
    "plexauth", reason="plexauth is not installed (dependency group peers)"
)


async def test_signs_in_with_a_strong_code(
    plex_tv: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client plexauth reads the code, the pending PIN and the token."""
    for name in ("CODES_URL", "TOKEN_URL"):
        address = getattr(plexauth, name).replace("https://plex.tv", str(plex_tv.url))
        monkeypatch.setattr(plexauth, name, address)
    async with ClientSession() as session:
        client = plexauth.PlexAuth({"X-Plex-Product": "Peer"}, session)
        await client.initiate_auth()
        pin = plex_tv.pins[-1]
        assert pin.strong
        assert await client.request_auth_token() is None

        page = URL(client.auth_url().replace("#!?", "?"))
        assert page.query["code"] == pin.code
        plex_tv.approve(page.query["code"], "bob")

        token = await client.request_auth_token()
    assert token == pin.token
    assert plex_tv.token_is_valid(token)
