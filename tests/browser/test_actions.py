"""A person tries an action, and looks into the options of the account."""

from typing import TYPE_CHECKING

from playwright.async_api import expect
import pytest

from .action_page import ActionPage
from .images import keep_image
from .test_linked_account import ACCOUNT, link_account

if TYPE_CHECKING:
    from demo.home import Home

    from .conftest import OpenBrowser

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_request(open_browser: OpenBrowser, home: Home) -> None:
    """Account and server are chosen by their names; the response is shown."""
    person = await open_browser(height=1200)
    await link_account(person)
    page = ActionPage(person.page, home.url)
    await page.open("plex_account.request")
    assert await page.offered("device") == ["Attic", "Bob's Basement", "Cabin"]
    await page.choose("device", "Attic")
    await page.type_path("/status/sessions")
    await keep_image(person.page, "action", await person.box(page.editor))
    # Opening the picker selects the field, although nothing is chosen.
    assert await page.offered("config_entry") == [ACCOUNT]
    await page.perform()
    await expect(page.response).to_contain_text("MediaContainer")


async def test_options(open_browser: OpenBrowser) -> None:
    """The Configure button opens the account's settings and servers."""
    person = await open_browser()
    await link_account(person)
    pages = person.account
    options = person.page.locator("dialog-data-entry-flow")
    await pages.open_options()
    await expect(options.get_by_text(ACCOUNT, exact=True)).to_be_visible()
    await expect(options.get_by_role("radio", name="Settings")).to_be_checked()
    await options.get_by_role("button", name="Continue").click()
    await expect(options).to_contain_text("hand out tokens")
    await options.locator("ha-switch").click()
    await options.get_by_role("button", name="Submit").click()
    await expect(options).to_contain_text("Options successfully saved")
    await pages.close_options()
    await pages.open_options()
    await options.get_by_role("radio", name="Set up a server").click()
    await options.get_by_role("button", name="Continue").click()
    await expect(options).to_contain_text("Plex Media Server is the")
    await expect(options.get_by_text("Attic")).to_be_visible()
    await expect(options.get_by_role("button", name="Set up")).to_be_visible()
