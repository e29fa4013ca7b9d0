"""Tolerant readers: each converts any JSON value to a value of its type, or to None.

plex.tv's responses have changed over the years (numbers and booleans as strings, null
as the string "null", lists that became strings), so a field of an unexpected type
counts as missing and does not invalidate the whole response.
"""

from datetime import UTC, datetime
import json
import math
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable

type ObjectHook = Callable[[dict[str, object]], object]
type Json = dict[str, Json] | list[Json] | str | int | float | bool | None

# Longer than any token of plex.tv, and short enough for any HTTP header.
MAX_TOKEN_LENGTH = 4096
MAX_TEXT_LENGTH = 1024
# A value of two bytes can take a hundred in memory. A large library has ten times fewer
# values.
MAX_JSON_VALUES = 500_000
# Each of these begins a value or precedes one.
JSON_STARTS = (b"{", b"[", b",")
# Limits the cost of hostile lists, whose items can take two bytes each.
MAX_ITEMS = 1000
# JSON allows integers of any size, but few parsers and writers support more than 64
# bits: with a larger one in a state, Home Assistant could not store any state.
NUMBER_LIMIT = 2**63
MAX_DIGITS = len(str(NUMBER_LIMIT))
# A library with ten thousand films has about half of these.
MAX_XML_ELEMENTS = 100_000
# Elements and attributes together.
MAX_XML_NAMES = 500_000
# Bytes of one tag or text. expat passes all attributes of a tag at once, as a
# dictionary.
MAX_XML_TAG = 256 * 1024
# Plex nests elements a dozen levels deep at most.
MAX_XML_DEPTH = 100
XML_ENCODINGS = {"utf-8", "iso-8859-1", "us-ascii"}

# A token goes into a header and a code into a URL, so their characters are limited.
TOKEN = re.compile(rf"[!-~]{{1,{MAX_TOKEN_LENGTH}}}")
CODE = re.compile(r"[0-9A-Za-z]{1,128}")
IDENTIFIER = re.compile(r"[0-9A-Za-z._:-]{1,128}")
DIGITS = re.compile(rf"[0-9]{{1,{MAX_DIGITS}}}")
# The part of an e-mail address after the mailbox.
MAIL_HOST = re.compile(r"(?<=\S)@[^\s@]*\.[\w-]*")


def unchanged(fields: dict[str, object]) -> object:
    """Return a JSON object unchanged."""
    return fields


def json_value(body: bytes, hook: ObjectHook = unchanged) -> Json:
    """Parse JSON; raise ValueError if it is invalid or has too many values.

    The `hook` replaces each object as soon as it is parsed. In a thread, even a hook
    that does nothing lets the event loop run between two objects. Without one, the
    parser holds the GIL for a quarter of a second for 5 MiB.
    """
    if sum(map(body.count, JSON_STARTS)) > MAX_JSON_VALUES:
        raise ValueError("too many values")
    try:
        value: Json = json.loads(body, object_hook=hook)
    except RecursionError:
        raise ValueError("too deep") from None
    return value


def fields(value: object) -> dict[str, object]:
    """Return the fields of an object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: object, most: int = MAX_ITEMS) -> list[object]:
    """Return the first items of a list; empty for anything else."""
    return value[:most] if isinstance(value, list) else []


def one_or_many(value: object) -> list[object]:
    """Read a list, or a single object that replaces a list of one."""
    return [value] if isinstance(value, dict) else items(value)


def text(value: object) -> str | None:
    """Read a line of text: trimmed, printable, of limited length."""
    if not isinstance(value, str):
        return None
    start = value[:MAX_TEXT_LENGTH]
    printable = "".join(char if char.isprintable() else " " for char in start)
    return " ".join(printable.split()) or None


def person(value: object) -> str | None:
    """Read the name of a person; of an e-mail address, only the mailbox.

    For people without a username, Plex sends the e-mail address as the name.
    """
    name = text(value)
    return name and MAIL_HOST.sub("", name)


def identifier(value: object) -> str | None:
    """Read an identifier unchanged; in old responses, it may be a number.

    Nothing is normalised, because similar identifiers may be different ones.
    """
    if isinstance(value, str):
        return value if IDENTIFIER.fullmatch(value) else None
    number = whole(value)
    return None if number is None else str(number)


def token(value: object) -> str | None:
    """Read a token; the string "null" counts as missing."""
    if not isinstance(value, str) or value == "null" or not TOKEN.fullmatch(value):
        return None
    return value


def code(value: object) -> str | None:
    """Read the code of a PIN."""
    return value if isinstance(value, str) and CODE.fullmatch(value) else None


def number(value: object) -> float | None:
    """Read a finite number, also when it is written as a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value)
    except ValueError, OverflowError:
        return None
    return result if math.isfinite(result) else None


