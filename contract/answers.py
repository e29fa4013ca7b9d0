"""Answers as they came, and the values in their bodies."""

from dataclasses import dataclass, field, replace
import json
import re
from typing import TYPE_CHECKING, Final, Self

from custom_components.plex_account.plextv.readers import xml_root

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree import ElementTree as ET

EVENTS: Final = "events"
# Parts of a path with a digit, but for the version of the API.
VARIABLE: Final = re.compile(r"/(?!v2(?:/|$))[^/]*[0-9][^/]*")
IMAGES: Final = {b"\x89PNG": "PNG image", b"\xff\xd8\xff\xe0": "JPEG image"}
# What a report may name. Everything else is "another type".
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
# Headers that the integration reads, or that tell how fast it may ask.
HEADERS: Final = ("ETag", "Location", "Retry-After", "Set-Cookie")
LIMIT_HEADERS: Final = ("ratelimit", "x-ratelimit")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer: what the client got, whether it accepted it or not."""

    path: str = field(repr=False)
    """Of the address that answered."""
    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Their names are compared without regard to case."""
    body: bytes = field(repr=False)

    @property
    def route(self) -> str:
        """The path without what differs: numbers and keys."""
        return VARIABLE.sub("/*", self.path)

    @property
    def media_type(self) -> str:
        """What the answer says that it is; only usual types are named."""
        if not (given := self.headers.get("Content-Type")):
            return "no type"
        named = given.partition(";")[0].strip().lower()
        return named if named in MEDIA_TYPES else "another type"

    @property
    def header_names(self) -> frozenset[str]:
        """Which of the headers are there that matter."""
        found = {name for name in HEADERS if name in self.headers}
        if any(name.lower().startswith(LIMIT_HEADERS) for name in self.headers):
            found.add("limits of rate")
        return frozenset(found)

    @property
    def value(self) -> object:
        """The body as a JSON value; of another body a text that says what it is."""
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
        """What the body is."""
        value = self.value
        if isinstance(value, str):
            return value
        if self.media_type == "text/event-stream":
            return EVENTS
        return "XML" if self.body.lstrip()[:1] == b"<" else "JSON"

    def with_value(self, value: object) -> Self:
        """Return the same answer with another value in its body.

        Only JSON and events can be written again.
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
    """Read JSON."""
    try:
        value: object = json.loads(body)
    except ValueError, RecursionError:
        return "broken JSON"
    return value


def _xml(body: bytes) -> object:
    """Read XML of Plex; anything else with tags is a page."""
    root = xml_root(body)
    if root is None or root.tag.lower() == "html":
        return "HTML"
    return {root.tag: _element(root)}


def _element(element: ET.Element) -> dict[str, object]:
    """Return attributes, and the children in a list for each name."""
    found: dict[str, object] = {f"@{name}": text for name, text in element.items()}
    children: dict[str, list[object]] = {}
    for child in element:
        children.setdefault(child.tag, []).append(_element(child))
    if element.text and element.text.strip():
        found["text"] = element.text
    return {**found, **children}


def _events(body: bytes) -> dict[str, list[object]]:
    """Return the data of all events by their names (WHATWG HTML)."""
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
