"""A browser without JavaScript for the simulator's start page."""

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aiohttp import ClientSession

AS_BROWSER: Final = {"Accept": "text/html,*/*;q=0.8"}


class StartPage(HTMLParser):
    """The latest page, and its buttons."""

    def __init__(self, http: ClientSession) -> None:
        """Start without a page."""
        super().__init__()
        self._http = http
        self.status = 0
        self.text = ""
        self.links: list[str] = []
        self.buttons: dict[str, dict[str, str]] = {}
        """The form data of each button, by its label."""
        self.options: dict[str, list[str]] = {}
        self._form: dict[str, str] = {}
        self._select = ""
        self._button: dict[str, str] | None = None

    async def open(self) -> str:
        """Open the page; return its text."""
        async with self._http.get("/", headers=AS_BROWSER) as response:
            return self._see(response.status, await response.text())

    async def press(self, button: str, **chosen: str) -> str:
        """Press a button of the page; return the text of the next page."""
        return await self.send(**{**self.buttons[button], **chosen})

    async def send(self, **form: str) -> str:
        """Send a form that may not be on the page."""
        async with self._http.post("/", data=form, headers=AS_BROWSER) as response:
            return self._see(response.status, await response.text())

    def _see(self, status: int, text: str) -> str:
        """Parse a page; return its text."""
        self.status = status
        self.text = ""
        for found in (self.links, self.buttons, self.options):
            found.clear()
        self.reset()
        self.feed(text)
        self.text = " ".join(self.text.split())
        return self.text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect forms, and their fields and buttons."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given["href"])
        elif tag == "form":
            assert (given["method"], given["action"]) == ("post", "/")
            self._form = {}
        elif tag == "input":
            self._form[given["name"]] = given["value"]
        elif tag == "select":
            self._select = given["name"]
            self.options[self._select] = []
        elif tag == "option":
            self.options[self._select].append(given["value"])
            self._form.setdefault(self._select, given["value"])
        elif tag == "button":
            self._button = {given["name"]: given["value"]}
            if "aria-label" in given:
                self.buttons[given["aria-label"]] = {**self._form, **self._button}
                self._button = None

    def handle_data(self, data: str) -> None:
        """Collect the text, and buttons that are labelled by it."""
        self.text += data
        if self._button is not None:
            self.buttons[data] = {**self._form, **self._button}
            self._button = None
