"""A person who speaks another language links an account in it."""

from typing import TYPE_CHECKING

from playwright.async_api import expect
import pytest

from tests.repository.tree import COMPONENT, read_json

from .screen import assert_fits, assert_link_in_picture

if TYPE_CHECKING:
    from .conftest import OpenBrowser

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("language", ["de", "ja", "pt-BR", "uk"])
async def test_code(open_browser: OpenBrowser, language: str) -> None:
    """What leads to the code is translated, and the code fits on a phone."""
    texts = read_json(COMPONENT / "translations" / f"{language}.json")["config"]
    person = await open_browser(language=language, width=390, height=844)
    await person.begin()
    menu = texts["step"]["user"]
    await expect(person.text).to_have_text(menu["description"])
    await person.choose(menu["menu_options"]["code"])
    title = texts["step"]["code"]["title"]
    await expect(person.page.get_by_text(title)).to_be_visible()
    _, _, last = texts["progress"]["code"].partition("{until}")
    await expect(person.text).to_contain_text(last)
    await assert_fits(person)
    await assert_link_in_picture(person)
    await person.approve_code(await person.read_code())
    await expect(person.success).to_be_visible()
