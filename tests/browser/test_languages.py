"""A person who speaks another language links an account in it."""

from typing import TYPE_CHECKING

from playwright.async_api import expect
import pytest

from tests.repository.tree import COMPONENT, read_json

from .screen import assert_fits, assert_link_in_qr_code

if TYPE_CHECKING:
    from simulator import Simulator

    from .conftest import OpenBrowser

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("language", ["de", "ja", "pt-BR", "uk"])
async def test_code(open_browser: OpenBrowser, language: str) -> None:
    """The steps to the code are translated, and the code fits on a phone."""
    translations = read_json(COMPONENT / "translations" / f"{language}.json")
    texts = translations["config"]
    person = await open_browser(language=language, width=390, height=844)
    await person.begin()
    form = texts["step"]["user"]
    await expect(person.text).to_have_text(form["description"])
    ways = translations["selector"]["sign_in_way"]["options"]
    await person.choose(ways["code"], go_on=form["submit"])
    title = texts["step"]["code"]["title"]
    await expect(person.page.get_by_text(title)).to_be_visible()
    _, _, last = texts["progress"]["code"].partition("{until}")
    await expect(person.text).to_contain_text(last)
    await assert_fits(person)
    await assert_link_in_qr_code(person)
    await person.approve_code(await person.read_code())
    await expect(person.success).to_be_visible()


# The horizontal position of each letter on the page.
PLACES = """heading => {
  const texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
  const places = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    for (let at = 0; at < text.length; at++) {
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const box = range.getBoundingClientRect();
      if (box.width) places.push([box.left, text.data[at]]);
    }
  }
  return places;
}"""


@pytest.mark.parametrize("language", ["ar", "he"])
async def test_from_right_to_left(
    open_browser: OpenBrowser, plex_tv: Simulator, language: str
) -> None:
    """In a language from right to left, the code is shown from left to right."""
    person = await open_browser(language=language)
    await person.begin()
    # A code that begins and ends with a digit would be reversed without isolation.
    plex_tv.choose_code("7PO6")
    # A language without a translation has English texts.
    await person.choose()
    await expect(person.page.locator("html")).to_have_attribute("dir", "rtl")
    places = await person.code.evaluate(PLACES)
    seen = "".join(letter for _, letter in sorted(places))
    assert seen == plex_tv.pins[-1].code == "7PO6"
    await assert_link_in_qr_code(person)
