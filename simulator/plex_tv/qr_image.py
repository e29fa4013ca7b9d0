"""The image behind the `qr` URL of a PIN, drawn without any library."""

from functools import cache
import struct
from typing import Final
import zlib

_SCALE: Final = 8
_FINDER: Final = (
    "#######",
    "#.....#",
    "#.###.#",
    "#.###.#",
    "#.###.#",
    "#.....#",
    "#######",
)
_SIZE: Final = 21


@cache
def qr_image() -> bytes:
    """Return a PNG that looks like a QR code but encodes nothing."""
    rows = [["."] * _SIZE for _ in range(_SIZE)]
    for top, left in ((0, 0), (0, _SIZE - 7), (_SIZE - 7, 0)):
        for number, pattern in enumerate(_FINDER):
            rows[top + number][left : left + 7] = pattern
    lines = []
    for row in rows:
        pixels = b"".join((b"\x00" if dot == "#" else b"\xff") * _SCALE for dot in row)
        lines.extend([b"\x00" + pixels] * _SCALE)
    side = _SIZE * _SCALE
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(b"".join(lines))),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG file."""
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum
