"""A person links an account: Home Assistant in one tab, plex.tv in another."""

from typing import TYPE_CHECKING, Final

from playwright.async_api import expect
import pytest

from .images import keep_image, without_corners
from .person import BROWSER
from .recording import recorded
from .screen import assert_fits, assert_link_in_qr_code, until_still

if TYPE_CHECKING:
    from playwright.async_api import FloatRect

    from simulator import Simulator

    from .conftest import OpenBrowser

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Without the menu of Home Assistant on the left, the activity of earlier tests on the
# right, and more devices below.
DEVICE_IN_PICTURE: Final[FloatRect] = {"x": 256, "y": 0, "width": 688, "height": 656}


@pytest.mark.parametrize(
    ("name", "appearance"),
    [
        ("light", {}),
        ("dark", {"dark": True}),
        ("phone", {"width": 390, "height": 844}),
    ],
)
async def test_code(
    open_browser: OpenBrowser, plex_tv: Simulator, name: str, appearance: dict[str, int]
) -> None:
    """A code is shown, every decoder reads its QR code, and approving it is enough."""
    person = await open_browser(**appearance)
    await person.add_account()
    code = await person.read_code()
    assert code == plex_tv.pins[-1].code
    assert await person.link() == f"https://plex.tv/link/?pin={code}"
    await assert_link_in_qr_code(person)
    await assert_fits(person)
    shown = without_corners(await person.box(person.dialogue))
    await keep_image(person.page, f"code-{name}", shown)

    await person.approve_code(code)
    await expect(person.success).to_be_visible()
    await person.finish()
    assert await person.accounts() == ["alice_attic"]

    await person.account.open_device("alice_attic")
    await expect(person.page.get_by_text("Plex Pass").first).to_be_visible()
    if name == "light":
        await expect(person.page.locator("ha-spinner")).to_have_count(0)
        await person.page.wait_for_load_state("networkidle")
        await keep_image(person.page, "device", DEVICE_IN_PICTURE)


@pytest.mark.parametrize(("width", "height"), [(1366, 650), (360, 740)])
async def test_smaller_screens(
    open_browser: OpenBrowser, width: int, height: int
) -> None:
    """The whole dialogue is visible on a small laptop and a small phone."""
    person = await open_browser(width=width, height=height)
    await person.add_account()
    await assert_fits(person)


async def test_browser(open_browser: OpenBrowser, plex_tv: Simulator) -> None:
    """A person signs in by the link in the dialogue, without any code."""
    person = await open_browser()
    await person.add_account(BROWSER)
    shown = without_corners(await person.box(person.dialogue))
    await keep_image(person.page, "browser", shown)
    assert plex_tv.pins[-1].strong
    await person.follow_link_and_approve("bob")
    await expect(person.success).to_be_visible()
    await person.finish()
    assert await person.accounts() == ["bob_basement"]


async def test_already_linked(open_browser: OpenBrowser) -> None:
    """Linking the same account again shows that it is linked already."""
    for outcome in ("step-flow-create-entry", "step-flow-abort"):
        person = await open_browser()
        await person.add_account()
        await person.approve_code(await person.read_code())
        await expect(person.page.locator(outcome)).to_be_visible()
    await expect(person.page.get_by_text("already linked")).to_be_visible()
    assert await person.accounts() == ["alice_attic"]


async def test_expired_code(open_browser: OpenBrowser, plex_tv: Simulator) -> None:
    """An expired code and its QR code are replaced."""
    person = await open_browser()
    await person.add_account()
    expired = await person.read_code()
    plex_tv.expire(expired)
    await expect(person.code).not_to_have_text(await person.code.inner_text())
    code = await person.read_code()
    assert code == plex_tv.pins[-1].code != expired
    assert await person.link() == f"https://plex.tv/link/?pin={code}"
    await assert_link_in_qr_code(person)
    await person.approve_code(code)
    await expect(person.success).to_be_visible()


async def test_recording(open_browser: OpenBrowser) -> None:
    """Linking an account is recorded, at the speed of a person who reads.

    The dialogue fills the screen, so that nothing else is in the picture.
    """
    person = await open_browser(width=440, height=720)
    await person.begin()
    await expect(person.text).to_contain_text("never sees your password")
    async with recorded(person.page, "linking"):
        await person.read()
        await person.choose()
        await until_still(person)
        await person.read()
        await person.approve_code(await person.read_code())
        await expect(person.success).to_be_visible()
        await person.read()
