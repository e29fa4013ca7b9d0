"""The base of all pages of Home Assistant's frontend."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Page
    from yarl import URL


class FrontendPage:
    """A page of Home Assistant's frontend, used by a person."""

    def __init__(self, page: Page, home: URL) -> None:
        """Use a page of this Home Assistant."""
        self._page = page
        self._home = home
