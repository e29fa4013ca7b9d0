"""A person sees what is played, and the notification of a blueprint."""

import re
from typing import TYPE_CHECKING, Final

from playwright.async_api import expect
import pytest

from demo.frontend import DOMAIN

from .images import keep_image
from .test_linked_account import ACCOUNT, link_account, lose_sign_in

if TYPE_CHECKING:
    from playwright.async_api import FloatRect

    from demo.home import Home
    from simulator import Simulator

    from .conftest import OpenBrowser

# Without its upper corners, which are round and show the page behind it.
EVENT_IN_PICTURE: Final[FloatRect] = {"x": 14, "y": 64, "width": 412, "height": 760}
NOTIFICATION_IN_PICTURE: Final[FloatRect] = {
    "x": 0,
    "y": 0,
    "width": 499,
    "height": 280,
}

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_playback(
    open_browser: OpenBrowser, home: Home, plex_tv: Simulator
) -> None:
    """The page of a playback event shows who plays what, and where.

    The dialogue fills the screen, so that nothing else is in the picture.
    """
    person = await open_browser(width=440, height=940)
    await link_account(person)
    attic = home.url / "config/devices/device" / await device(home, "Attic")
    await person.page.goto(str(attic))
    playback = plex_tv.servers["Attic"].playback
    film = playback.start(plex_tv.people["casey"])
    try:
        rows = person.page.locator("ha-device-entities-card hui-generic-entity-row")
        row = rows.filter(has_text="Playback")
        await expect(row).to_contain_text("Started")
        await row.click()
        about = person.page.locator("ha-more-info-dialog")
        await about.get_by_role("button", name="Menu").click()
        await person.page.get_by_role("menuitem", name="Details").click()
        details = person.page.locator("ha-more-info-details")
        await expect(details).to_contain_text("Living Room TV")
        await expect(details).to_contain_text("Casey")
        await details.get_by_text("Year", exact=True).hover(trial=True)
        await keep_image(person.page, "playback", EVENT_IN_PICTURE)
    finally:
        playback.stop(film)


async def use_blueprint(home: Home, name: str, **inputs: object) -> None:
    """Make an automation of a blueprint."""
    path = f"{DOMAIN}/{name}.yaml"
    automation = {"alias": name, "use_blueprint": {"path": path, "input": inputs}}
    async with home.frontend() as frontend:
        await frontend.call("POST", f"api/config/automation/config/{name}", automation)


async def device(home: Home, name: str) -> str:
    """Return the id of the device with this name."""
    async with home.frontend() as frontend, frontend.socket() as socket:
        devices = await socket.command("config/device_registry/list")
    [found] = [each["id"] for each in devices if each["name"] == name]
    return str(found)


async def test_notification(
    open_browser: OpenBrowser, home: Home, plex_tv: Simulator
) -> None:
    """A lost sign-in creates a notification, whose link leads to the integration."""
    person = await open_browser(width=1280, height=800)
    await link_account(person)
    await use_blueprint(home, "sign_in_lost", accounts=[await device(home, ACCOUNT)])
    await lose_sign_in(person, plex_tv)
    await person.page.get_by_text("Notifications").first.click()
    link = person.page.get_by_role("link", name="Link the account again")
    # Waits for the end of its animation.
    await link.hover(trial=True)
    await keep_image(person.page, "notification", NOTIFICATION_IN_PICTURE)
    await link.click()
    page = re.compile(f"/config/integrations/integration/{DOMAIN}$")
    await expect(person.page).to_have_url(page)
