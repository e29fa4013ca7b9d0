"""What plex.tv tells of a person's devices and servers, each with its token."""

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from simulator.world.servers import PUBLIC_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from simulator.http.wire import Json
    from simulator.world.devices import Device
    from simulator.world.servers import SimulatedServer


def device_list(
    rows: Iterable[Device], servers: Iterable[SimulatedServer]
) -> list[Json]:
    """Describe devices as `GET /api/v2/devices` does."""
    listed: list[Json] = [
        _device(row)
        | {"createdAt": _iso(row.created_at), "lastSeenAt": _iso(row.last_seen_at)}
        for row in rows
    ]
    listed += [
        _server(server)
        | {
            "createdAt": _iso(server.created_at),
            "lastSeenAt": _iso(server.last_seen_at),
            "connections": [{"uri": uri} for uri in _uris(server)],
        }
        for server in servers
    ]
    return listed


def device_element(
    rows: Iterable[Device], servers: Iterable[SimulatedServer]
) -> ET.Element:
    """Describe devices as `GET /devices.xml` does."""
    root = ET.Element("MediaContainer", publicAddress=PUBLIC_ADDRESS)
    for row in rows:
        times = _epochs(row.created_at, row.last_seen_at)
        ET.SubElement(root, "Device", _device(row) | times)
    for server in servers:
        times = _epochs(server.created_at, server.last_seen_at)
        element = ET.SubElement(root, "Device", _server(server) | times)
        for uri in _uris(server):
            ET.SubElement(element, "Connection", uri=uri)
    root.set("size", str(len(root)))
    return root


def _device(row: Device) -> dict[str, str]:
    """Name what both routes say of a device in the same way."""
    facts = row.facts
    return {
        "name": facts.get("name") or facts.get("product", ""),
        "publicAddress": PUBLIC_ADDRESS,
        "product": facts.get("product", ""),
        "productVersion": facts.get("product_version", ""),
        "platform": facts.get("platform", ""),
        "platformVersion": facts.get("platform_version", ""),
        "device": facts.get("device", ""),
        "model": facts.get("model", ""),
        "vendor": facts.get("vendor", ""),
        "provides": facts.get("provides", ""),
        "clientIdentifier": row.client_identifier,
        "version": facts.get("product_version", ""),
        "id": str(row.id),
        "token": row.token,
    }


def _server(server: SimulatedServer) -> dict[str, str]:
    """Name what both routes say of a server in the same way."""
    return {
        "name": server.name,
        "publicAddress": PUBLIC_ADDRESS,
        "product": "Plex Media Server",
        "productVersion": server.version,
        "platform": server.platform,
        "platformVersion": "6.12.48",
        "device": "PC",
        "model": "x86_64",
        "vendor": "Debian",
        "provides": "server",
        "clientIdentifier": server.machine_identifier,
        "version": server.version,
        "id": str(server.device_id),
        "token": server.token,
    }


def _uris(server: SimulatedServer) -> list[str]:
    """List where a server is, without the relays."""
    return [
        f"http://{place.host}:{place.port}"
        for place in server.listed_places
        if place.route != "relay"
    ]


def _epochs(created: datetime, seen: datetime) -> dict[str, str]:
    """Write the attributes that only the old route has."""
    return {
        "createdAt": str(int(created.timestamp())),
        "lastSeenAt": str(int(seen.timestamp())),
        "screenResolution": "",
        "screenDensity": "",
    }


def _iso(moment: datetime) -> str:
    """Write a moment as the newer routes do."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
