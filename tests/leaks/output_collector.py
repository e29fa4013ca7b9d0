"""Collects all output, and looks for secrets in it."""

from collections import defaultdict
import json
import logging
import re
import sqlite3
import traceback
from typing import TYPE_CHECKING, Final, override
from urllib.parse import quote

from homeassistant.helpers.json import JSONEncoder

from tests.helpers.errors import causes

if TYPE_CHECKING:
    from collections.abc import Iterable

# Characters. Shorter secrets may be part of other words, so whole words are searched.
SHORT: Final = 8
NOT_IN_WORD: Final = ("(?<![0-9A-Za-z])", "(?![0-9A-Za-z])")


class OutputCollector(logging.Handler):
    """Collects every log record and all recorded output."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(logging.DEBUG)
        self.collected: defaultdict[str, set[str]] = defaultdict(set)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, except those of the test plugin, which logs stored data."""
        if record.name.startswith("pytest_homeassistant_custom_component"):
            return
        self.collected[f"log of {record.name}"].add(self.format(record))

    def record(self, where: str, thing: object) -> None:
        """Record a text, or a value as JSON."""
        if isinstance(thing, str):
            self.collected[where].add(thing)
        else:
            self.collected[where].add(json.dumps(thing, cls=JSONEncoder, default=repr))

    def record_error(self, where: str, error: BaseException) -> None:
        """Record an error and its causes in every form in which they may be logged."""
        self.collected[where].add("".join(traceback.format_exception(error)))
        for member in causes(error):
            self.collected[where].add(f"{member} {member!r} {vars(member)}")

    def record_database(self, url: str) -> None:
        """Record the whole database of the recorder."""
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            for line in database.iterdump():
                self.collected["database"].add(line)
        database.close()

    def find(self, secrets: Iterable[str]) -> dict[str, set[str]]:
        """Return the secrets that were found, by where they were found."""
        pattern = re.compile("|".join(_pattern(secret) for secret in secrets))
        known: defaultdict[str, set[str]] = defaultdict(set)
        for where, texts in self.collected.items():
            for text in texts:
                if found := pattern.findall(text):
                    known[where].update(found)
        return dict(known)

    def contains(self, where: str, part: str) -> bool:
        """Return whether the output of a source contains a text."""
        return any(part in text for text in self.collected[where])


def _pattern(secret: str) -> str:
    """Return a pattern for a secret, plain or URL-encoded."""
    before, after = NOT_IN_WORD if len(secret) < SHORT else ("", "")
    forms = {secret, quote(secret, safe="")}
    return f"{before}(?:{'|'.join(map(re.escape, sorted(forms)))}){after}"
