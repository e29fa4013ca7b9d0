"""quality_scale.yaml is complete, and names evidence that exists."""

from pathlib import Path
import re
from typing import Any, Final

from homeassistant.util.yaml import parse_yaml
import pytest

from .tree import COMPONENT, ROOT

RULES: Final = [
    line
    for line in (Path(__file__).parent / "quality_scale_rules.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if line and not line.startswith("#")
]
FILE: Final = re.compile(r"[\w./-]+\.(?:py|md|json|yaml|toml|png)\b|\bscripts/\w+")
HEADING: Final = re.compile(r"README, \"([^\"]+)\"")


def checklist() -> dict[str, Any]:
    """Return the status and comment of each rule."""
    file = COMPONENT / "quality_scale.yaml"
    parsed = parse_yaml(file.read_text(encoding="utf-8"))
    assert isinstance(parsed, dict)
    rules = parsed["rules"]
    assert isinstance(rules, dict)
    return rules


def test_rules() -> None:
    """Every rule is listed once, tier by tier, and no other."""
    assert len(RULES) == 54
    assert list(checklist()) == RULES


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: str) -> None:
    """A rule that is done names its evidence, an exempt one its reason."""
    stated = checklist()[rule]
    if stated == "todo":
        return
    assert stated["status"] in {"done", "exempt"}
    comment = stated["comment"]
    assert isinstance(comment, str)
    if stated["status"] == "exempt":
        return
    files = FILE.findall(comment)
    headings = HEADING.findall(comment)
    assert files or headings, "nothing shows that it is done"
    for file in files:
        assert (ROOT / file).exists() or (COMPONENT / file).exists(), file
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for heading in headings:
        assert re.search(rf"^##+ {re.escape(heading)}$", readme, re.MULTILINE), heading
