"""Routes about authorized devices, among which plex.tv also lists own servers."""

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from aiohttp import web

from simulator.http.wire import xml_response
from simulator.world.servers import PUBLIC_ADDRESS

from .caller import caller
from .routes import Routes

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping
    from datetime import datetime

    from simulator.http.wire import Json
    from simulator.world.devices import Device
    from simulator.world.servers import SimulatedServer


class DeviceRoutes(Routes):
    """The devices on the current and on the old route, and their removal."""

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.get("/api/v2/devices", self._devices),
            web.get("/devices.xml", self._devices_xml),
            web.delete("/devices/{id}.xml", self._remove),
        ]

    async def _devices(self, request: web.Request) -> web.Response:
        """List the person's devices, each with its token."""
        person, _ = await caller(request, self._world)
        devices = self._world.devices.of(person.key)
        servers = self._world.servers.owned_by(person)
        rows = [row for row in _device_list(devices, servers) if self._is_listed(row)]
        body: Json = {"devices": rows} if self._world.quirks.devices_wrapped else rows
        return self._wire.answer(request, "devices", body)

    async def _devices_xml(self, request: web.Request) -> web.Response:
        """List the same devices in the old format."""
        person, _ = await caller(request, self._world)
        devices = self._world.devices.of(person.key)
        servers = self._world.servers.owned_by(person)
        root = _device_element(devices, servers)
        for row in root.findall("Device"):
            if not self._is_listed(row.attrib):
                root.remove(row)
        return xml_response(root)

    async def _remove(self, request: web.Request) -> web.Response:
        """Remove a device by its id; a server leaves the account with its row."""
        person, _ = await caller(request, self._world)
        wanted = request.match_info["id"]
        for device in self._world.devices.of(person.key):
            if str(device.id) == wanted:
                self._world.devices.remove(device)
                return web.Response(status=204)
        for server in self._world.servers.owned_by(person):
            if str(server.device_id) == wanted:
                self._world.servers.remove(server.name)
                return web.Response(status=204)
        return web.Response(status=404)

    def _is_listed(self, row: MutableMapping[str, Any]) -> bool:
        """Apply the quirks to a row; return whether it is listed at all."""
        quirks = self._world.quirks
        if quirks.device_tokens_absent:
            del row["token"]
        return int(row["id"]) not in quirks.devices_left_out


def _device_list(
    devices: Iterable[Device], servers: Iterable[SimulatedServer]
) -> list[dict[str, Any]]:
    """Describe devices as `GET /api/v2/devices` does."""
    listed: list[dict[str, Any]] = [
        _device(device)
        | {
            "createdAt": _iso(device.created_at),
            "lastSeenAt": _iso(device.last_seen_at),
        }
        for device in devices
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


def _device_element(
    devices: Iterable[Device], servers: Iterable[SimulatedServer]
) -> ET.Element:
    """Describe devices as `GET /devices.xml` does."""
    root = ET.Element("MediaContainer", publicAddress=PUBLIC_ADDRESS)
    for device in devices:
        facts = _old_facts(device.created_at, device.last_seen_at)
        ET.SubElement(root, "Device", _device(device) | facts)
    for server in servers:
        facts = _old_facts(server.created_at, server.last_seen_at)
        element = ET.SubElement(root, "Device", _server(server) | facts)
        ET.SubElement(element, "SyncList", itemsCompleteCount="0", totalSize="0")
        for uri in _uris(server):
            ET.SubElement(element, "Connection", uri=uri)
    root.set("size", str(len(root)))
    return root


def _device(device: Device) -> dict[str, str]:
    """Describe a device with the fields that both routes share."""
    facts = device.facts
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
        "clientIdentifier": device.client_identifier,
        "version": facts.get("product_version", ""),
        "id": str(device.id),
        "token": device.token,
    }


def _server(server: SimulatedServer) -> dict[str, str]:
    """Describe a server with the fields that both routes share."""
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
    """List a server's addresses without relays."""
    return [
        f"http://{place.host}:{place.port}"
        for place in server.listed_places
        if place.route != "relay"
    ]


def _old_facts(created: datetime, seen: datetime) -> dict[str, str]:
    """Return the attributes that only the old route has."""
    return {
        "createdAt": str(int(created.timestamp())),
        "lastSeenAt": str(int(seen.timestamp())),
        "screenResolution": "",
        "screenDensity": "",
    }


def _iso(moment: datetime) -> str:
    """Format a time as the newer routes do."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
