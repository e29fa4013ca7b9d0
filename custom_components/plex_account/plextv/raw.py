"""Requests that the caller composes: any path of plex.tv or of a media server."""

from dataclasses import dataclass, field, replace
from http import HTTPMethod
import re
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlencode

from yarl import URL

from .readers import NUMBER_LIMIT, Json, json_value, xml_root
from .transport import FORM, Request, url_below

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from .servers import Connection, Server
    from .transport import Response

JSON: Final = "application/json"
# The size of a library with ten thousand films in one response.
MAX_RAW_BYTES: Final = 5 * 1024 * 1024
# Seconds. A small server may have to read the response from its disk.
SERVER_TIMEOUT: Final = 30.0
# Responses of Plex nest a dozen levels at most; JSON encoders reject far deeper ones.
MAX_DEPTH: Final = 100
MAX_PATH_LENGTH: Final = 2048
# Characters that start a query or a fragment, or that some URL parsers treat as a
# slash; also white space, control characters and lone surrogates, which UTF-8 cannot
# encode.
NOT_IN_PATHS: Final = re.compile(r"[\\?#\s\x00-\x1f\x7f\ud800-\udfff]")
# The key of an element's text among its attributes; no attribute can have this name.
TEXT: Final = "#text"


@dataclass(frozen=True, kw_only=True, slots=True)
class RawRequest:
    """A request that is independent of its host.

    Raises ValueError when `path` is not an absolute path without percent-encoding.
    """

    path: str
    method: HTTPMethod = HTTPMethod.GET
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] | None = field(default=None, repr=False)
    body: str | None = field(default=None, repr=False)
    """JSON text; a form takes precedence."""

    def __post_init__(self) -> None:
        """Reject a path that could lead to another host or folder."""
        segments = self.path.split("/")
        if (
            not self.path.startswith("/")
            or self.path.startswith("//")
            or len(self.path) > MAX_PATH_LENGTH
            or NOT_IN_PATHS.search(self.path)
            or not {".", ".."}.isdisjoint(segments)
        ):
            raise ValueError("not an absolute path")

    def to_plex_tv(self, base: URL, *, token: str | None) -> Request:
        """Return the request to plex.tv at the URL `base`."""
        return replace(
            self._request(base),
            token=token,
            of_account=True,
        )

    def to_server(self, server: Server, connection: Connection) -> Request:
        """Return the request to a media server at one of its connections."""
        return replace(
            self._request(URL(connection.uri)),
            token=server.token,
            seconds=SERVER_TIMEOUT,
            server=server,
            connection=connection,
        )

    def _request(self, base: URL) -> Request:
        """Return the request, without the fields that depend on the host."""
        body, content_type = self.body, JSON if self.body else None
        if self.form is not None:
            body, content_type = urlencode(self.form, errors="replace"), FORM
        return Request(
            purpose="a request",
            method=self.method,
            url=url_below(base, self.path),
            query=self.query,
            body=body,
            content_type=content_type,
            max_bytes=MAX_RAW_BYTES,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RawResponse:
    """The HTTP status and the content of a response."""

    status: int
    data: Json = field(repr=False)

    @classmethod
    def from_response(cls, response: Response) -> Self:
        """Parse a response; raise PlexTvResponseError for neither JSON nor XML."""
        try:
            data = _content(response.body)
        except ValueError:
            # The cause can contain the whole body, and so a token.
            raise response.unreadable() from None
        return cls(status=response.status, data=data)


def _content(body: bytes) -> Json:
    """Parse JSON, or XML to the same format; an empty body is None."""
    if not body.strip():
        return None
    if (root := xml_root(body)) is not None:
        if root.tag.lower() == "html":
            raise ValueError("an HTML page")
        return {root.tag: _from_xml(root)}
    return _portable(json_value(body), MAX_DEPTH)


def _portable(value: Json, depth: int) -> Json:
    """Return a JSON value that every JSON encoder can write; raise if too deep."""
    if depth == 0:
        raise ValueError("too deep")
    match value:
        case dict():
            return {
                _encodable(key): _portable(item, depth - 1)
                for key, item in value.items()
            }
        case list():
            return [_portable(item, depth - 1) for item in value]
        case str():
            return _encodable(value)
        case int() if abs(value) >= NUMBER_LIMIT:
            return str(value)
    return value


def _from_xml(element: ET.Element) -> Json:
    """Return an element in the format of Plex's JSON: children are lists by name."""
    text = (element.text or "").strip()
    if not element.attrib and not len(element):
        return text
    children: dict[str, list[Json]] = {}
    for child in element:
        children.setdefault(child.tag, []).append(_from_xml(child))
    return {**element.attrib, **children, **({TEXT: text} if text else {})}


def _encodable(value: str) -> str:
    """Replace lone surrogates, which are valid in JSON and not in UTF-8."""
    return value.encode(errors="replace").decode()
