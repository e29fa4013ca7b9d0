"""A person looks at the watchlist, adds a title by typing, and ticks one off."""

from typing import TYPE_CHECKING

from playwright.async_api import expect
import pytest

from simulator import Fault
from tests.helpers.routes import REMOVE
from tests.helpers.watchlist import LISTED, WATCHLIST_ENTITY, on_the_list

from .images import keep_image
from .test_linked_account import link_account
from .watchlist_page import WatchlistPage

if TYPE_CHECKING:
    from demo.home import Home
    from simulator import Simulator

    from .conftest import OpenBrowser

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_watchlist(
    open_browser: OpenBrowser, home: Home, plex_tv: Simulator
) -> None:
    """Titles are added and ticked off at Plex; an ambiguous name is refused."""
    person = await open_browser(width=720, height=900)
    await link_account(person)
    page = WatchlistPage(person.page, home.url)
    await page.open(WATCHLIST_ENTITY)
    await page.see(LISTED)
    servers = "On your servers: Attic, Bob's Basement, Cabin"
    await expect(page.card).to_contain_text(f"Movie · 2011 · {servers}")
    link = page.card.get_by_role("link", name="View on Plex").last
    await expect(link).to_have_attribute(
        "href", "https://watch.plex.tv/show/fargo-2014"
    )
    await page.add("Dune (2021)")
    await page.see(["Dune", *LISTED])
    await keep_image(person.page, "watchlist", await person.box(page.card))

    await page.add("Dune")
    await expect(page.message).to_contain_text("Dune (1984), Dune (2021)")
    await page.see(["Dune", *LISTED])

    await page.tick("Dune")
    await page.see(LISTED)
    assert on_the_list(plex_tv) == LISTED

    plex_tv.discover.misbehave("PUT", REMOVE, Fault.html(502))
    await page.tick("Basement")
    await expect(page.message).to_contain_text("plex.tv is having problems")
    await page.see(LISTED)
    await expect(page.box("Basement")).not_to_be_checked()
