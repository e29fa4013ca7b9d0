"""The texts that the flow shows while a person approves a code at plex.tv."""

from datetime import timedelta
from typing import TYPE_CHECKING

from homeassistant.util import dt as dt_util

from ..markdown import link_target, plain
from .qr import qr_image

if TYPE_CHECKING:
    from ..plextv import Pin, PlexTvClient

# The translation key of a text and its placeholders.
type Screen = tuple[str, dict[str, str]]


def code_screen(client: PlexTvClient, pin: Pin) -> Screen:
    """Return the screen of a short code.

    Its letters are read from left to right in every language. An HTML element sets the
    direction, because a control character would be copied together with the code.
    """
    url = client.link_url(pin)
    placeholders = {
        "code": pin.code,
        "letters": f'<bdi dir="ltr">{pin.code}</bdi>',
        "url": url,
        "qr": qr_image(url),
        "until": _until(pin),
    }
    if hosted_qr := client.hosted_qr_url(pin):
        return "code_with_plex_qr", {
            **placeholders,
            "plex_qr_url": link_target(hosted_qr),
        }
    return "code", placeholders


def browser_screen(client: PlexTvClient, pin: Pin) -> Screen:
    """Return the screen of signing in with this browser.

    It names the place that Plex may show in a warning of another device, which is Home
    Assistant.
    """
    placeholders = {"url": client.auth_url(pin), "until": _until(pin)}
    if pin.location and pin.location.place:
        return "browser_near", {**placeholders, "place": plain(pin.location.place)}
    return "browser", placeholders


def _until(pin: Pin) -> str:
    """Return the local time when the code expires.

    Calculated in UTC, because local time changes with daylight saving time.
    """
    end = dt_util.utcnow() + timedelta(seconds=pin.lifetime)
    return f"{dt_util.as_local(end):%H:%M}"
