"""Cookies of plex.tv, and of other integrations."""

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from custom_components.plex_account.plex_tv import async_get_session

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

PLEX_TV = URL("https://plex.tv")


async def test_none_is_kept_or_sent(hass: HomeAssistant) -> None:
    """No cookie of plex.tv or of the domain `tv` is sent to plex.tv.

    The cookie jar is tested directly, because it ignores cookies of IP addresses.
    """
    others, ours = async_get_clientsession(hass), async_get_session(hass)
    for session in (others, ours):
        for domain in ("tv", "plex.tv"):
            cookie = SimpleCookie(f"of_{domain}=1; Path=/; Domain={domain}")
            session.cookie_jar.update_cookies(cookie, PLEX_TV)
    assert others.cookie_jar.filter_cookies(PLEX_TV)
    assert not ours.cookie_jar.filter_cookies(PLEX_TV)
