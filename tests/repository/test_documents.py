"""The documents name what exists: files, commands, links, entities."""

import os
from posixpath import dirname, join, normpath
import re
import shlex
from typing import TYPE_CHECKING, Final

from homeassistant.util.yaml import parse_yaml
import pytest

from .documents import DOCUMENTS, README
from .tree import COMPONENT, ROOT, known_options, leaves, read_json

if TYPE_CHECKING:
    from .documents import Document

# What a reader sees without scrolling, on GitHub and in HACS.
FIRST_SCREEN: Final = 25
# A path has a slash between names; an address has a dot before it.
PATH: Final = re.compile(r"\.?\w[\w@-]*(?:/[\w.@-]+)+/?|[\w.@-]+\.(?:md|json|toml|py)")
LANGUAGES: Final = {"jinja", "json", "mermaid", "python", "sh", "text", "yaml"}
SCRIPT: Final = re.compile(r"(?:scripts|\.ci)/\S+")
VERSION: Final = re.compile(r"\d+\.\d+\.\d+(?:b\d+)? - (unreleased|\d{4}-\d\d-\d\d)")

each_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)


def test_first_screen() -> None:
    """The first screen shows the dialogue with the code."""
    seen = "\n".join(README.text.splitlines()[:FIRST_SCREEN])
    for picture in ("code-light.png", "code-dark.png"):
        assert picture in seen
    for command in ("scripts/demo", "scripts/test"):
        assert command in README.text


@each_document
def test_blocks(document: Document) -> None:
    """Every block names its language, and YAML can be parsed."""
    assert document.languages <= LANGUAGES
    for block in document.blocks("yaml"):
        assert parse_yaml(block)


@each_document
def test_commands(document: Document) -> None:
    """Every command exists and accepts the options that are named with it."""
    lines = [line for block in document.blocks("sh") for line in block.splitlines()]
    lines += [code for code in document.code if SCRIPT.match(code)]
    for line in lines:
        command, *arguments = shlex.split(line, comments=True)
        assert os.access(ROOT / command, os.X_OK), command
        options = {argument for argument in arguments if argument.startswith("-")}
        assert options <= known_options(command), line


@each_document
def test_paths(document: Document) -> None:
    """Every file and folder that is named exists."""
    places = (ROOT, COMPONENT, COMPONENT / "plextv")
    for code in document.code:
        if PATH.fullmatch(code):
            assert any((place / code).exists() for place in places), code


@each_document
def test_links(document: Document) -> None:
    """Every link leads to a file or heading of the repository, or to an https URL."""
    for target in document.targets:
        if ":" in target:
            assert target.startswith("https://"), target
            continue
        path, _, anchor = target.partition("#")
        name = normpath(join(dirname(document.name), path)) if path else document.name
        assert (ROOT / name).exists(), target
        assert not anchor or anchor in DOCUMENTS[name].anchors, target


@each_document
def test_references(document: Document) -> None:
    """Every link by reference has its target, and every target is used."""
    used = set(re.findall(r"\]\[(\w+)\]", document.prose))
    given = set(re.findall(r"^\[(\w+)\]: ", document.prose, re.MULTILINE))
    assert used == given


@each_document
def test_pictures_are_described(document: Document) -> None:
    """Every picture has an alternative text."""
    for picture in re.findall(r"<img[^>]*>|!\[[^\]]*\]", document.prose):
        assert 'alt="' in picture or re.match(r"!\[.+\]", picture)


def test_every_picture_is_shown() -> None:
    """Every picture is shown in a document."""
    shown = {
        normpath(join(dirname(document.name), target))
        for document in DOCUMENTS.values()
        for target in document.targets
    }
    kept = {f"docs/images/{path.name}" for path in (ROOT / "docs/images").iterdir()}
    assert kept <= shown


def test_changes() -> None:
    """Every version has its date, except the newest, which may be unreleased."""
    changes = DOCUMENTS["CHANGELOG.md"]
    versions = re.findall(r"^## (.+)$", changes.prose, re.MULTILINE)
    found = [VERSION.fullmatch(heading) for heading in versions]
    dates = [match[1] for match in found if match]
    assert len(dates) == len(versions) > 0
    assert "unreleased" not in dates[1:]
    # "unreleased" sorts before every date.
    assert dates == sorted(dates, reverse=True)
    kinds = set(re.findall(r"^### (.+)$", changes.prose, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Fixed", "Removed", "Security"}


def test_every_entity_is_listed() -> None:
    """The README's tables have a row for each entity, under the name it shows."""
    english = leaves(read_json(COMPONENT / "translations" / "en.json"))
    names = sorted(
        text
        for key, text in english.items()
        if re.fullmatch(r"entity\.\w+\.\w+\.name", key)
    )
    listed = re.findall(
        r"^\| \*\*(.+?)\*\* \| (?:(?:binary )?sensor|to-do list|calendar|event)",
        README.text,
        re.MULTILINE,
    )
    assert sorted(listed) == names


def test_every_action_is_listed() -> None:
    """The README's table has a row for each action, and a document a section."""
    english = read_json(COMPONENT / "translations" / "en.json")
    actions = sorted(english.get("services", {}))
    assert (
        sorted(re.findall(r"^\| \[?`plex_account\.(\w+)`", README.text, re.MULTILINE))
        == actions
    )
    sections = [
        name
        for document in DOCUMENTS.values()
        for name in re.findall(
            r"^#+ `plex_account\.(\w+)`$", document.text, re.MULTILINE
        )
    ]
    assert sorted(sections) == actions


def test_every_error_is_explained() -> None:
    """The document of the actions has a row for each error, with its first words."""
    english = read_json(COMPONENT / "translations" / "en.json")
    said = [
        re.sub(r"\{\w+\}", "…", error["message"])
        for error in english["exceptions"].values()
    ]
    rows = re.findall(
        r"^\| \*(.+?)\* \|", DOCUMENTS["docs/actions.md"].text, re.MULTILINE
    )
    explained = [row for text in said for row in rows if text.startswith(row)]
    assert sorted(explained) == sorted(rows)
    assert len(rows) == len(said)
