"""A person types."""

from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Locator


async def type_into(field: Locator, text: str) -> None:
    """Type a text into a field, in place of what it holds.

    A field of Home Assistant's frontend loses what it gets before it was first updated.
    To click waits until it stands still, which `fill` does not.
    """
    await field.click(click_count=3)
    await field.press_sequentially(text)
    await expect(field).to_have_value(text)
