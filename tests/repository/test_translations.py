"""Every text that the code asks for is there, in every language, and no other."""

import ast
import re
from typing import TYPE_CHECKING, Final

from homeassistant.generated.languages import LANGUAGES
import pytest

from .documents import README
from .everything import wanted
from .source import argument, name_of
from .tree import COMPONENT, leaves, read_json

if TYPE_CHECKING:
    from pathlib import Path

FILES: Final = sorted((COMPONENT / "translations").iterdir())
ENGLISH: Final = leaves(read_json(COMPONENT / "translations" / "en.json"))
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
# Words that other languages have as well.
SHARED: Final = {
    "Account",
    "Code",
    "Local",
    "No",
    "Plex Pass",
    "Route",
    "Server",
    "servers",
}
PLACEHOLDER: Final = re.compile(r"{(\w+)}")
KEY: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
UNFIT: Final = {
    "HTML": re.compile(r"</?[a-z!]", re.IGNORECASE),
    "an address": re.compile(r"https?://|\bwww\."),
    "a reference": re.compile(r"\[%"),
    # The frontend takes it for the beginning of a text without placeholders.
    "an apostrophe before a brace": re.compile(r"'[{}]"),
    "blanks at an end": re.compile(r"^\s|\s$"),
    "nothing": re.compile(r"^$"),
    # After what is none, and after whole placeholders.
    "a brace around no name": re.compile(
        r"^(?:[^{}]|{[^\W\d]\w*})*(?:}|{(?![^\W\d]\w*}))"
    ),
}
# Home Assistant fills no placeholders there.
PLAIN: Final = re.compile(r"entity\.\w+\.\w+\.(state|unit_of_measurement)")

each_language = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def test_every_text_in_use_exists() -> None:
    """The code asks for no text that is not there."""
    assert sorted(wanted().must.keys() - ENGLISH.keys()) == []


def test_every_text_is_in_use() -> None:
    """No text is left over from code that is gone."""
    known = wanted().must.keys() | wanted().may.keys()
    assert sorted(ENGLISH.keys() - known) == []


@pytest.mark.parametrize("key", ENGLISH)
def test_placeholders_are_given(key: str) -> None:
    """The code gives whatever stands in braces, each time that it asks for the text."""
    used = set(PLACEHOLDER.findall(ENGLISH[key]))
    for given in wanted().must[key] | wanted().may[key]:
        if isinstance(given, frozenset):
            assert used <= given


def test_errors_are_translated() -> None:
    """Every error that Home Assistant may show to a person has a text of its own."""
    source = wanted().source
    shown = {
        alias.asname or alias.name
        for node in source.nodes
        if isinstance(node, ast.ImportFrom)
        and node.module
        in {"homeassistant.exceptions", "homeassistant.helpers.update_coordinator"}
        for alias in node.names
    }
    raised = [
        node.exc
        for node in source.nodes
        if isinstance(node, ast.Raise) and node.exc is not None
    ]
    untranslated = [
        source.place(error)
        for error in raised
        if name_of(error.func if isinstance(error, ast.Call) else error) in shown
        and not (
            isinstance(error, ast.Call)
            and argument(error, "translation_key")
            and argument(error, "translation_domain")
        )
    ]
    assert untranslated == []


@each_language
def test_languages_say_the_same(path: Path) -> None:
    """Every language has every text, with the same placeholders."""
    assert path.stem in LANGUAGES
    assert path.suffix == ".json"
    texts = leaves(read_json(path))
    assert {key: sorted(PLACEHOLDER.findall(text)) for key, text in texts.items()} == {
        key: sorted(PLACEHOLDER.findall(text)) for key, text in ENGLISH.items()
    }


def test_every_promised_language_is_there() -> None:
    """The README names just the languages that there are."""
    assert {path.stem for path in FILES} == PROMISED.keys()
    assert [name for name in PROMISED.values() if name not in README.text] == []


@each_language
def test_everything_is_translated(path: Path) -> None:
    """Only words that a language shares with English read as they do there."""
    same = [
        text
        for key, text in leaves(read_json(path)).items()
        if text == ENGLISH[key] and path.stem != "en"
    ]
    assert sorted({*same} - SHARED) == []


@each_language
def test_texts_are_fit_for_home_assistant(path: Path) -> None:
    """What Home Assistant's validation refuses does not occur."""
    unfit = [
        (key, what)
        for key, text in leaves(read_json(path)).items()
        for what, pattern in UNFIT.items()
        if pattern.search(text)
    ]
    unfit += [
        (key, "a placeholder where none is filled")
        for key, text in leaves(read_json(path)).items()
        if PLAIN.match(key) and PLACEHOLDER.search(text)
    ]
    assert unfit == []


@pytest.mark.parametrize("key", ENGLISH)
def test_keys_are_fit_for_home_assistant(key: str) -> None:
    """A key is made of lower-case words."""
    assert all(KEY.fullmatch(part) for part in key.split("."))
