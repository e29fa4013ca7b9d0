"""Finds and replaces secrets in a text, in any encoding.

Servers choose the text, so the cost must be linear in its length: each pattern matches
a limited number of characters, or one run of a single character class at its end, and
no part is searched twice.
"""

from bisect import bisect_left
from html.entities import html5
from ipaddress import IPv6Address
import re
from typing import TYPE_CHECKING, Final

from .secret_names import is_secret_parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

REDACTED: Final = "**REDACTED**"

type Span = tuple[int, int]
"""The index of the first character, and that after the last one."""

# No text of Plex is that long; a longer one is redacted completely.
MAX_TEXT_LENGTH: Final = 64 * 1024
# Shorter values, if there are any, would match in the middle of words.
MIN_KNOWN_LENGTH: Final = 6
KEEP_NOTHING: Final[frozenset[str]] = frozenset()
# Nested encodings: for example a URL in a URL in HTML in JSON.
MAX_LAYERS: Final = 5

ESCAPE: Final = re.compile(
    r"%(?P<percent>[0-9A-Fa-f]{2})"
    r"|&\#(?P<decimal>[0-9]{1,7});"
    r"|&\#[xX](?P<hexadecimal>[0-9A-Fa-f]{1,6});"
    r"|&(?P<name>[A-Za-z]{2,8};)"
    r"|\\u(?P<unicode>[0-9A-Fa-f]{4})"
    r"|\\x(?P<byte>[0-9A-Fa-f]{2})"
    r"""|\\(?P<character>[/"'\\])"""
)
ESCAPES: Final = frozenset("%&\\")
ENTITIES: Final = {name: char for name, char in html5.items() if char.isascii()}

ASSIGNMENT: Final = re.compile(
    r"""(?:token|jwt|pin|secret|passw(?:or)?d|passphrase|key)"""
    r"""(?:=["']?|["'] {0,2}: {0,2}["'])""",
    re.IGNORECASE,
)
MAX_NAME_LENGTH: Final = 64
VALUE: Final = re.compile(r"""[^&\s"'<>]+""")
# A key of Plex, which is no secret: a path or a number.
PLEX_KEY: Final = re.compile(r"/|%2[Ff]|[0-9]{1,20}(?![\w-])")

# Claim codes for new servers, and a server's temporary tokens.
PREFIXED: Final = re.compile(r"(?:claim|transient)-[0-9A-Za-z_-]{8,64}")
WORDS: Final = re.compile(r"[0-9A-Za-z_.-]+")
JWT_START: Final = "eyJ"
JWT_DOTS: Final = 2

IPV4: Final = re.compile(r"[0-9]{1,3}+\.[0-9]{1,3}+\.[0-9]{1,3}+\.[0-9]{1,3}+")
DOTS_OF_IPV4: Final = 3
MAX_OCTET: Final = 255
# More digits, or the end of a version such as 1.43.0.104-121068a07: no IPv4 address.
AFTER_IPV4: Final = re.compile(r"\w|\.[0-9]|-[0-9a-f]{6}")
# "Chrome/120.0.0.0" is a version; no machine has such an address.
NO_HOST: Final = ".0.0"
VERSION: Final = re.compile(r"version[ :=\"'/]{0,4}$", re.IGNORECASE)
MAX_VERSION_LENGTH: Final = 12
IPV6: Final = re.compile(r"[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,45}")
FEW_COLONS: Final = 2
COLONS_BEFORE_IPV4: Final = 6
PLEX_DIRECT: Final = ".plex.direct"

MAX_LOCAL_PART: Final = 64
IN_LOCAL_PART: Final = frozenset("!#$%*+-._~")
DOMAIN: Final = re.compile(r"[\w.-]+")
MIN_TOP_LEVEL: Final = 2
# "poster@2x.png" is no e-mail address.
FILE_ENDINGS: Final = frozenset(
    {
        *("bmp", "gif", "ico", "jpeg", "jpg", "png", "svg", "webp"),
        *("avi", "flac", "mkv", "mov", "mp", "srt", "sub", "wav", "webm"),
        *("bif", "css", "gz", "htm", "html", "js", "json", "log", "nfo", "ttf"),
        *("txt", "xml", "yaml", "yml", "zip"),
    }
)
BEFORE_USER: Final = frozenset("/\"'<> \t\r\n")


