"""Say a body in JSON or in XML, whichever the request asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import json
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from aiohttp import hdrs, web

if TYPE_CHECKING:
    from simulator.world.errors import Problem
    from simulator.world.quirks import Quirks

type Json = str | int | float | bool | Dual | Mapping[str, Json] | Sequence[Json] | None

_MEMBER_NAMES: Final = {
    "entitlements": "entitlement",
    "pastSubscriptions": "subscription",
}
"""Names of a list's members in XML where cutting the last letter is not enough."""


@dataclass(frozen=True)
class Dual:
    """A value that plex.tv writes differently in JSON and in XML."""

    json: str | None
    xml: str


def wants_json(request: web.Request) -> bool:
    """Tell whether the request asks for JSON; plex.tv answers XML otherwise."""
    return request.path.endswith(".json") or "application/json" in request.headers.get(
        hdrs.ACCEPT, ""
    )


class Wire:
    """Turn bodies into responses, bent by the quirks that are switched on."""

    def __init__(self, quirks: Quirks) -> None:
        """Follow these quirks, also when they change later."""
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
        """Say a body; `name` is its root element in XML.

        A few answers have another structure in XML: they give that one as well.
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
        """Say one of plex.tv's refusals."""
        return self.error(request, problem.status, problem.code, problem.message)

    def error(
        self, request: web.Request, status: int, code: int, message: str
    ) -> web.Response:
        """Say an error as every `/api/v2` route does."""
        errors: list[Json] = [{"code": code, "message": message, "status": status}]
        return self.answer(
            request, "errors", {"errors": errors}, in_xml=errors, status=status
        )

    def _for_json(self, body: Json) -> object:
        """Resolve duals and apply the quirks that concern every object."""
        match body:
            case Dual():
                return body.json
            case bool() if self._quirks.string_booleans:
                return "1" if body else "0"
            case Mapping():
                bent = {key: self._for_json(value) for key, value in body.items()}
                if self._quirks.unknown_fields:
                    bent["unheardOf"] = {"nested": [None, 1, "two"]}
                return bent
            case str():
                return body
            case Sequence():
                return [self._for_json(item) for item in body]
        return body


def xml_response(root: ET.Element, *, status: int = 200) -> web.Response:
    """Send an element as plex.tv sends XML."""
    return web.Response(
        status=status,
        body=ET.tostring(root, encoding="UTF-8", xml_declaration=True),
        content_type="application/xml",
        charset="utf-8",
    )


def _element(name: str, body: Json) -> ET.Element:
    """Write scalars as attributes, objects as children, lists as wrapped children."""
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
    """Write a scalar as an attribute: booleans as 1 and 0, null as nothing."""
    match value:
        case None:
            return ""
        case Dual():
            return value.xml
        case bool():
            return "1" if value else "0"
    return str(value)
