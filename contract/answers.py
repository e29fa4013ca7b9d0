"""Recorded responses, and the values in their bodies."""

from dataclasses import dataclass, field, replace
import json
import re
from typing import TYPE_CHECKING, Final, Self

from custom_components.plex_account.plextv.readers import xml_root

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree import ElementTree as ET

EVENTS: Final = "events"
# Parts of a path that contain a digit, except the version of the API.
VARIABLE: Final = re.compile(r"/(?!v2(?:/|$))[^/]*[0-9][^/]*")
IMAGES: Final = {b"\x89PNG": "PNG image", b"\xff\xd8\xff\xe0": "JPEG image"}
# The media types that a report names. All others are "another type".
MEDIA_TYPES: Final = frozenset(
    {
        "application/json",
        "application/xml",
        "image/jpeg",
        "image/png",
        "image/svg+xml",
        "text/event-stream",
        "text/html",
        "text/plain",
        "text/xml",
    }
)
# Headers that the integration reads, and the prefixes of headers about rate limits.
HEADERS: Final = ("ETag", "Location", "Retry-After", "Set-Cookie")
LIMIT_HEADERS: Final = ("ratelimit", "x-ratelimit")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One response as the client received it, whether it accepted it or not."""

    path: str = field(repr=False)
    """The path of the response's URL."""
    status: int
    headers: Mapping[str, str] = field(repr=False)
    """The names are case-insensitive."""
    body: bytes = field(repr=False)

    @property
    def route(self) -> str:
        """The path, with an asterisk instead of each number or key."""
        return VARIABLE.sub("/*", self.path)

    @property
    def media_type(self) -> str:
        """The declared media type; unusual ones are not named."""
        if not (given := self.headers.get("Content-Type")):
            return "no type"
        named = given.partition(";")[0].strip().lower()
        return named if named in MEDIA_TYPES else "another type"

    @property
    def header_names(self) -> frozenset[str]:
        """The names of the relevant headers that the response has."""
        found = {name for name in HEADERS if name in self.headers}
        if any(name.lower().startswith(LIMIT_HEADERS) for name in self.headers):
            found.add("limits of rate")
        return frozenset(found)

    @property
    def value(self) -> object:
        """The body as a JSON value; for other formats, a text that names the format."""
        body = self.body.strip()
        if self.media_type == "text/event-stream":
            return _events(self.body)
        if body[:1] in {b"{", b"["}:
            return _json(body)
        if body[:1] == b"<":
            return _xml(body)
        image = next((name for start, name in IMAGES.items() if body[:4] == start), "")
        return image or ("text" if body else "nothing")

    @property
    def body_kind(self) -> str:
        """The format of the body."""
        value = self.value
        if isinstance(value, str):
            return value
        if self.media_type == "text/event-stream":
            return EVENTS
        return "XML" if self.body.lstrip()[:1] == b"<" else "JSON"

    def with_value(self, value: object) -> Self:
        """Return the same response with another value in its body.

        Only JSON and events can be encoded.
        """
        if self.body_kind == EVENTS and isinstance(value, dict):
            lines = [
                f"event: {name}\ndata: {json.dumps(data)}\n\n"
                for name, events in value.items()
                for data in events
            ]
            return replace(self, body="".join(lines).encode())
        return replace(self, body=json.dumps(value).encode())


def _json(body: bytes) -> object:
    """Parse JSON."""
    try:
        value: object = json.loads(body)
    except ValueError, RecursionError:
        return "broken JSON"
    return value


def _xml(body: bytes) -> object:
    """Parse XML of Plex; anything else with tags counts as HTML."""
    root = xml_root(body)
    if root is None or root.tag.lower() == "html":
        return "HTML"
    return {root.tag: _element(root)}


def _element(element: ET.Element) -> dict[str, object]:
    """Return the attributes of an element, and a list of children for each name."""
    found: dict[str, object] = {f"@{name}": text for name, text in element.items()}
    children: dict[str, list[object]] = {}
    for child in element:
        children.setdefault(child.tag, []).append(_element(child))
    if element.text and element.text.strip():
        found["text"] = element.text
    return {**found, **children}


def _events(body: bytes) -> dict[str, list[object]]:
    """Parse server-sent events; return their data by event name (WHATWG HTML)."""
    events: dict[str, list[object]] = {}
    name, data = "message", list[str]()
    for line in body.decode(errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key == "event":
            name = value.strip()
        elif key == "data":
            data.append(value.removeprefix(" "))
        elif not line and data:
            try:
                read: object = json.loads("\n".join(data))
            except ValueError, RecursionError:
                read = "text"
            events.setdefault(name, []).append(read)
            name, data = "message", []
    return events
