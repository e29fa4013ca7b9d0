"""Redacts secrets in responses of plex.tv and media servers.

It finds the account's own secrets, fields with names that Plex uses for secrets, and
texts with the format of tokens and addresses. It is best effort: somebody else's
secret in a field with an inconspicuous name is not found.
"""

from typing import TYPE_CHECKING, Final

from . import readers
from .secret_names import is_list_of_secrets, is_secret_field
from .secret_texts import (
    KEEP_NOTHING,
    MAX_TEXT_LENGTH,
    REDACTED,
    layers_of,
    long_enough,
    without_secrets,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from .readers import Json

# Fields with the exact or approximate position of a person or of a picture.
POSITION_FIELDS: Final = frozenset({"coordinates", "postal_code", "postalCode"})
# Name of an object that contains a place, if it has fields of a place: a library's
# "Location" is a folder.
PLACE: Final = "location"
PLACE_FIELDS: Final = frozenset(
    {"city", "continent_code", "country", "subdivisions", "time_zone"}
)
# The address of a server or of a viewer; in other objects, these names are no secrets.
CONNECTION_FIELDS: Final = frozenset({"address", "uri"})
CONNECTIONS: Final = frozenset({"connection", "connections", "player"})
# A PIN's code, the id that redeems its token, and the URL of its QR code.
PIN_FIELDS: Final = frozenset({"code", "id", "qr"})
PIN_LIFETIMES: Final = frozenset({"expiresAt", "expiresIn"})
# A setting of a server is an id and a value; other lists have names and values.
SETTING_NAMES: Final = ("id", "name", "key")
SETTING_VALUES: Final = frozenset({"default", "value"})
SETTING_MARKS: Final = ("hidden", "secure")
# Values of a boolean in XML.
SWITCHES: Final = frozenset({"", "0", "1", "false", "true"})
# URLs that are not redacted: a change of the webhooks sends the whole list back.
WEBHOOKS: Final = frozenset({"webhook", "webhooks"})
KEEP_ADDRESSES: Final = frozenset({"addresses"})
KEEP_VERSIONS: Final = frozenset({"versions"})
VERSIONS: Final = ("version", "versions")


def redacted(
    value: Json,
    known: Collection[str],
    *,
    hosts: Collection[str] = (),
    within: str = "",
) -> Json:
    """Return a response without secrets.

    `known` are secrets of the account and `hosts` the host names of its servers; both
    are redacted everywhere. `within` is the name of the response's container, for
    example the last part of its path.
    """
    present = _present(value, {*known, *hosts})
    redaction = _Redaction(
        [secret for secret in present if secret not in hosts],
        [host for host in present if host in hosts],
    )
    return redaction.redacted(value, name=within)


def redacted_line(
    line: str, known: Collection[str], *, hosts: Collection[str] = ()
) -> str:
    """Return a short text without the secrets in it."""
    return without_secrets(line, long_enough((*known, *hosts)))


class _Redaction:
    """The redaction of one response."""

    def __init__(self, known: list[str], hosts: list[str]) -> None:
        """Use the known secrets and hosts that occur in the response."""
        self._known = known
        self._known_and_hosts = known + hosts
        self._names: dict[str, str] = {}
        """A cache, because the same few names occur in thousands of objects."""

    def redacted(self, value: Json, *, name: str, holder: str = "") -> Json:
        """Return a value without secrets.

        `name` is the field that contains it, and `holder` the field that contains the
        object with that field; a list has the name of its field.
        """
        match value:
            case dict() if _is_place(value, name):
                return REDACTED
            case dict():
                return {
                    self._name(key): REDACTED
                    if _is_secret(key, value, name)
                    else self.redacted(item, name=key, holder=name)
                    for key, item in value.items()
                }
            case list():
                return [self.redacted(item, name=name, holder=holder) for item in value]
            case str():
                keep = _kept(name, holder)
                known = self._known if keep is KEEP_ADDRESSES else self._known_and_hosts
                return without_secrets(value, known, keep=keep)
        return value

    def _name(self, name: str) -> str:
        """Return the name of a field without secrets."""
        if name not in self._names:
            self._names[name] = without_secrets(name, self._known_and_hosts)
        return self._names[name]


def _present(value: Json, known: Collection[str]) -> list[str]:
    """Return the known secrets that occur in a response.

    There can be a thousand secrets and a hundred thousand texts, so the texts are
    joined to long ones that are searched first.
    """
    left = {*long_enough(known)}
    found: set[str] = set()
    for block in _blocks(value):
        for layer in layers_of(block):
            found |= {secret for secret in left if secret in layer.text}
            left -= found
    return [*found]


def _blocks(value: Json) -> Iterator[str]:
    """Return all texts of a response, joined to long ones."""
    block: list[str] = []
    length = 0
    for text in _texts(value):
        if len(text) > MAX_TEXT_LENGTH:
            continue
        block.append(text)
        length += len(text)
        if length > MAX_TEXT_LENGTH:
            yield "\n".join(block)
            block.clear()
            length = 0
    yield "\n".join(block)


def _texts(value: Json) -> Iterator[str]:
    """Return all texts of a response, including names."""
    left = [value]
    while left:
        match left.pop():
            case dict() as fields:
                left += fields.values()
                yield from fields
            case list() as items:
                left += items
            case str() as text:
                yield text


def _kept(name: str, holder: str) -> frozenset[str]:
    """Return what is not redacted in a text, by the fields that contain it."""
    plain = name.lower()
    if plain in WEBHOOKS or (plain == "url" and holder.lower() in WEBHOOKS):
        return KEEP_ADDRESSES
    return KEEP_VERSIONS if plain.endswith(VERSIONS) else KEEP_NOTHING


def _is_place(fields: dict[str, Json], name: str) -> bool:
    """Return whether an object contains the place of a person."""
    return not POSITION_FIELDS.isdisjoint(fields) or (
        name.lower() == PLACE and not PLACE_FIELDS.isdisjoint(fields)
    )


def _is_secret(name: str, siblings: dict[str, Json], holder: str) -> bool:
    """Return whether a field is a secret, by its name and its sibling fields."""
    value = siblings[name]
    if not value or value == 1 or (isinstance(value, str) and value in SWITCHES):
        return False
    return (
        is_secret_field(name)
        or (is_list_of_secrets(name) and not isinstance(value, int | float))
        or (name in CONNECTION_FIELDS and holder.lower() in CONNECTIONS)
        or (
            name in PIN_FIELDS
            and "code" in siblings
            and not PIN_LIFETIMES.isdisjoint(siblings)
        )
        or (name == "d" and "kty" in siblings)
        or (name in SETTING_VALUES and _is_secret_setting(siblings))
    )


def _is_secret_setting(fields: dict[str, Json]) -> bool:
    """Return whether the value of a setting is a secret."""
    names = [name for name in map(fields.get, SETTING_NAMES) if isinstance(name, str)]
    return any(map(is_secret_field, names)) or (
        "id" in fields and any(readers.flag(fields.get(mark)) for mark in SETTING_MARKS)
    )
