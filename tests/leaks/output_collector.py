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

# What is shorter stands in other words by chance, and is looked for between them.
SHORT: Final = 8
NOT_IN_WORD: Final = ("(?<![0-9A-Za-z])", "(?![0-9A-Za-z])")


class OutputCollector(logging.Handler):
    """Hears every record of the log and whatever else it is told."""

    def __init__(self) -> None:
        """Have heard nothing."""
        super().__init__(logging.DEBUG)
        self.collected: defaultdict[str, set[str]] = defaultdict(set)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, but none of the test plugin, which logs what is stored."""
        if record.name.startswith("pytest_homeassistant_custom_component"):
            return
        self.collected[f"log of {record.name}"].add(self.format(record))

    def record(self, where: str, thing: object) -> None:
        """Hear a text, or anything as the text that others make of it."""
        if isinstance(thing, str):
            self.collected[where].add(thing)
        else:
            self.collected[where].add(json.dumps(thing, cls=JSONEncoder, default=repr))

    def record_error(self, where: str, error: BaseException) -> None:
        """Hear an error and its causes, in every form in which they are written."""
        self.collected[where].add("".join(traceback.format_exception(error)))
        for member in causes(error):
            self.collected[where].add(f"{member} {member!r} {vars(member)}")

    def record_database(self, url: str) -> None:
        """Read everything that the recorder keeps."""
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            for line in database.iterdump():
                self.collected["database"].add(line)
        database.close()

    def find(self, secrets: Iterable[str]) -> dict[str, set[str]]:
        """Return which of the secrets can be told from what was heard, and where."""
        pattern = re.compile("|".join(_pattern(secret) for secret in secrets))
        known: defaultdict[str, set[str]] = defaultdict(set)
        for where, texts in self.collected.items():
            for text in texts:
                if found := pattern.findall(text):
                    known[where].update(found)
        return dict(known)

    def contains(self, where: str, part: str) -> bool:
        """Tell whether something was heard somewhere."""
        return any(part in text for text in self.collected[where])


def _pattern(secret: str) -> str:
    """Return what finds a secret, as it is or as it stands in an address."""
    before, after = NOT_IN_WORD if len(secret) < SHORT else ("", "")
    forms = {secret, quote(secret, safe="")}
    return f"{before}(?:{'|'.join(map(re.escape, sorted(forms)))}){after}"
