"""QR codes that a phone reads in every theme of Home Assistant."""

from typing import Final

import segno

# Large enough for an arm's length between screen and phone. Where the dialogue has less
# room, as on a phone, the frontend makes pictures as narrow as that.
PIXELS_PER_MODULE: Final = 6
QUIET_ZONE: Final = 4


def qr_svg(text: str) -> str:
    """Draw a text as a QR code, black on white whatever the theme.

    A picture of its own, because of an SVG within the text Home Assistant's Markdown
    keeps neither the colours nor what would let it shrink.
    """
    address = segno.make(text, error="L", micro=False).svg_data_uri(
        scale=PIXELS_PER_MODULE, border=QUIET_ZONE, dark="#000", light="#fff", unit="px"
    )
    return f'<img src="{address}">'
