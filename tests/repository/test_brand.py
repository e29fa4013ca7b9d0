"""The brand images follow the rules for brands, which no tool checks."""

from hashlib import sha256
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from PIL import Image
import pytest

from .tree import COMPONENT, ROOT

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = COMPONENT / "brand"
DRAWINGS: Final = ROOT / "docs" / "brand"
NAMES: Final = {
    f"{prefix}{name}{suffix}.png"
    for prefix in ("", "dark_")
    for name in ("icon", "logo")
    for suffix in ("", "@2x")
}
# The shortest side of a logo; twice that for the sharper ones.
LOGO_SIDES: Final = range(128, 257)
MAX_BYTES: Final = 20_000

each_image = pytest.mark.parametrize(
    "path", sorted(FOLDER.iterdir()), ids=lambda path: path.name
)


def test_all_are_there() -> None:
    """There are the images that Home Assistant serves, and no others."""
    assert {path.name for path in FOLDER.iterdir()} == NAMES


def test_no_two_are_the_same() -> None:
    """An image for the dark theme differs from the other one."""
    assert len({sha256(path.read_bytes()).digest() for path in FOLDER.iterdir()}) == 8


@each_image
def test_image(path: Path) -> None:
    """An image is a small PNG of the right size, transparent, without any margin."""
    image = Image.open(path)
    sharpness = 2 if path.stem.endswith("@2x") else 1
    assert image.format == "PNG"
    assert path.stat().st_size <= MAX_BYTES
    if "icon" in path.name:
        assert image.size == (256 * sharpness, 256 * sharpness)
    else:
        assert min(image.size) // sharpness in LOGO_SIDES
        assert image.width > image.height
    alpha = image.convert("RGBA").getchannel("A")
    assert alpha.getextrema() == (0, 255)
    assert alpha.getbbox() == (0, 0, *image.size)


@pytest.mark.parametrize("name", ["icon.svg", "logo.svg"])
def test_drawing(name: str) -> None:
    """A drawing uses no font and no other file, so it looks the same everywhere."""
    drawing = ET.parse(DRAWINGS / name)  # noqa: S314 - our own file
    tags = {element.tag.rpartition("}")[2] for element in drawing.iter()}
    assert tags == {"svg", "title", "style", "path", "rect"}
