"""A person types."""

from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Locator


async def type_into(field: Locator, text: str) -> None:
    """Type a text into a field, in place of what it holds.

    A field of Home Assistant's frontend discards input before its first update. `click`
    waits until the field is stable, which `fill` does not.
    """
    await field.click(click_count=3)
    await field.press_sequentially(text)
    await expect(field).to_have_value(text)
