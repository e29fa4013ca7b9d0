"""Arbitrary rows of titles and arbitrary searches (Hypothesis)."""

from hypothesis import example, given, strategies as st

from custom_components.plex_account.plextv import Title
from custom_components.plex_account.plextv.titles import (
    KEY,
    best_hits,
    folded,
    readings,
)
from tests.helpers.strategies import JSON, TEXTS, many

ROWS = st.fixed_dictionaries(
    {},
    optional={
        "guid": st.sampled_from(["plex://movie/5d1", "plex://show/..", "x"]) | JSON,
        "ratingKey": st.sampled_from(["5d1", "../user", "a,b", "a?b"]) | JSON,
        "type": st.sampled_from(["movie", "show", "season"]) | JSON,
        "title": TEXTS | JSON,
        "year": st.integers() | JSON,
        "slug": st.sampled_from(["a-film", "../../x", "a/b", "a?b"]) | JSON,
        "originallyAvailableAt": st.dates().map(str) | JSON,
    },
)


@many
@given(ROWS | JSON)
def test_any_row(row: object) -> None:
    """A title has a key that fits a path, a name, and a valid page or none."""
    title = Title.from_json(row)
    if title is None:
        return
    assert KEY.fullmatch(title.key)
    assert title.kind in {"movie", "show"}
    assert title.name.isprintable()
    assert title.name == title.name.strip() != ""
    if title.page is not None:
        assert title.page.startswith(f"https://watch.plex.tv/{title.kind}/")
        assert title.page.count("/") == 4


@many
@given(TEXTS | st.from_regex(r"[\w ]{0,9} ?\(?\d{4}\)?"), st.lists(ROWS, max_size=5))
def test_any_text(typed: str, rows: list[object]) -> None:
    """Any text can be searched for, and the best hits are among the titles."""
    titles = tuple(title for row in rows if (title := Title.from_json(row)))
    for wanted in readings(typed):
        assert len(wanted.query) <= 250
        assert {*best_hits(wanted, titles)} <= {*titles}


@many
@given(TEXTS)
@example("\U0001d400")
def test_any_name(name: str) -> None:
    """Folding a name is idempotent."""
    assert folded(folded(name)) == folded(name)
