"""Redaction: takes secrets out of what plex.tv and media servers answer."""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from .readers import Json

REDACTED: Final = "**REDACTED**"

# Names of fields that hold a secret, compared without case, "-" and "_": credentials of
# accounts, servers and other services, and what identifies or locates a person.
SECRET_FIELDS: Final = frozenset({"customcertificatekey", "pin"})
SECRET_ENDINGS: Final = ("email", "jwt", "publicaddress", "secret", "token")
SEPARATORS: Final = str.maketrans("", "", "-_")
# Fields of a geographic location. The name of the object says nothing: a library's
# "Location" is a folder.
PLACE_FIELDS: Final = frozenset({"city", "coordinates", "postal_code"})
# The address of a server or of a viewer; elsewhere these names mean other things.
CONNECTION_FIELDS: Final = frozenset({"address", "uri"})
CONNECTIONS: Final = frozenset({"connection", "connections", "player"})
# A PIN's code, the id that redeems its token, and the link to its QR code.
PIN_FIELDS: Final = frozenset({"code", "id", "qr"})
PIN_LIFETIMES: Final = frozenset({"expiresAt", "expiresIn"})
IN_URL: Final = re.compile(r"(X-Plex-Token(?:=|%3D))[^&\s\"'<>]+", re.IGNORECASE)
# Servers name their owner by e-mail address, in varying fields.
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def redacted(value: Json, own: Collection[str], *, within: str = "") -> Json:
    """Return an answer without secrets; `own` are the known ones of the request.

    `within` is the name of the field that holds the value.
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
    """Return a short text without the secrets in it."""
    return EMAIL.sub(REDACTED, _without(line, own))


def _is_secret(name: str, siblings: dict[str, Json], within: str) -> bool:
    """Tell whether a field is a secret, by its name and by the fields beside it."""
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
    """Tell whether a name is that of a secret."""
    plain = name.translate(SEPARATORS).lower()
    return plain in SECRET_FIELDS or plain.endswith(SECRET_ENDINGS)


def _without(text: str, own: Collection[str]) -> str:
    """Return a text without known secrets and without tokens in URLs."""
    for secret in own:
        text = text.replace(secret, REDACTED)
    return IN_URL.sub(rf"\1{REDACTED}", text)
