"""Home Assistant as a client of plex.tv: one session, and how it presents itself."""

from typing import TYPE_CHECKING, Final

from aiohttp import ClientSession, DummyCookieJar
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE, __version__ as HA_VERSION
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.helpers.singleton import singleton
from homeassistant.loader import async_get_loaded_integration

from .const import DOMAIN
from .plextv import ClientIdentity, PlexTvClient, PlexTvHosts

if TYPE_CHECKING:
    from homeassistant.core import Event, HomeAssistant

PLEX_TV: Final = PlexTvHosts()


@singleton(f"{DOMAIN}_session")
@callback
def async_get_session(hass: HomeAssistant) -> ClientSession:
    """Return the session of all accounts, on Home Assistant's connector.

    It keeps no cookies: in Home Assistant's own session, cookies that other hosts set
    for a whole domain would be sent to plex.tv, and plex.tv's to others.
    """
    # Home Assistant's own clean-up would close it with the account that made it.
    session = async_create_clientsession(
        hass, auto_cleanup=False, cookie_jar=DummyCookieJar()
    )

    @callback
    def close(_event: Event) -> None:
        """Leave the connector to Home Assistant."""
        session.detach()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, close)
    return session


@callback
def async_get_client(
    hass: HomeAssistant, client_identifier: str, token: str | None = None
) -> PlexTvClient:
    """Return a client that is one row under Authorized Devices.

    The product's name distinguishes the row from that of Home Assistant's own Plex
    integration, and does not read like a product of Plex.
    """
    location = hass.config.location_name
    return PlexTvClient(
        async_get_session(hass),
        ClientIdentity(
            client_identifier=client_identifier,
            product="Home Assistant (Plex Account)",
            version=str(async_get_loaded_integration(hass, DOMAIN).version),
            platform="Home Assistant",
            platform_version=HA_VERSION,
            device=location,
            device_name=f"Home Assistant ({location})",
            model="Plex Account",
        ),
        token=token,
        hosts=PLEX_TV,
    )