def without_secrets(
    text: str, known: Sequence[str], *, keep: frozenset[str] = KEEP_NOTHING
) -> str:
    """Return a text with its secrets replaced.

    `known` are values that are replaced everywhere. `keep` can contain "addresses", and
    "versions" for versions with the format of an address.
    """
    if len(text) > MAX_TEXT_LENGTH:
        return REDACTED
    spans: list[Span] = []
    layers = layers_of(text)
    for depth, layer in enumerate(layers):
        for span in _spans(layer.text, known, keep):
            start, end = span
            for outer in reversed(layers[1 : depth + 1]):
                start, end = outer.before(start), outer.before(end)
            spans.append((start, end))
    return _replaced(text, spans) if spans else text


def long_enough(known: Iterable[str]) -> list[str]:
    """Return the known secrets that are too long to be parts of words by chance."""
    return [value for value in known if len(value) >= MIN_KNOWN_LENGTH]


class Layer:
    """A text without one or more layers of encoding."""

    def __init__(self, text: str, positions: list[int], growth: list[int]) -> None:
        """Store the text, where it was shortened, and by how much in total."""
        self.text = text
        self._positions = positions
        self._growth = growth

    def before(self, position: int) -> int:
        """Return the position of a character in the encoded text."""
        return position + self._growth[bisect_left(self._positions, position)]


def layers_of(text: str) -> list[Layer]:
    """Return a text unchanged, and with one more layer of encoding decoded each."""
    layers = [Layer(text, [], [0])]
    if ESCAPES.isdisjoint(text):
        return layers
    while len(layers) < MAX_LAYERS and (layer := _decoded(layers[-1].text)):
        layers.append(layer)
    return layers


def _decoded(text: str) -> Layer | None:
    """Return a text with one layer of encoding decoded; None if there is none."""
    parts: list[str] = []
    positions: list[int] = []
    growth = [0]
    end = length = 0
    for escape in ESCAPE.finditer(text):
        if not (char := _character(escape)):
            continue
        parts += (text[end : escape.start()], char)
        length += escape.start() - end + 1
        end = escape.end()
        positions.append(length - 1)
        growth.append(growth[-1] + len(escape[0]) - 1)
    return Layer("".join((*parts, text[end:])), positions, growth) if parts else None


def _character(escape: re.Match[str]) -> str:
    """Return the printable ASCII character of an escape; empty for any other."""
    kind, digits = str(escape.lastgroup), escape[str(escape.lastgroup)]
    if kind == "name":
        return ENTITIES.get(digits, "")
    if kind == "character":
        return digits
    number = int(digits, 10 if kind == "decimal" else 16)
    return chr(number) if 0x20 <= number < 0x7F else ""  # noqa: PLR2004 - ASCII


