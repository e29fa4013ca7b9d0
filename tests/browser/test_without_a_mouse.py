"""A person links an account by keyboard, and copies the code."""

from typing import TYPE_CHECKING, Final

from playwright.async_api import expect
import pytest

from .person import BROWSER, CODE

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from simulator import Simulator

    from .conftest import OpenBrowser
    from .person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

# More than the elements of a dialogue that can have the focus.
MANY_TABS: Final = 12


async def reach(person: Person, target: Locator) -> None:
    """Press Tab until something is reached."""
    focused = "element => element.matches(':focus-within')"
    for _ in range(MANY_TABS):
        if await target.evaluate(focused):
            return
        await person.page.keyboard.press("Tab")
    pytest.fail("Tab does not reach it")


async def test_code(open_browser: OpenBrowser, plex_tv: Simulator) -> None:
    """The code is selected by default, and Enter submits it."""
    person = await open_browser()
    await person.begin()
    code = person.page.get_by_role("radio", name=CODE)
    await expect(code).to_be_checked()
    await reach(person, code)
    await person.page.keyboard.press("Enter")
    assert await person.read_code() == plex_tv.pins[-1].code
    assert not plex_tv.pins[-1].strong


async def test_browser(open_browser: OpenBrowser, plex_tv: Simulator) -> None:
    """An arrow key selects the other way; Tab reaches the button."""
    person = await open_browser()
    await person.begin()
    await reach(person, person.page.get_by_role("radio", name=CODE))
    await person.page.keyboard.press("ArrowDown")
    await expect(person.page.get_by_role("radio", name=BROWSER)).to_be_checked()
    await reach(person, person.page.get_by_role("button", name="Continue"))
    await person.page.keyboard.press("Enter")
    await expect(person.code).to_have_text("Sign in to Plex")
    assert plex_tv.pins[-1].strong


@pytest.mark.parametrize("clicks", [2, 3])
async def test_copied_code(
    open_browser: OpenBrowser, plex_tv: Simulator, clicks: int
) -> None:
    """A copied code can be pasted into a field of four characters."""
    person = await open_browser()
    await person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await person.add_account()
    code = plex_tv.pins[-1].code
    await person.code.locator("bdi").click(click_count=clicks)
    await person.page.keyboard.press("ControlOrMeta+c")
    copied = await person.page.evaluate("navigator.clipboard.readText()")
    assert copied.rstrip("\n") == code
    tab = await person.context.new_page()
    await tab.goto(str(plex_tv.url / "link"))
    field = tab.get_by_label("Code")
    await field.clear()
    await field.press("ControlOrMeta+v")
    await expect(field).to_have_value(code)
