"""The web pages where a person approves a code."""

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from tests.helpers.routes import PINS
from tests.simulator import CLIENT, HEADERS

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator


class Page(HTMLParser):
    """The elements of a page that have an id, and its options and links."""

    def __init__(self, text: str) -> None:
        """Parse a page."""
        super().__init__()
        self.elements: dict[str, dict[str, str | None]] = {}
        self.texts: dict[str, str] = {}
        self.options: list[str | None] = []
        self.links: list[str | None] = []
        self._inside: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element that has an id."""
        attributes = dict(attrs)
        self._inside = attributes.get("id")
        if self._inside is not None:
            self.elements[self._inside] = attributes
        if tag == "option":
            self.options.append(attributes["value"])
        if tag == "a":
            self.links.append(attributes["href"])

    def handle_data(self, data: str) -> None:
        """Keep the text of an element that has an id."""
        if self._inside is not None:
            self.texts[self._inside] = self.texts.get(self._inside, "") + data

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's signature
        """End the text of an element."""
        self._inside = None


async def code_of(http: ClientSession, *, strong: bool = False) -> str:
    """Create a PIN and return its code."""
    params = {"strong": "true" if strong else "false"}
    async with http.post(PINS, headers=HEADERS, params=params) as response:
        code: str = (await response.json())["code"]
        return code


async def page_of(http: ClientSession, path: str) -> Page:
    """Load a page."""
    async with http.get(path) as response:
        assert response.status == 200
        assert response.content_type == "text/html"
        return Page(await response.text())


async def send(http: ClientSession, path: str, **form: str) -> tuple[int, Page]:
    """Submit a form."""
    async with http.post(path, data=form) as response:
        return response.status, Page(await response.text())


@pytest.mark.parametrize("path", ["/link", "/link/"])
async def test_empty_page(http: ClientSession, path: str) -> None:
    """The page has a field for a code, and three people."""
    page = await page_of(http, path)
    assert page.elements["code"]["value"] == ""
    assert page.options == ["alice", "bob", "casey"]
    assert "approve" in page.elements
    assert "result" not in page.elements
    assert page.links == []


async def test_waiting_codes(plex_tv: Simulator, http: ClientSession) -> None:
    """Waiting short codes are listed, and the URL can contain one."""
    first, second = await code_of(http), await code_of(http)
    await code_of(http, strong=True)
    expired = await code_of(http)
    plex_tv.expire(expired)
    page = await page_of(http, f"/link/?pin={first}")
    assert page.elements["code"]["value"] == first
    assert page.links == [f"/link/?pin={second}", f"/link/?pin={first}"]


async def test_approve(plex_tv: Simulator, http: ClientSession) -> None:
    """A code in any case signs its device in as the chosen person."""
    code = await code_of(http)
    status, page = await send(http, "/link", code=f" {code.lower()} ", person="bob")
    assert status == 200
    assert page.elements["result"]["class"] == "approved"
    assert page.texts["result"] == "Plex Account is now signed in as bob_basement."
    pin = plex_tv.pins[-1]
    assert pin.token is not None
    async with http.get(
        "/api/v2/user", headers={**HEADERS, "X-Plex-Token": pin.token}
    ) as response:
        assert (await response.json())["uuid"] == plex_tv.people["bob"].uuid
    assert (await page_of(http, "/link")).links == []


async def test_refuse(plex_tv: Simulator, http: ClientSession) -> None:
    """A wrong, expired, used or strong code is refused with a message."""
    expired, used = await code_of(http), await code_of(http)
    strong = await code_of(http, strong=True)
    plex_tv.expire(expired)
    await send(http, "/link", code=used, person="alice")
    for code in ("????", expired, used):
        status, page = await send(http, "/link", code=code, person="alice")
        assert status == 404
        assert page.elements["result"]["class"] == "refused"
        assert "was not found or has expired" in page.texts["result"]
        assert page.elements["code"]["value"] == code
    status, page = await send(http, "/link", code=strong, person="alice")
    assert status == 404
    assert page.texts["result"] == "A code has four characters."
    assert plex_tv.pins[-1].token is None


async def test_no_injection(http: ClientSession) -> None:
    """HTML in the URL is escaped."""
    async with http.get("/link", params={"pin": '"><script>x</script>'}) as response:
        assert "<script>" not in await response.text()


async def test_unknown_person(plex_tv: Simulator, http: ClientSession) -> None:
    """Nothing is approved for an unknown person."""
    code = await code_of(http)
    status, page = await send(http, "/link", code=code, person="mallory")
    assert status == 400
    assert page.elements["result"]["class"] == "refused"
    assert plex_tv.pins[-1].token is None


async def test_approve_in_browser(plex_tv: Simulator, http: ClientSession) -> None:
    """A strong code is approved for the client that created it."""
    page = await page_of(http, "/auth")
    assert {"code", "client", "person", "approve"} <= set(page.elements)
    code = await code_of(http, strong=True)
    status, page = await send(http, "/auth", code=code, client=CLIENT, person="alice")
    assert status == 200
    assert page.elements["result"]["class"] == "approved"
    assert plex_tv.pins[-1].token is not None


@pytest.mark.parametrize(("strong", "client"), [(True, "another"), (False, CLIENT)])
async def test_refuse_in_browser(
    plex_tv: Simulator, http: ClientSession, *, strong: bool, client: str
) -> None:
    """A short code or one of another client is refused."""
    code = await code_of(http, strong=strong)
    status, page = await send(http, "/auth", code=code, client=client, person="alice")
    assert status == 404
    assert page.texts["result"] == "We were unable to complete this request."
    assert plex_tv.pins[-1].token is None
