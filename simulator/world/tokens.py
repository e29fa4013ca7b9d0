"""Tokens and identifiers in plex.tv's formats."""

import string
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

_ALPHABET: Final = string.ascii_letters + string.digits
_LENGTH: Final = 20
_URL_SAFE: Final = f"{_ALPHABET}-_"


def new_token(chance: Random) -> str:
    """Return a random token of plex.tv's length and alphabet."""
    return "".join(chance.choices(_ALPHABET, k=_LENGTH))


def url_safe_text(chance: Random, length: int) -> str:
    """Return a random text in the alphabet of URL-safe base64."""
    return "".join(chance.choices(_URL_SAFE, k=length))


def hex_digits(chance: Random, length: int) -> str:
    """Return this many random hexadecimal digits."""
    return "".join(chance.choices(string.hexdigits[:16], k=length))
