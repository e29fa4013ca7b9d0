"""Texts that are slow to redact: once, 40 kB of "a" took 13 seconds."""

from itertools import chain, cycle, islice
import re
import sys
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Final, override

import pytest

from custom_components.plex_account.plextv import (
    Json,
    redacted,
    redacted_line,
    redaction,
    secret_names,
    secret_texts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MODULES: Final = (redaction, secret_names, secret_texts)
PATTERNS: Final = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value.pattern
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, re.Pattern)
}
KNOWN: Final = ["secret1", "aaaaaaab", "a" * 40]
# Repeated, each matches the start or the end of a redaction rule.
SEEDS: Final = (
    *("a", "1", "1.", "a.", "1.1.1.1 ", "version 1.1.1.1 ", "1.1.1.1-"),
    *("@", "a@", "@a.", "a@b.cc ", "//", "//a@", "//a@b@", ".@"),
    *(":", "::", "1:1:1 ", "1::1 ", "a:b:", "1:1:1:1:1:1:1:"),
    *("token=", "key=", "key=/", "a-", "x-token=a&", '"token":"', "nextpagetoken="),
    *("%25", "%2525", "%41", "&#65;", "&amp;", "&amp", "\\u0041", "\\\\", "%", "\\"),
    *("eyJ", "eyJ.", "eyJa.b.c ", "plex.direct", "a.plex.direct ", "claim-"),
    *("claim-aaaaaaaa ", "transient-", "secret1", "aaaaaaa", "\N{GRINNING FACE}", " "),
)
SMALL: Final = 4096
LARGE: Final = 4 * SMALL


def filled(seed: str, length: int) -> str:
    """Return a text of this length."""
    return "".join(islice(cycle(seed), length))


def codes(module: ModuleType) -> list[CodeType]:
    """Return the code of every function and method of a module."""
    holders = [module, *(v for v in vars(module).values() if isinstance(v, type))]
    return [
        value.__code__
        for value in chain.from_iterable(vars(holder).values() for holder in holders)
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
    ]


def steps(work: Callable[[], object]) -> int:
    """Return how many lines of the redaction run, on a machine of any speed."""
    monitoring = sys.monitoring
    tool = next(tool for tool in range(6) if monitoring.get_tool(tool) is None)
    count = 0

    def line(code: CodeType, number: int) -> None:
        """Count a line."""
        nonlocal count
        count += 1

    watched = [code for module in MODULES for code in codes(module)]
    monitoring.use_tool_id(tool, __name__)
    try:
        monitoring.register_callback(tool, monitoring.events.LINE, line)
        for code in watched:
            monitoring.set_local_events(tool, code, monitoring.events.LINE)
        work()
    finally:
        monitoring.free_tool_id(tool)
    return count


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_no_pattern_goes_back(pattern: str) -> None:
    """A pattern repeats without limit only one class of characters, and at its end.

    This prevents backtracking: a limited number of characters is read from each
    position, or a run that is not searched again.
    """
    classes = re.sub(r"\\.|\[[^\]]*\]", "x", pattern)
    # A "+" after a limited repetition is possessive: it does not backtrack.
    limited = re.sub(r"\{\d+(,\d+)?\}\+?", "", classes)
    assert re.fullmatch(r"[^*+{]+([*+])?", limited), pattern


@pytest.mark.parametrize("seed", SEEDS, ids=repr)
def test_work_grows_with_the_length(seed: str) -> None:
    """Redaction takes linear time in the length of a text or an error."""
    small, large = (
        steps(lambda: redacted_line(filled(seed, length), KNOWN))  # noqa: B023
        for length in (SMALL, LARGE)
    )
    assert 0 < large <= 4.5 * small + 100


@pytest.mark.parametrize("seed", SEEDS, ids=repr)
def test_work_grows_with_the_number(seed: str) -> None:
    """Redaction takes linear time in the number of texts."""
    small, large = (
        steps(lambda: redacted([filled(seed, 100)] * number, KNOWN))  # noqa: B023
        for number in (50, 200)
    )
    assert 0 < large <= 4.5 * small + 100


def test_a_thousand_known_secrets_are_searched_for_once() -> None:
    """The number of known secrets hardly affects the cost of each text."""
    texts = [f"The title of film {number}" for number in range(1000)]
    few, many = (
        steps(lambda: redacted([*texts], [f"known-{n:032}" for n in range(number)]))  # noqa: B023
        for number in (1, 1000)
    )
    assert many <= few + 5000


def test_no_value_is_written_out() -> None:
    """A nested id is not converted to text at each level."""
    written: list[object] = []

    class Numbers(list[Json]):
        """A list that records its conversions to text."""

        @override
        def __repr__(self) -> str:
            """Record the conversion."""
            written.append(self)
            return super().__repr__()

    answer: Json = Numbers([1.5])
    for _ in range(40):
        answer = {"value": "x", "default": "x", "id": answer}
    assert redacted(answer, KNOWN) == answer
    assert not written


@pytest.mark.parametrize("seed", SEEDS, ids=repr)
def test_a_text_that_is_too_long_goes_as_a_whole(seed: str) -> None:
    """A text of more than 64 KiB, which Plex does not send, is redacted as a whole."""
    text = filled(seed, secret_texts.MAX_TEXT_LENGTH + 1)
    answer: Json = {"summary": text, "title": "A Film", text: 1}
    assert redacted(answer, KNOWN) == {
        "summary": "**REDACTED**",
        "title": "A Film",
        "**REDACTED**": 1,
    }
    assert steps(lambda: redacted(answer, KNOWN)) < 300
