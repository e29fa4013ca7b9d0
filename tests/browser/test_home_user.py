"""A person adds a user of their Plex Home who has a PIN."""

from typing import TYPE_CHECKING, Final

from playwright.async_api import expect
import pytest

from tests.helpers.home_users import PIN

from .keyboard import type_into
from .test_linked_account import ACCOUNT, link_account

if TYPE_CHECKING:
    from simulator import Simulator

    from .conftest import OpenBrowser

pytestmark = pytest.mark.asyncio(loop_scope="session")

USER: Final = "Casey"


async def test_a_pin(open_browser: OpenBrowser, plex_tv: Simulator) -> None:
    """After a wrong PIN the form stays open; the right one adds a device."""
    plex_tv.home.pins["casey"] = PIN
    person = await open_browser()
    await link_account(person)
    pages = person.account
    await pages.choose_from_menu("Add Home user")
    form = person.page.locator("dialog-data-entry-flow")
    await form.get_by_text(USER, exact=True).click()
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_contain_text(f"Plex requires the PIN of {USER}")
    field = form.locator("input[type='password']")
    await type_into(field, "0815")
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_contain_text("Plex does not accept this PIN")
    await type_into(field, PIN)
    await form.get_by_role("button", name="Submit").click()
    await expect(form.locator("step-flow-create-entry")).to_be_visible()
    await person.finish()
    await person.page.goto(person.page.url)
    row = person.page.locator("ha-config-entry-device-row")
    await row.get_by_text(USER, exact=True).click()
    await pages.see_device(USER)
    await expect(pages.about_device).to_contain_text(f"Connected via {ACCOUNT}")
    await pages.see_entities({"Signed in": "Yes"})
    del plex_tv.home.pins["casey"]
