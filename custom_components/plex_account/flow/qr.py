"""QR codes that a phone can scan in every theme of Home Assistant."""

from typing import Final

import segno

# Large enough to be scanned at arm's length. Where the dialogue is narrower, as on a
# phone, the frontend shrinks images to its width.
PIXELS_PER_MODULE: Final = 6
QUIET_ZONE: Final = 4


def qr_svg(text: str) -> str:
    """Return a QR code, black on white in every theme, as HTML.

    An `<img>` with a data URI: the Markdown sanitizer drops fill and viewBox of inline
    SVG.
    """
    address = segno.make(text, error="L", micro=False).svg_data_uri(
        scale=PIXELS_PER_MODULE, border=QUIET_ZONE, dark="#000", light="#fff", unit="px"
    )
    return f'<img src="{address}">'
