"""Taking secrets out of what plex.tv and its servers answer."""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from .call import Json

REDACTED: Final = "**REDACTED**"

# By their name without regard to case, "-" and "_", wherever they stand, in JSON as in
# XML: what opens an account, a server or another service, and what tells who a person
# is or where they are.
SECRET_FIELDS: Final = frozenset({"customcertificatekey", "pin"})
SECRET_ENDINGS: Final = ("email", "jwt", "publicaddress", "secret", "token")
SEPARATORS: Final = str.maketrans("", "", "-_")
# By these a place in the world is known; a library has a "Location" as well, which is
# a folder.
PLACE_FIELDS: Final = frozenset({"city", "coordinates", "postal_code"})
# Where a server is, or somebody who watches; elsewhere these words mean other things.
CONNECTION_FIELDS: Final = frozenset({"address", "uri"})
CONNECTIONS: Final = frozenset({"connection", "connections", "player"})
# What redeems the token of a code, and the code itself, of which the picture is made.
PIN_FIELDS: Final = frozenset({"code", "id", "qr"})
PIN_LIFETIMES: Final = frozenset({"expiresAt", "expiresIn"})
IN_URL: Final = re.compile(r"(X-Plex-Token(?:=|%3D))[^&\s\"'<>]+", re.IGNORECASE)
# A server calls its owner by it, in fields of several names.
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def redacted(value: Json, own: Collection[str], *, within: str = "") -> Json:
    """Return an answer without secrets; `own` are those that we know ourselves.

    `within` is the name of the field in which the value stands.
    """
    match value:
        case dict() if not PLACE_FIELDS.isdisjoint(value):
            return REDACTED
        case dict():
            return {
                _without(name, own): REDACTED
                if item and item is not True and _is_secret(name, value, within)
                else redacted(item, own, within=name.lower())
                for name, item in value.items()
            }
        case list():
            return [redacted(item, own, within=within) for item in value]
        case str():
            return REDACTED if EMAIL.fullmatch(value) else _without(value, own)
    return value


def redacted_line(line: str, own: Collection[str]) -> str:
    """Return a short text without secrets, wherever in it they stand."""
    return EMAIL.sub(REDACTED, _without(line, own))


def _is_secret(name: str, siblings: dict[str, Json], within: str) -> bool:
    """Tell whether a field is a secret, by its name and by what stands beside it."""
    return (
        _sounds_secret(name)
        or (name in CONNECTION_FIELDS and within in CONNECTIONS)
        or (
            name in PIN_FIELDS
            and "code" in siblings
            and not PIN_LIFETIMES.isdisjoint(siblings)
        )
        or (name == "d" and "kty" in siblings)
        # A setting of a server is an id and a value.
        or (name == "value" and _sounds_secret(str(siblings.get("id"))))
    )


def _sounds_secret(name: str) -> bool:
    """Tell whether a name alone says so."""
    plain = name.translate(SEPARATORS).lower()
    return plain in SECRET_FIELDS or plain.endswith(SECRET_ENDINGS)


def _without(text: str, own: Collection[str]) -> str:
    """Return a text without the secrets in it."""
    for secret in own:
        text = text.replace(secret, REDACTED)
    return IN_URL.sub(rf"\1{REDACTED}", text)
