"""Encode the responses of media servers, each of which is a container."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from aiohttp import hdrs, web

from simulator.http.wire import Json, xml_response


def container(
    request: web.Request, attributes: Mapping[str, Json], **members: Sequence[Json]
) -> web.Response:
    """Respond with a container in JSON or XML; the members have their XML names."""
    count = sum(len(member) for member in members.values())
    body = {"size": count, **attributes, **members}
    if "application/json" in request.headers.get(hdrs.ACCEPT, ""):
        return web.json_response({"MediaContainer": _for_json(body)})
    return xml_response(xml_element("MediaContainer", body))


def _for_json(body: Mapping[str, Json]) -> dict[str, Json]:
    """Use the name that all items have in JSON, and omit empty lists."""
    names = {"Video": "Metadata", "Track": "Metadata"}
    return {names.get(key, key): value for key, value in body.items() if value != []}


def xml_element(name: str, body: Mapping[str, Json]) -> ET.Element:
    """Write scalars as attributes, and objects and list members as child elements."""
    element = ET.Element(name)
    for key, value in body.items():
        if isinstance(value, list):
            for member in value:
                if isinstance(member, Mapping):
                    element.append(xml_element(key, member))
        elif isinstance(value, Mapping):
            element.append(xml_element(key, value))
        elif isinstance(value, bool):
            element.set(key, "1" if value else "0")
        elif value is not None:
            element.set(key, str(value))
    return element
