"""The page on which a person tries actions."""

from typing import TYPE_CHECKING

from playwright.async_api import expect

from .frontend_page import FrontendPage
from .keyboard import type_into

if TYPE_CHECKING:
    from playwright.async_api import Locator


class ActionPage(FrontendPage):
    """Home Assistant's action editor, with one action chosen."""

    @property
    def editor(self) -> Locator:
        """The part of the page with the fields."""
        return self._page.locator("ha-service-control")

    @property
    def response(self) -> Locator:
        """The response of the action."""
        return self._page.locator("ha-card.response, .response, ha-yaml-editor").last

    async def open(self, action: str) -> None:
        """Choose an action."""
        address = self._home / "config/tools/action" % {"service": action}
        await self._page.goto(str(address))
        await expect(self.editor).to_contain_text("Account")

    async def offered(self, kind: str) -> list[str]:
        """List the options of a picker, by their displayed names."""
        await self._open_picker(kind)
        names = self._items.locator("[slot=headline]")
        await expect(names.first).to_be_visible()
        listed = await names.all_inner_texts()
        await self._page.keyboard.press("Escape")
        await expect(names.first).to_be_hidden()
        # The list ends with an empty row.
        return [name for name in listed if name]

    async def choose(self, kind: str, name: str) -> None:
        """Choose something in a picker."""
        await self._open_picker(kind)
        await self._items.get_by_text(name, exact=True).click()
        await expect(self._picker(kind)).to_contain_text(name)

    async def type_path(self, path: str) -> None:
        """Type the path."""
        field = self.editor.locator("ha-selector-text").get_by_role("textbox").first
        await type_into(field, path)

    async def perform(self) -> None:
        """Press the button."""
        await self._page.get_by_role("button", name="Perform action").click()

    @property
    def _items(self) -> Locator:
        """The rows of the picker that is open."""
        return self._page.locator("ha-picker-combo-box ha-combo-box-item")

    def _picker(self, kind: str) -> Locator:
        """Find a picker; that of servers comes before that of Home users."""
        return self._page.locator(f"ha-selector-{kind}").first

    async def _open_picker(self, kind: str) -> None:
        """Tick the field and open its picker."""
        fields = self.editor.locator("ha-settings-row")
        field = fields.filter(has=self._page.locator(f"ha-selector-{kind}")).first
        box = field.get_by_role("checkbox")
        if not await box.is_checked():
            await field.locator("ha-checkbox").click()
        await self._picker(kind).click()
