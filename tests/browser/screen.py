"""Checks of every screen with a code."""

from typing import TYPE_CHECKING

from playwright.async_api import expect
import pytest

from .decoders import DECODERS, read_qr_codes

if TYPE_CHECKING:
    from .person import Person


async def until_still(person: Person) -> None:
    """Wait until the QR code is there and the dialogue has stopped moving.

    Its window opens with an animation, and grows with its content. `hover` waits for
    both, and does not move the pointer in a trial.
    """
    await expect(person.qr_code).to_be_visible()
    await person.qr_code.hover(trial=True)


async def assert_link_in_qr_code(person: Person) -> None:
    """Make sure that every decoder reads the link from what is on the screen."""
    await until_still(person)
    link = await person.link()
    found = read_qr_codes(await person.page.screenshot())
    assert found == {decoder: [link] for decoder in DECODERS}


async def assert_fits(person: Person) -> None:
    """Make sure that the dialogue needs no scrolling and the QR code fits."""
    await until_still(person)
    text = await person.box(person.text)
    qr_code = await person.box(person.qr_code)
    dialogue = await person.box(person.dialogue)
    assert qr_code["width"] == pytest.approx(qr_code["height"])
    assert qr_code["x"] >= text["x"]
    assert qr_code["x"] + qr_code["width"] <= text["x"] + text["width"]
    assert text["y"] + text["height"] <= dialogue["y"] + dialogue["height"]
