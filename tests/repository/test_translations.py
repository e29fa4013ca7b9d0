"""The translations agree with each other, and with what the recorder cannot check.

tests/helpers/translation_recorder.py compares all other texts with what the component
uses, while the tests run.
"""

from typing import TYPE_CHECKING, Final

from homeassistant.generated.languages import LANGUAGES
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.plex_account.const import DOMAIN

from .documents import README
from .tree import COMPONENT, PLACEHOLDER, leaves, read_json

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant

FILES: Final = sorted((COMPONENT / "translations").iterdir())
ENGLISH: Final = read_json(COMPONENT / "translations" / "en.json")
PROMISED: Final = {
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nb": "Norwegian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt-BR": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "uk": "Ukrainian",
    "zh-Hans": "Chinese",
}
# Words that are the same in other languages.
SHARED: Final = {
    "Account",
    "Code",
    "Local",
    "No",
    "PIN",
    "Plex Pass",
    "Release",
    "Releases",
    "Route",
    "Server",
    "Streams",
    "{account}",
}

each_language = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


@each_language
def test_placeholders(path: Path) -> None:
    """A language has no text that English lacks, and the same placeholders in each.

    It may lack texts: Home Assistant shows the English ones then. A release has them
    all, which scripts/release_zip.py checks.
    """
    english = leaves(ENGLISH)
    assert {
        key: sorted(PLACEHOLDER.findall(text))
        for key, text in leaves(read_json(path)).items()
    }.items() <= {
        key: sorted(PLACEHOLDER.findall(text)) for key, text in english.items()
    }.items()


@each_language
def test_nothing_is_left_in_english(path: Path) -> None:
    """Only words that a language shares with English are the same there."""
    english = leaves(ENGLISH)
    same = {
        text
        for key, text in leaves(read_json(path)).items()
        if text == english[key] and path.stem != "en"
    }
    assert same <= SHARED


def test_languages() -> None:
    """The README names exactly the languages that there are."""
    assert {path.name for path in FILES} == {f"{code}.json" for code in PROMISED}
    assert PROMISED.keys() <= LANGUAGES
    assert [name for name in PROMISED.values() if name not in README.text] == []


async def test_system_health(hass: HomeAssistant) -> None:
    """Exactly the lines of the system information have a text."""
    for domain in ("system_health", DOMAIN):
        assert await async_setup_component(hass, domain, {})
    await hass.async_block_till_done()
    info = await get_system_health_info(hass, DOMAIN)
    info["can_reach_plex_tv"].close()
    assert info.keys() == ENGLISH["system_health"]["info"].keys()
