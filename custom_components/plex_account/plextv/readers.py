"""Tolerant readers: any JSON value in, a value of the wanted type or None out.

plex.tv's answers have drifted over the years (numbers and booleans as strings, null as
the string "null", lists that became strings), so a field of an unexpected type counts
as missing instead of breaking the whole answer.
"""

from datetime import UTC, datetime
import math
import re
from xml.etree import ElementTree as ET

type Json = dict[str, Json] | list[Json] | str | int | float | bool | None

# Longer than anything that plex.tv hands out, short enough for any HTTP header.
MAX_TOKEN_LENGTH = 4096
MAX_TEXT_LENGTH = 1024
MAX_DIGITS = 20

# A token goes into a header and a code into a URL, so their characters are limited.
TOKEN = re.compile(rf"[!-~]{{1,{MAX_TOKEN_LENGTH}}}")
CODE = re.compile(r"[0-9A-Za-z]{1,128}")
IDENTIFIER = re.compile(r"[0-9A-Za-z._:-]{1,128}")
DIGITS = re.compile(rf"[0-9]{{1,{MAX_DIGITS}}}")


def fields(value: object) -> dict[str, object]:
    """Read an object; anything else has no fields."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """Read a list; anything else has no items."""
    return value if isinstance(value, list) else []


def text(value: object) -> str | None:
    """Read a line of text: trimmed, printable, of sensible length."""
    if not isinstance(value, str):
        return None
    start = value[:MAX_TEXT_LENGTH]
    printable = "".join(char if char.isprintable() else " " for char in start)
    return " ".join(printable.split()) or None


def identifier(value: object) -> str | None:
    """Read an identifier as it is; old answers may give a number.

    Nothing is normalised: two identifiers that look alike are two.
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
        return int(value) if DIGITS.fullmatch(value) else None
    return value if 0 <= value < 10**MAX_DIGITS else None


def flag(value: object) -> bool | None:
    """Read a yes or no in any of the spellings that plex.tv has used."""
    if isinstance(value, str):
        return {"1": True, "true": True, "0": False, "false": False}.get(value.lower())
    return bool(value) if isinstance(value, int) and value in {0, 1} else None


def moment(value: object) -> datetime | None:
    """Read a moment: ISO 8601, "YYYY-MM-DD HH:MM:SS UTC" or seconds since 1970."""
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
    """Parse XML and return its root element, None if it is not XML of Plex.

    A document type declaration is refused: it is HTML, or it could define entities
    that expand exponentially ("billion laughs"). So is UTF-16, which could hide one.
    """
    if b"<!DOCTYPE" in body or b"\0" in body:
        return None
    try:
        return ET.fromstring(body)  # noqa: S314 - see above
    except ET.ParseError, ValueError, LookupError:
        # LookupError: an unknown encoding.
        return None
