"""One Home Assistant and one Chromium for all tests, and a person who uses them."""

from contextlib import AsyncExitStack
import os
import shutil
from typing import TYPE_CHECKING, Final

from playwright.async_api import async_playwright, expect
import pytest
import pytest_asyncio

from demo.home import Home
from simulator import Simulator
from tests.helpers.ports import non_ephemeral_port

from .person import LIMIT, Person

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from playwright.async_api import Browser

    type OpenBrowser = Callable[..., Awaitable[Person]]

CHROMIUM_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
# Chromium's own requests would wait for the internet, which tests must not need.
CHROMIUM_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=LIMIT * 1000)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find the Chromium of this machine, unless scripts/test has found it already."""
    if path := os.environ.get("CHROMIUM"):
        return path
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    reason = f"There is no {CHROMIUM_NAMES[0]} on this machine"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Start a Chromium with an empty profile."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=chromium, args=list(CHROMIUM_FLAGS)
        )
        yield running
        await running.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def plex_tv() -> AsyncIterator[Simulator]:
    """Start the simulator, which Home Assistant uses as plex.tv."""
    async with Simulator(media_servers=True) as simulator:
        yield simulator


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def home(browser: Browser, plex_tv: Simulator) -> AsyncIterator[Home]:
    """Start Home Assistant; the link of a code leads to the real plex.tv."""
    hosts = {
        "api": plex_tv.url,
        "auth": plex_tv.url / "auth",
        "discover": plex_tv.discover.url,
    }
    async with Home(port=non_ephemeral_port(), plex_tv=hosts) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def open_browser(
    browser: Browser, home: Home, plex_tv: Simulator
) -> AsyncIterator[OpenBrowser]:
    """Provide a way to open a browser; remove the linked accounts afterwards."""
    people: list[Person] = []
    async with AsyncExitStack() as opened:

        async def open_browser(
            *,
            dark: bool = False,
            width: int = 1280,
            height: int = 800,
            language: str = "en",
        ) -> Person:
            """Open a browser with this size, colour scheme and language."""
            context = await browser.new_context(
                locale=language,
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                device_scale_factor=Person.SCALE,
            )
            opened.push_async_callback(context.close)
            context.set_default_timeout(LIMIT * 1000)
            person = Person(context, await context.new_page(), home, plex_tv)
            people.append(person)
            return person

        yield open_browser
    for person in people:
        await person.leave()
    async with home.frontend() as frontend:
        await frontend.remove_accounts()
    # Some tests have plex.tv reject the sign-in, which is logged once.
    rejected = "Authentication failed while fetching"
    assert [line for line in home.complaints if rejected not in line] == []
