"""Calls of somebody else's making: any path of plex.tv or of a server."""

from dataclasses import dataclass, field
from http import HTTPMethod
import json
import re
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlencode

from .answer import A_SERVER, PLEX_TV, Answer, xml_root
from .transport import PLEX_TV_LIMIT, Request

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from yarl import URL

type Json = dict[str, Json] | list[Json] | str | int | float | bool | None

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
# A library with ten thousand films, asked for at once, is about that size.
MAX_CALL_BYTES: Final = 5 * 1024 * 1024
# Seconds. Home Assistant may ask for what a small server has to gather from its disk.
SERVER_LIMIT: Final = 30.0
# Nothing of Plex's nests deeper than a dozen; what does could not be passed on.
MAX_DEPTH: Final = 100
# From the root, and nothing that a URL's parser may take for a host, a query, an end or
# the way out of the folder in which a server stands beside others.
PATH: Final = re.compile(
    r"(?!.*/\.\.?(?:/|$))/(?!/)[^\\?#\s\x00-\x1f\x7f\ud800-\udfff]{0,2047}"
)
# What an element says beside its attributes; no attribute can be called so.
TEXT: Final = "#text"
# JSON has numbers of any length, but hardly anybody reads them.
LARGEST_NUMBER: Final = 2**63


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What somebody wants to ask, without saying whom.

    Raises ValueError when `path` is anything but a path from the root, as it reads
    without any encoding.
    """

    path: str
    method: HTTPMethod = HTTPMethod.GET
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] | None = field(default=None, repr=False)
    body: str | None = field(default=None, repr=False)
    """Text in JSON; a form goes before it."""

    def __post_init__(self) -> None:
        """Refuse what could lead to another host."""
        if not PATH.fullmatch(self.path):
            raise ValueError("not a path from the root")

    def request(
        self, base: URL, *, token: str | None, of_server: bool = False
    ) -> Request:
        """Return the request to whoever is at the address `base`."""
        body, content_type = self.body, JSON if self.body else None
        if self.form is not None:
            body, content_type = urlencode(self.form, errors="replace"), FORM
        return Request(
            doing="a call",
            whom=A_SERVER if of_server else PLEX_TV,
            method=self.method,
            url=base.with_path(f"{base.path.rstrip('/')}{self.path}"),
            query=self.query,
            body=body,
            content_type=content_type,
            token=token,
            seconds=SERVER_LIMIT if of_server else PLEX_TV_LIMIT,
            max_bytes=MAX_CALL_BYTES,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CallResult:
    """What came of a call: the HTTP status and the content."""

    status: int
    data: Json = field(repr=False)

    @classmethod
    def from_answer(cls, answer: Answer) -> Self:
        """Read an answer; raise PlexTvResponseError for neither JSON nor XML."""
        try:
            data = _content(answer.body)
        except ValueError, RecursionError:
            # The cause can hold the whole body, and with it a token.
            raise answer.unreadable() from None
        return cls(status=answer.status, data=data)


def _content(body: bytes) -> Json:
    """Read JSON, or XML as if it were JSON; nothing is nothing."""
    if not body.strip():
        return None
    if (root := xml_root(body)) is not None:
        if _name(root).lower() == "html":
            raise ValueError("a page")
        return {_name(root): _from_xml(root, MAX_DEPTH)}
    return _fit(json.loads(body), MAX_DEPTH)


def _fit(value: Json, depth: int) -> Json:
    """Return a JSON value as it can be passed on: not too deep, and nothing odd."""
    if depth == 0:
        raise ValueError("too deep")
    match value:
        case dict():
            return {_text(key): _fit(item, depth - 1) for key, item in value.items()}
        case list():
            return [_fit(item, depth - 1) for item in value]
        case str():
            return _text(value)
        case int() if abs(value) >= LARGEST_NUMBER:
            return str(value)
    return value


def _from_xml(element: ET.Element, depth: int) -> Json:
    """Return an element as its JSON would be: children are lists by their name."""
    if depth == 0:
        raise ValueError("too deep")
    text = (element.text or "").strip()
    if not element.attrib and not len(element):
        return text
    children: dict[str, list[Json]] = {}
    for child in element:
        children.setdefault(_name(child), []).append(_from_xml(child, depth - 1))
    return {**element.attrib, **children, **({TEXT: text} if text else {})}


def _name(element: ET.Element) -> str:
    """Return an element's name, without the namespace that a page may have."""
    return str(element.tag).rpartition("}")[2]


def _text(value: str) -> str:
    """Return a text without the halves of characters that JSON can hold."""
    return value.encode(errors="replace").decode()
