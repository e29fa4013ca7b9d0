"""The pages of a linked account."""

from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.async_api import Locator, Page

INTEGRATION = "Plex Account"


class AccountPages:
    """Home Assistant's pages around one account, used by a person."""

    def __init__(self, page: Page) -> None:
        """Begin at the list of integrations."""
        self._page = page

    @property
    def about_device(self) -> Locator:
        """The card with information about a device."""
        return self._page.locator("ha-device-info-card")

    @property
    def _account(self) -> Locator:
        """The row of the only account."""
        return self._page.locator("ha-config-entry-row")

    @property
    def outcome(self) -> Locator:
        """The last step of a dialogue about a linked account."""
        return self._page.locator("step-flow-abort")

    async def open_integration(self) -> None:
        """Go from the list of integrations to the page of this one."""
        card = self._page.locator("ha-integration-card")
        await card.get_by_text(INTEGRATION, exact=True).click()

    async def open_device(self, name: str) -> None:
        """Go from the list of integrations to the page of a device."""
        await self.open_integration()
        row = self._page.locator("ha-config-entry-device-row")
        await row.get_by_text(name, exact=True).click()
        await self.see_device(name)

    async def open_connected_device(self, name: str) -> None:
        """Go from the page of a device to one that is connected through it."""
        card = self._page.locator("ha-device-via-devices-card")
        await card.get_by_role("link").filter(has_text=name).click()
        await self.see_device(name)

    async def see_device(self, name: str) -> None:
        """Wait for the page of a device."""
        heading = self._page.locator("hass-subpage .main-title")
        await expect(heading).to_have_text(name)

    async def see_entities(self, values: Mapping[str, str]) -> None:
        """Wait until the page of a device shows just these entities.

        A value is a regular expression that must match the whole text on the page.
        """
        rows = self._page.locator("ha-device-entities-card hui-generic-entity-row")
        await expect(rows).to_have_count(len(values))
        for name, value in values.items():
            row = rows.filter(has=self._page.get_by_text(name, exact=True))
            # Name and value are in different trees; an ARIA snapshot joins them.
            await expect(row).to_match_aria_snapshot(f"- text: /^{name} (?:{value})$/")

    async def choose_from_menu(self, name: str) -> None:
        """Go to the page of the integration and use the menu of the only account."""
        await self.open_integration()
        await self._account.get_by_role("button", name="Menu").first.click()
        await self._account.get_by_role("menuitem", name=name).first.click()

    async def open_options(self) -> None:
        """Go to the page of the integration and configure the only account."""
        if not await self._account.is_visible():
            await self.open_integration()
        await self._account.get_by_role("button", name="Configure").click()

    async def reload(self) -> None:
        """Reload the account, and come back to the list of integrations."""
        await self.choose_from_menu("Reload")
        # A toast message, which disappears by itself.
        text = self._page.get_by_text("The integration was reloaded").first
        await expect(text).to_be_visible()
        await self._page.locator("ha-icon-button-arrow-prev").click()

    async def answer_request(self, account: str) -> None:
        """Press the button of the card for the reauthentication."""
        card = self._page.locator("ha-config-flow-card").filter(has_text=account)
        await card.get_by_role("button", name="Reconfigure").click()

    async def close_outcome(self) -> None:
        """Close the dialogue by the button at its end."""
        close = self._page.get_by_role("button", name="Close", exact=True)
        await close.last.click()
        await expect(self.outcome).to_be_hidden()

    async def close_options(self) -> None:
        """Close the dialogue that confirms that the options were saved."""
        finish = self._page.get_by_role("button", name="Finish")
        await finish.click()
        await expect(finish).to_be_hidden()
