"""Three independent decoders of QR codes."""

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

    Each of its two detectors misses some codes that are drawn between rows of pixels.
    """
    detectors = (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco())
    texts = {detector.detectAndDecode(picture)[0] for detector in detectors}
    return sorted(texts - {""})


DECODERS: Final[dict[str, Callable[[Pixels], list[str]]]] = {
    "ZXing": _zxing,
    "ZBar": _zbar,
    "OpenCV": _opencv,
}


def read_qr_codes(png: bytes) -> dict[str, list[str]]:
    """Return the texts that each decoder reads in a picture."""
    picture = np.array(Image.open(io.BytesIO(png)).convert("RGB"))
    return {name: decode(picture) for name, decode in DECODERS.items()}
