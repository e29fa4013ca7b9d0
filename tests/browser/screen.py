"""What holds of every screen with a code."""

from typing import TYPE_CHECKING

from playwright.async_api import expect
import pytest

from .decoders import DECODERS, read_qr_codes

if TYPE_CHECKING:
    from .person import Person


async def until_still(person: Person) -> None:
    """Wait until the picture is there and the dialogue has stopped moving.

    Its window opens by an animation, and grows with its content. To hover is what waits
    for both, and trying it moves no pointer.
    """
    await expect(person.picture).to_be_visible()
    await person.picture.hover(trial=True)


async def assert_link_in_picture(person: Person) -> None:
    """Make sure that every decoder reads the link from what is on the screen."""
    await until_still(person)
    link = await person.link()
    found = read_qr_codes(await person.page.screenshot())
    assert found == {decoder: [link] for decoder in DECODERS}


async def assert_fits(person: Person) -> None:
    """Make sure that nobody has to scroll and that the picture does not hang over."""
    await until_still(person)
    text = await person.box(person.text)
    picture = await person.box(person.picture)
    dialogue = await person.box(person.dialogue)
    assert picture["width"] == pytest.approx(picture["height"])
    assert picture["x"] >= text["x"]
    assert picture["x"] + picture["width"] <= text["x"] + text["width"]
    assert text["y"] + text["height"] <= dialogue["y"] + dialogue["height"]
