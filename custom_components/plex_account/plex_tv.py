"""Creates the client for plex.tv: its HTTP sessions and its identity."""

from typing import TYPE_CHECKING, Final

from aiohttp import ClientSession, DummyCookieJar
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE, __version__ as HA_VERSION
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.helpers.singleton import singleton
from homeassistant.loader import async_get_loaded_integration
from homeassistant.util.ssl import get_default_context

from .const import DOMAIN
from .plextv import (
    ClientIdentity,
    Networks,
    PlexTvClient,
    PlexTvHosts,
    ServerSessions,
)

if TYPE_CHECKING:
    from homeassistant.core import Event, HomeAssistant

PLEX_TV: Final = PlexTvHosts()
NETWORKS: Final = Networks()


@singleton(f"{DOMAIN}_session")
@callback
def async_get_session(hass: HomeAssistant) -> ClientSession:
    """Return the session of all accounts for plex.tv, on Home Assistant's connector.

    It keeps no cookies: in Home Assistant's own session, cookies that other hosts set
    for a whole domain would be sent to plex.tv, and plex.tv's to others.
    """
    # Home Assistant's own clean-up would close it with the account that created it.
    session = async_create_clientsession(
        hass, auto_cleanup=False, cookie_jar=DummyCookieJar()
    )

    @callback
    def close(_event: Event) -> None:
        """Detach the session, because Home Assistant closes the connector."""
        session.detach()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, close)
    return session


@singleton(f"{DOMAIN}_server_sessions")
@callback
def async_get_server_sessions(hass: HomeAssistant) -> ServerSessions:
    """Return the sessions of all accounts for media servers.

    Home Assistant's connector does not limit addresses and the size of responses.
    """
    sessions = ServerSessions(
        networks=NETWORKS,
        ssl=get_default_context(),
        own_port=lambda: hass.config.api.port if hass.config.api else None,
    )

    async def close(_event: Event) -> None:
        """Release the shared resolver."""
        await sessions.close()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, close)
    return sessions


@callback
def async_get_client(
    hass: HomeAssistant, client_identifier: str, token: str | None = None
) -> PlexTvClient:
    """Return a client, which is one row under Authorized Devices.

    The product name distinguishes the row from that of Home Assistant's own Plex
    integration, and cannot be mistaken for a product of Plex.
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
        server_sessions=async_get_server_sessions(hass),
    )
