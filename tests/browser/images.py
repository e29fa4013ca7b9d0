"""The pictures of the README, taken while the tests run."""

import io
import os
from typing import TYPE_CHECKING, Final

from PIL import Image

from demo.configuration import REPOSITORY

if TYPE_CHECKING:
    from playwright.async_api import FloatRect, Page

FOLDER: Final = REPOSITORY / "docs" / "images"
# A normal run does not write the pictures.
KEEP: Final = bool(os.environ.get("KEEP_IMAGES"))
# Pictures of the documents must be small; flat areas need few colours.
COLOURS: Final = 64
MAX_BYTES: Final = 60_000
# The corners of a dialogue are round, and show the page behind it.
CORNER: Final = 9


def without_corners(dialogue: FloatRect) -> FloatRect:
    """Return the part of a dialogue that fills its rectangle."""
    return {
        "x": dialogue["x"] + CORNER,
        "y": dialogue["y"] + CORNER,
        "width": dialogue["width"] - 2 * CORNER,
        "height": dialogue["height"] - 2 * CORNER,
    }


async def keep_image(page: Page, name: str, box: FloatRect) -> None:
    """Keep a part of what the page shows."""
    if not KEEP:
        return
    # A button under the pointer looks pressed.
    await page.mouse.move(0, 0)
    png = await page.screenshot(clip=box)
    small = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS).save(
        small, "PNG", optimize=True
    )
    assert small.tell() <= MAX_BYTES, f"{name}.png has {small.tell()} bytes"
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.png").write_bytes(small.getvalue())
