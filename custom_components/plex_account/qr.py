"""QR codes that a phone reads in every theme of Home Assistant."""

from itertools import groupby
from typing import Final

import segno

# Five pixels a module keep an address of plex.tv/link at 165 px; a phone's dialogue has
# room for 190.
PIXELS_PER_MODULE: Final = 5
QUIET_ZONE: Final = 4


def qr_svg(text: str) -> str:
    """Draw a text as a QR code, black on white whatever the theme.

    Home Assistant's Markdown keeps of an SVG just `path` with `d`, `stroke` and
    `transform`, so every row is a white stroke with black strokes upon it.
    """
    rows = [
        [bool(module) for module in row]
        for row in segno.make(text, error="L", micro=False).matrix_iter(
            border=QUIET_ZONE
        )
    ]
    size = len(rows)
    light = "".join(f"M0 {y}.5h{size}" for y in range(size))
    dark = "".join(
        f"M{start} {y}.5h{length}"
        for y, row in enumerate(rows)
        for start, length in _dark_runs(row)
    )
    pixels = size * PIXELS_PER_MODULE
    scale = f'transform="scale({PIXELS_PER_MODULE})"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{pixels}" height="{pixels}">'
        f'<path {scale} stroke="#fff" d="{light}"/>'
        f'<path {scale} stroke="#000" d="{dark}"/></svg>'
    )


def _dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return start and length of every run of dark modules in a row."""
    runs = []
    start = 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            runs.append((start, length))
        start += length
    return runs
