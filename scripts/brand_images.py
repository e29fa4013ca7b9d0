"""Draw the images by which Home Assistant and HACS show the component."""

import io
from pathlib import Path
import shutil
import sys
from typing import TYPE_CHECKING, Final, Literal

from PIL import Image
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPOSITORY: Final = Path(__file__).resolve().parent.parent
DRAWINGS: Final = REPOSITORY / "docs" / "brand"
IMAGES: Final = REPOSITORY / "custom_components" / "plex_account" / "brand"
CHROMIUM_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")

# Width and height in pixels; each is drawn at single and double resolution.
SIZES: Final = {"icon": (256, 256), "logo": (368, 128)}
SHARPNESS: Final = {"": 1, "@2x": 2}
GROUNDS: Final[dict[str, Literal["light", "dark"]]] = {"": "light", "dark_": "dark"}


def main() -> None:
    """Draw each image."""
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not chromium:
        sys.exit("brand: there is no Chromium on this machine; install it.")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        for name in SIZES:
            for prefix in GROUNDS:
                for suffix in SHARPNESS:
                    image = IMAGES / f"{prefix}{name}{suffix}.png"
                    image.write_bytes(_draw(browser, name, prefix, suffix))
        browser.close()


def _draw(browser: Browser, name: str, prefix: str, suffix: str) -> bytes:
    """Draw one image: for a light or dark theme, at one resolution."""
    width, height = SIZES[name]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        device_scale_factor=SHARPNESS[suffix],
        color_scheme=GROUNDS[prefix],
    )
    page.goto((DRAWINGS / f"{name}.svg").as_uri())
    png = page.screenshot(omit_background=True)
    page.close()
    small = io.BytesIO()
    Image.open(io.BytesIO(png)).save(small, "PNG", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    main()
