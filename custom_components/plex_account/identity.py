"""How this Home Assistant presents itself to plex.tv."""

from typing import TYPE_CHECKING, Final

from homeassistant.const import __version__ as HA_VERSION
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.loader import async_get_loaded_integration

from .const import DOMAIN
from .plextv import PlexTvClient, PlexTvDevice, PlexTvHosts

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

PLEX_TV: Final = PlexTvHosts()


def plex_tv_client(hass: HomeAssistant, client_identifier: str) -> PlexTvClient:
    """Return a client that is this Home Assistant at plex.tv, not signed in.

    The product's name tells the row under Authorized Devices from the one that Home
    Assistant's own Plex integration makes, and does not read like a product of Plex.
    """
    location = hass.config.location_name
    return PlexTvClient(
        async_get_clientsession(hass),
        client_identifier=client_identifier,
        device=PlexTvDevice(
            product="Home Assistant (Plex Account)",
            version=str(async_get_loaded_integration(hass, DOMAIN).version),
            platform="Home Assistant",
            platform_version=HA_VERSION,
            device=location,
            device_name=f"Home Assistant ({location})",
            model="Plex Account",
        ),
        hosts=PLEX_TV,
    )
