"""The page of to-do lists, with the watchlist chosen."""

from typing import TYPE_CHECKING

from playwright.async_api import expect

from .frontend_page import FrontendPage
from .keyboard import type_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.async_api import Locator


class WatchlistPage(FrontendPage):
    """Home Assistant's own card of a to-do list, used by a person."""

    @property
    def card(self) -> Locator:
        """The card with the list."""
        return self._page.locator("hui-todo-list-card")

    @property
    def message(self) -> Locator:
        """The toast message at the edge of the page."""
        return self._page.locator("notification-manager")

    async def open(self, entity_id: str) -> None:
        """Choose the list."""
        await self._page.goto(str(self._home / "todo" % {"entity_id": entity_id}))
        await expect(self.card).to_be_visible()

    async def see(self, names: Sequence[str]) -> None:
        """Wait until these titles are on the list, in this order."""
        await expect(self.card.locator(".summary")).to_have_text(list(names))

    async def add(self, typed: str) -> None:
        """Type a title, and press Enter."""
        field = self.card.get_by_role("textbox").first
        await type_into(field, typed)
        await self._page.keyboard.press("Enter")

    def box(self, name: str) -> Locator:
        """Find the checkbox of a title."""
        summary = self._page.locator(".summary").get_by_text(name, exact=True)
        row = self.card.locator("ha-check-list-item").filter(has=summary)
        return row.get_by_role("checkbox")

    async def tick(self, name: str) -> None:
        """Tick a title off."""
        # An element above the checkbox receives the click.
        await self.box(name).click(force=True)
