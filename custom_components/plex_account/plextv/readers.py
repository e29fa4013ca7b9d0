"""Tolerant readers: any JSON value in, a value of the wanted type or None out.

plex.tv's answers have drifted over the years (numbers and booleans as text, null as the
text "null", lists that became text), so a field that is not what it should be counts as
missing instead of breaking the whole answer.
"""

from datetime import UTC, datetime
import math
import re

# Longer than anything that plex.tv hands out, short enough for any HTTP header.
MAX_TOKEN_LENGTH = 4096
MAX_TEXT_LENGTH = 1024
MAX_DIGITS = 20

# A token goes into a header and a code into a link: nothing else may be in them.
TOKEN = re.compile(rf"[!-~]{{1,{MAX_TOKEN_LENGTH}}}")
CODE = re.compile(r"[0-9A-Za-z]{1,128}")


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


def token(value: object) -> str | None:
    """Read a token; the text "null" is what naive servers make of no token."""
    if not isinstance(value, str) or value == "null" or not TOKEN.fullmatch(value):
        return None
    return value


def code(value: object) -> str | None:
    """Read the code of a PIN."""
    return value if isinstance(value, str) and CODE.fullmatch(value) else None


def number(value: object) -> float | None:
    """Read a finite number, also when it is written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value)
    except ValueError, OverflowError:
        return None
    return result if math.isfinite(result) else None


def whole(value: object) -> int | None:
    """Read a whole number that is not negative, also when it is written as text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    digits = str(value) if isinstance(value, str) or abs(value) < 10**MAX_DIGITS else ""
    return int(digits) if re.fullmatch(rf"[0-9]{{1,{MAX_DIGITS}}}", digits) else None


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
