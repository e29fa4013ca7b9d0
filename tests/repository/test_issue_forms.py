"""The forms of issues ask for what a report needs, and lead to what is there."""

from typing import Any, Final

from homeassistant.util.yaml import parse_yaml
import pytest

from .tree import COMPONENT, ROOT, read_json, texts

FOLDER: Final = ".github/ISSUE_TEMPLATE/"
KINDS: Final = frozenset({"checkboxes", "dropdown", "input", "markdown", "textarea"})
MANIFEST: Final = read_json(COMPONENT / "manifest.json")


def parsed(name: str) -> dict[str, Any]:
    """Return what a file says."""
    content = parse_yaml(texts()[FOLDER + name])
    assert isinstance(content, dict)
    return content


def questions(name: str) -> dict[str, dict[str, Any]]:
    """Return what a form asks, by the questions' ids."""
    asked = [part for part in parsed(name)["body"] if part["type"] != "markdown"]
    found = {question["id"]: question for question in asked}
    assert len(found) == len(asked)
    return found


@pytest.mark.parametrize("name", ["bug.yml", "feature.yml"])
def test_form(name: str) -> None:
    """A form has what GitHub wants of one, and each question says what it is about."""
    form = parsed(name)
    assert form.keys() == {"name", "description", "labels", "body"}
    assert {part["type"] for part in form["body"]} <= KINDS
    assert all(one["attributes"]["label"] for one in questions(name).values())


@pytest.mark.parametrize(
    "asked", ["version", "home_assistant", "problem", "diagnostics", "log"]
)
def test_report(asked: str) -> None:
    """Nobody can report a fault without what it takes to find it."""
    assert questions("bug.yml")[asked]["validations"] == {"required": True}


def test_links() -> None:
    """Whoever starts to write is led to the troubleshooting page of this repository."""
    [link] = parsed("config.yml")["contact_links"]
    address, found, path = link["url"].partition("/blob/main/")
    assert found
    assert address == MANIFEST["documentation"]
    assert path == "docs/troubleshooting.md"
    assert (ROOT / path).exists()
