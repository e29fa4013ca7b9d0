"""Encode bodies as plex.tv does: in JSON or XML, as the request specifies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import json
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from aiohttp import hdrs, web

if TYPE_CHECKING:
    from simulator.world.quirks import Quirks

    from .refusals import Problem

type Json = str | int | float | bool | Dual | Mapping[str, Json] | Sequence[Json] | None

_MEMBER_NAMES: Final = {
    "entitlements": "entitlement",
    "pastSubscriptions": "subscription",
}
"""XML names of list members that are not the singular of the list's name."""


@dataclass(frozen=True)
class Dual:
    """A value that plex.tv writes differently in JSON and in XML."""

    json: str | None
    xml: str


def wants_json(request: web.Request) -> bool:
    """Return whether a request specifies JSON; plex.tv responds in XML otherwise."""
    return request.path.endswith(".json") or "application/json" in request.headers.get(
        hdrs.ACCEPT, ""
    )


class Wire:
    """The encoder of bodies, with the quirks that are switched on."""

    def __init__(self, quirks: Quirks) -> None:
        """Keep the quirks, which may change at any time."""
        self._quirks = quirks

    def answer(
        self,
        request: web.Request,
        name: str,
        body: Json,
        *,
        in_xml: Json = None,
        status: int = 200,
    ) -> web.Response:
        """Encode a body; `name` is the root element in XML.

        `in_xml` is for the few responses that have another structure in XML.
        """
        if wants_json(request) and not self._quirks.xml_despite_accept:
            return web.Response(
                status=status,
                body=json.dumps(self._for_json(body)).encode(),
                content_type="application/json",
                charset="utf-8",
            )
        whole = body if in_xml is None else in_xml
        return xml_response(_element(name, whole), status=status)

    def refuse(self, request: web.Request, problem: Problem) -> web.Response:
        """Respond with one of plex.tv's errors."""
        return self.error(request, problem.status, problem.code, problem.message)

    def error(
        self, request: web.Request, status: int, code: int, message: str
    ) -> web.Response:
        """Respond with an error in the format of every `/api/v2` route."""
        errors: list[Json] = [{"code": code, "message": message, "status": status}]
        return self.answer(
            request, "errors", {"errors": errors}, in_xml=errors, status=status
        )

    def _for_json(self, body: Json) -> object:
        """Choose the JSON form of duals and apply the quirks for every object."""
        match body:
            case Dual():
                return body.json
            case bool() if self._quirks.string_booleans:
                return "1" if body else "0"
            case Mapping():
                encoded = {key: self._for_json(value) for key, value in body.items()}
                if self._quirks.unknown_fields:
                    encoded["unheardOf"] = {"nested": [None, 1, "two"]}
                return encoded
            case str():
                return body
            case Sequence():
                return [self._for_json(item) for item in body]
        return body


def xml_response(root: ET.Element, *, status: int = 200) -> web.Response:
    """Respond with an XML element, encoded as plex.tv does."""
    return web.Response(
        status=status,
        body=ET.tostring(root, encoding="UTF-8", xml_declaration=True),
        content_type="application/xml",
        charset="utf-8",
    )


def _element(name: str, body: Json) -> ET.Element:
    """Write scalars as attributes, and objects and lists as child elements."""
    element = ET.Element(name)
    if isinstance(body, Mapping):
        for key, value in body.items():
            if isinstance(value, Mapping | list | tuple):
                element.append(_element(key, value))
            else:
                element.set(key, _text(value))
    elif isinstance(body, list | tuple):
        member = _MEMBER_NAMES.get(name, name.removesuffix("s"))
        for item in body:
            whole = item if isinstance(item, Mapping) else {"id": item}
            element.append(_element(member, whole))
    else:
        element.text = str(body).lower() if isinstance(body, bool) else _text(body)
    return element


def _text(value: Json) -> str:
    """Write a scalar as an attribute: booleans as 1 and 0, null as an empty string."""
    match value:
        case None:
            return ""
        case Dual():
            return value.xml
        case bool():
            return "1" if value else "0"
    return str(value)
