"""The data about the client in requests to media servers."""

from typing import TYPE_CHECKING

from aiohttp import __version__ as aiohttp_version
from homeassistant.const import CONF_TOKEN, __version__ as ha_version

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER
from tests.helpers.actions import act
from tests.helpers.servers import Servers

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link


async def test_a_server_that_is_asked(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """Requests to a server lack the account's identifier, versions and home name."""
    hass.config.location_name = "Rose Cottage"
    entry = await link("alice")
    identifiers = set()
    for name in ("Attic", "Cabin", "Bob's Basement"):
        server = plex_tv.servers[name]
        device = Servers(hass, entry).devices()[name]
        for _ in range(2):
            await act(
                hass,
                "request",
                {"device_id": device.id, "path": "/library/sections"},
            )
        measured = [seen for seen in server.requests if seen.path == "/identity"]
        asked = [seen for seen in server.requests if seen not in measured]
        for seen in server.requests:
            told = " ".join(f"{key}: {value}" for key, value in seen.headers.items())
            for secret in (
                entry.data[CONF_CLIENT_IDENTIFIER],
                "Rose Cottage",
                ha_version,
                aiohttp_version,
                "Python",
            ):
                assert secret not in told
            # For an own server, plex.tv issues the token of the account.
            assert name != "Bob's Basement" or entry.data[CONF_TOKEN] not in told
            assert seen.headers["User-Agent"] == "PlexAccount (Home Assistant)"
        assert not [seen for seen in measured if "X-Plex-Product" in seen.headers]
        [identifier] = {seen.headers["X-Plex-Client-Identifier"] for seen in asked}
        identifiers.add(identifier)
    assert len(identifiers) == 3


async def test_plex_tv_knows_its_client(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """plex.tv gets the client identifier that its list of devices contains."""
    entry = await link("alice")
    for seen in plex_tv.requests:
        known = seen.headers["X-Plex-Client-Identifier"]
        assert known == entry.data[CONF_CLIENT_IDENTIFIER]
        assert seen.headers["User-Agent"] == "PlexAccount (Home Assistant)"
