"""The page of the dialogue is closed or suspended when the code is approved."""

import asyncio
from typing import TYPE_CHECKING, Final

from playwright.async_api import expect
import pytest

from tests.helpers.routes import PIN

if TYPE_CHECKING:
    from simulator import Simulator

    from .conftest import OpenBrowser

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Seconds. A new code is polled about every two.
SILENCE: Final = 7


async def test_page_is_gone(open_browser: OpenBrowser, plex_tv: Simulator) -> None:
    """The account is linked although the page was closed."""
    person = await open_browser()
    await person.add_account()
    await person.context.close()
    plex_tv.approve(plex_tv.pins[-1].code, "casey")
    await person.until_linked("Casey")


async def test_page_comes_back(open_browser: OpenBrowser, plex_tv: Simulator) -> None:
    """A page that was offline at the approval shows the outcome when it is back."""
    person = await open_browser(width=390, height=844)
    await person.add_account()
    await person.go_offline()
    plex_tv.approve(plex_tv.pins[-1].code, "bob")
    await person.until_linked("bob_basement")
    await expect(person.code).to_be_visible()
    await person.go_online()
    await expect(person.text).to_contain_text("Your Plex account is linked")
    await person.page.get_by_role("button", name="Finish").click()
    await expect(person.page.get_by_text("You can close this window")).to_be_visible()
    assert await person.accounts() == ["bob_basement"]
    assert await person.dialogues() == 0


async def test_dialogue_is_closed(
    open_browser: OpenBrowser, plex_tv: Simulator
) -> None:
    """Closing the dialogue ends the polling, and leaves no flow."""
    person = await open_browser()
    await person.add_account()
    await person.close_dialogue()
    assert await person.dialogues() == 0
    asked = len(plex_tv.seen("GET", PIN))
    await asyncio.sleep(SILENCE)
    # At most one more poll, in case the code was approved just before.
    assert len(plex_tv.seen("GET", PIN)) <= asked + 1
    assert await person.accounts() == []
