"""What the dialogue shows while a person approves a code at plex.tv."""

from datetime import timedelta
from typing import TYPE_CHECKING

from homeassistant.util import dt as dt_util

from .qr import qr_svg

if TYPE_CHECKING:
    from .plextv import Pin, PlexTvClient

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def code_screen(client: PlexTvClient, pin: Pin) -> tuple[str, dict[str, str]]:
    """Return the text's key and its placeholders for a short code.

    Single letters are read out letter by letter, by people and by screen readers.
    """
    url = client.link_url(pin)
    placeholders = {
        "code": pin.code,
        "letters": NO_BREAK_SPACE.join(pin.code),
        "url": url,
        "qr": qr_svg(url),
        "until": _until(pin),
    }
    if hosted_qr := client.hosted_qr_url(pin):
        return "code_with_plex_qr", {**placeholders, "plex_qr_url": hosted_qr}
    return "code", placeholders


def browser_screen(client: PlexTvClient, pin: Pin) -> tuple[str, dict[str, str]]:
    """Return the text's key and its placeholders for signing in with this browser."""
    return "browser", {"url": client.auth_url(pin), "until": _until(pin)}


def _until(pin: Pin) -> str:
    """Return until when the code works, on the clock of the person's home."""
    return f"{dt_util.now() + timedelta(seconds=pin.lifetime):%H:%M}"
