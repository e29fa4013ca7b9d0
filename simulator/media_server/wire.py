"""Say a media server's answers, which are all one container, in XML or JSON."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from aiohttp import hdrs, web

from simulator.http.wire import Json, xml_response


def container(
    request: web.Request, attributes: Mapping[str, Json], **members: Sequence[Json]
) -> web.Response:
    """Answer with a container; each list of members is named as in XML."""
    count = sum(len(member) for member in members.values())
    body = {"size": count, **attributes, **members}
    if "application/json" in request.headers.get(hdrs.ACCEPT, ""):
        return web.json_response({"MediaContainer": _for_json(body)})
    return xml_response(_element("MediaContainer", body))


def _for_json(body: Mapping[str, Json]) -> dict[str, Json]:
    """Name items as JSON does, whatever kind they are, and leave out empty lists."""
    names = {"Video": "Metadata", "Track": "Metadata"}
    return {names.get(key, key): value for key, value in body.items() if value != []}


def _element(name: str, body: Mapping[str, Json]) -> ET.Element:
    """Write scalars as attributes, and objects and members of lists as children."""
    element = ET.Element(name)
    for key, value in body.items():
        if isinstance(value, list):
            for member in value:
                if isinstance(member, Mapping):
                    element.append(_element(key, member))
        elif isinstance(value, Mapping):
            element.append(_element(key, value))
        elif isinstance(value, bool):
            element.set(key, "1" if value else "0")
        elif value is not None:
            element.set(key, str(value))
    return element
