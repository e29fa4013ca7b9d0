"""Three programs that read QR codes, each in its own way."""

import io
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image
from pyzbar import pyzbar
import zxingcpp

if TYPE_CHECKING:
    from collections.abc import Callable

    type Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def _zxing(picture: Pixels) -> list[str]:
    """Read with ZXing."""
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def _zbar(picture: Pixels) -> list[str]:
    """Read with ZBar."""
    found = pyzbar.decode(picture)  # type: ignore[no-untyped-call] # it has no types
    return [symbol.data.decode() for symbol in found]


def _opencv(picture: Pixels) -> list[str]:
    """Read with OpenCV.

    Its other detector misses one of several hundred codes that are drawn between two
    rows of pixels.
    """
    detector = cv2.QRCodeDetectorAruco()
    return [text for text in detector.detectAndDecode(picture)[:1] if text]


DECODERS: Final[dict[str, Callable[[Pixels], list[str]]]] = {
    "ZXing": _zxing,
    "ZBar": _zbar,
    "OpenCV": _opencv,
}


def read_qr_codes(png: bytes) -> dict[str, list[str]]:
    """Return what each of them reads in a picture."""
    picture = np.array(Image.open(io.BytesIO(png)).convert("RGB"))
    return {name: decode(picture) for name, decode in DECODERS.items()}