def whole(value: object) -> int | None:
    """Read a whole number that is not negative, also when it is written as a string."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str):
        if not DIGITS.fullmatch(value):
            return None
        value = int(value)
    return value if 0 <= value < NUMBER_LIMIT else None


def flag(value: object) -> bool | None:
    """Read a boolean in any of the spellings that plex.tv has used."""
    if isinstance(value, str):
        return {"1": True, "true": True, "0": False, "false": False}.get(value.lower())
    return bool(value) if isinstance(value, int) and value in {0, 1} else None


def moment(value: object) -> datetime | None:
    """Read a time: ISO 8601, "YYYY-MM-DD HH:MM:SS UTC" or seconds since 1970."""
    try:
        if (seconds := number(value)) is not None:
            return datetime.fromtimestamp(seconds, UTC)
        if not isinstance(value, str):
            return None
        result = datetime.fromisoformat(value.removesuffix(" UTC"))
        aware = result if result.tzinfo else result.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except ValueError, OverflowError, OSError:
        return None


def xml_root(body: bytes) -> ET.Element | None:
    """Parse XML and return its root element, None if it is not valid XML of Plex.

    Parsing costs at most a small multiple of the response's size. Features that could
    expand a document, and that Plex does not use, are rejected: a document type, whose
    entities expand exponentially ("billion laughs"), namespaces, whose name a parser
    repeats in every element, and encodings that could hide a document type.
    """
    if (
        b"<!DOCTYPE" in body
        or b"\0" in body
        or body.count(b"<") > 2 * MAX_XML_ELEMENTS
        or _longest_gap(body) > MAX_XML_TAG
    ):
        return None
    builder = _XmlBuilder()
    try:
        builder.parser.Parse(body, True)  # noqa: FBT003 - the last part of the body
    except expat.ExpatError, ValueError:
        return None
    return builder.tree.close()


def _longest_gap(body: bytes) -> int:
    """Return the length in bytes of the longest part without "<".

    A tag cannot contain that character, so no tag is longer.
    """
    longest = start = 0
    while (end := body.find(b"<", start)) >= 0:
        longest = max(longest, end - start)
        start = end + 1
    return max(longest, len(body) - start)


class _XmlBuilder:
    """Builds XML elements; raises ValueError for features that Plex does not use."""

    def __init__(self) -> None:
        """Create a parser without namespaces, for which prefixes are part of names."""
        self.tree = ET.TreeBuilder()
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.tree.data
        parser.ProcessingInstructionHandler = self._instruction
        self._depth = 0
        self._names = 0

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        """Reject encodings in which "<!DOCTYPE" has other bytes."""
        if encoding and encoding.lower() not in XML_ENCODINGS:
            raise ValueError("an unusual encoding")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        self._depth += 1
        self._names += 1 + len(attributes)
        if self._depth > MAX_XML_DEPTH or self._names > MAX_XML_NAMES:
            raise ValueError("too much XML")
        if ":" in name or any(":" in key or key == "xmlns" for key in attributes):
            raise ValueError("a namespace")
        self.tree.start(name, attributes)

    def _end(self, name: str) -> None:
        """End an element."""
        self._depth -= 1
        self.tree.end(name)

    def _instruction(self, target: str, data: str) -> None:
        """Reject processing instructions; the XML declaration is not one."""
        raise ValueError("a processing instruction")
