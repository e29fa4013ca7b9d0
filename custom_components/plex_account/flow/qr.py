"""QR codes that a phone can scan in every theme of Home Assistant."""

from typing import Final

import segno

# Large enough to be scanned at arm's length. In a narrower dialog, such as on a
# phone, the frontend shrinks images to its width.
PIXELS_PER_MODULE: Final = 6
QUIET_ZONE: Final = 4


def qr_image(text: str) -> str:
    """Return the URL of a QR code image, black on white in every theme.

    A data URI: the Markdown sanitizer drops fill and viewBox of inline SVG.
    """
    return segno.make(text, error="L", micro=False).svg_data_uri(
        scale=PIXELS_PER_MODULE, border=QUIET_ZONE, dark="#000", light="#fff", unit="px"
    )
