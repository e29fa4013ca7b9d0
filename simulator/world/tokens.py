"""Tokens as plex.tv makes them."""

import secrets
import string
from typing import Final

_ALPHABET: Final = string.ascii_letters + string.digits
_LENGTH: Final = 20


def new_token() -> str:
    """Return a random token of plex.tv's length and alphabet."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
