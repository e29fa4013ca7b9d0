"""Names of fields, parameters and settings that contain a secret."""

import re
from typing import Final

# Names are compared by their ends, ignoring case, "-" and "_".
SEPARATORS: Final = str.maketrans("", "", "-_")
MAX_NAME_LENGTH: Final = 100
SECRET_ENDINGS: Final = (
    "accesskey",
    "apikey",
    "authkey",
    "authorization",
    "certificatekey",
    "cookie",
    "email",
    "encryptionkey",
    "jwt",
    "latitude",
    "longitude",
    "passphrase",
    "passwd",
    "password",
    "pin",
    "privatekey",
    "publicaddress",
    "secret",
    "secretkey",
    "token",
)
# Pagination tokens give no access.
NO_SECRET_ENDINGS: Final = (
    "continuationtoken",
    "cursortoken",
    "nexttoken",
    "pagetoken",
    "paginationtoken",
    "previoustoken",
    "prevtoken",
    "spin",
    "synctoken",
)
# Keys of Plex: they identify something that is no secret.
PLEX_KEYS: Final = re.compile(
    r"(?:collection|container|desc|extra|filter|hub|parent|playlist|rating|section"
    r"|session|sort|title|type)key"
)


def is_secret_field(name: str) -> bool:
    """Return whether a field or a setting of this name contains a secret."""
    plain = _plain(name)
    return plain.endswith(SECRET_ENDINGS) and not plain.endswith(NO_SECRET_ENDINGS)


def is_list_of_secrets(name: str) -> bool:
    """Return whether a field of this name contains several secrets."""
    return name[-1:] in {"s", "S"} and is_secret_field(name[:-1])


def is_secret_parameter(name: str) -> bool:
    """Return whether a URL parameter of this name contains a secret.

    Unlike a parameter, a field with the name "key" is no secret in responses of Plex.
    """
    plain = _plain(name)
    return is_secret_field(name) or (
        plain.endswith("key") and not PLEX_KEYS.search(plain)
    )


def _plain(name: str) -> str:
    """Return the end of a name, normalised for comparison."""
    return name[-MAX_NAME_LENGTH:].translate(SEPARATORS).lower()