def _replaced(text: str, spans: list[Span]) -> str:
    """Return a text with its spans replaced; overlapping spans are merged."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            parts += (text[done:start], REDACTED)
        done = max(done, end)
    return "".join((*parts, text[done:]))


def _spans(text: str, known: Sequence[str], keep: frozenset[str]) -> Iterator[Span]:
    """Find all secrets in a text.

    Checking first for a character that each kind of secret contains takes a third of
    the time, because most texts are short and contain none.
    """
    if known:
        yield from _known(text, known)
    if "=" in text or ":" in text:
        yield from _assigned(text)
    if "-" in text:
        yield from (found.span() for found in PREFIXED.finditer(text))
    if "." in text:
        yield from _words(text, keep)
    if "@" in text:
        yield from _people(text)
    if "addresses" not in keep:
        if "versions" not in keep and text.count(".") >= DOTS_OF_IPV4:
            yield from _ipv4(text)
        if text.count(":") >= FEW_COLONS:
            yield from _ipv6(text)


def _known(text: str, known: Sequence[str]) -> Iterator[Span]:
    """Find known values."""
    for value in known:
        start = text.find(value)
        while start >= 0:
            yield start, start + len(value)
            start = text.find(value, start + len(value))


def _assigned(text: str) -> Iterator[Span]:
    """Find values of parameters, attributes and fields with the name of a secret."""
    place = 0
    while name_end := ASSIGNMENT.search(text, place):
        place = name_end.end()
        start = name_end.start()
        first = max(start - MAX_NAME_LENGTH, 0)
        while start > first and (text[start - 1].isalnum() or text[start - 1] in "-_"):
            start -= 1
        name = text[start:place].rstrip("=:\"' ")
        if not is_secret_parameter(name):
            continue
        if name.lower().endswith("key") and PLEX_KEY.match(text, place):
            continue
        if value := VALUE.match(text, place):
            yield value.span()
            place = value.end()


def _words(text: str, keep: frozenset[str]) -> Iterator[Span]:
    """Find JSON Web Tokens, and host names of servers (*.plex.direct)."""
    direct = "addresses" not in keep and PLEX_DIRECT in text.lower()
    if not direct and JWT_START not in text:
        return
    for word in WORDS.finditer(text):
        if (direct and word[0].lower().rstrip(".").endswith(PLEX_DIRECT)) or (
            word[0].startswith(JWT_START) and word[0].count(".") >= JWT_DOTS
        ):
            yield word.span()


def _ipv4(text: str) -> Iterator[Span]:
    """Find IPv4 addresses such as 192.168.1.20."""
    for found in IPV4.finditer(text):
        start, end = found.span()
        before = text[max(start - MAX_VERSION_LENGTH, 0) : start]
        if (
            any(int(octet) > MAX_OCTET for octet in found[0].split("."))
            or found[0].endswith(NO_HOST)
            or before[-1:].isalnum()
            or (before[-1:] == "." and before[-2:-1].isdigit())
            or AFTER_IPV4.match(text, end)
            or VERSION.search(before)
        ):
            continue
        yield start, end


def _ipv6(text: str) -> Iterator[Span]:
    """Find IPv6 addresses such as 2001:db8::1."""
    for found in IPV6.finditer(text):
        start = found.start()
        address = found[0].rstrip(".")
        single = address.startswith(":") and not address.startswith("::")
        # "Set::1" is the end of a name.
        if not single and text[max(start - 1, 0) : start].isalnum():
            continue
        # A single colon at the beginning or end is not part of the address.
        for first, last in ((0, 0), (1, 0), (0, 1), (1, 1)):
            inner = address[first : len(address) - last]
            if _is_ipv6(inner):
                yield start + first, start + first + len(inner)
                break


def _is_ipv6(text: str) -> bool:
    """Return whether a text is an IPv6 address; "12:30:00" and "A::B" are not."""
    colons = text.count(":")
    if "::" in text:
        plausible = colons > FEW_COLONS or any(map(str.isdigit, text))
    else:
        plausible = colons >= COLONS_BEFORE_IPV4
    if not plausible:
        return False
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _people(text: str) -> Iterator[Span]:
    """Find e-mail addresses, and user names and passwords in URLs."""
    floor = 0
    while (at := text.find("@", floor)) >= 0:
        start = at
        while start > floor and text[start - 1] not in BEFORE_USER:
            start -= 1
        if start < at and text[max(start - 2, 0) : start] == "//":
            yield start, at
        elif domain := DOMAIN.match(text, at + 1):
            name = domain[0].rstrip("-_.")
            start = _local_part(text, at, floor)
            if start < at and _is_domain(name):
                yield start, at + 1 + len(name)
        floor = at + 1


def _local_part(text: str, at: int, floor: int) -> int:
    """Return where the local part of an e-mail address begins."""
    start = at
    floor = max(floor, at - MAX_LOCAL_PART)
    while start > floor and (
        text[start - 1].isalnum() or text[start - 1] in IN_LOCAL_PART
    ):
        start -= 1
    return start


def _is_domain(name: str) -> bool:
    """Return whether a text is the domain of an e-mail address, and not a file name."""
    labels = name.split(".")
    top = labels[-1].lower()
    return (
        len(labels) > 1
        and all(labels)
        and len(top) >= MIN_TOP_LEVEL
        and (top.isalpha() or top.startswith("xn--"))
        and top not in FILE_ENDINGS
    )
