"""The old route that lists the people with whom an account shares servers."""

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from aiohttp import web

from simulator.http.wire import xml_response

from .caller import caller

if TYPE_CHECKING:
    from simulator.world.people import Person
    from simulator.world.world import World


class FriendRoutes:
    """`/api/users`, which is XML only."""

    def __init__(self, world: World) -> None:
        """Serve this data."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.get("/api/users", self._friends),
            web.get("/api/users/", self._friends),
        ]

    async def _friends(self, request: web.Request) -> web.Response:
        """List the people who use the person's servers."""
        person, _ = await caller(request, self._world)
        return xml_response(_friends_element(person, self._world))


def _friends_element(person: Person, world: World) -> ET.Element:
    """Describe all people who use one of a person's servers."""
    root = ET.Element(
        "MediaContainer",
        friendlyName="myPlex",
        identifier="com.plexapp.plugins.myplex",
        machineIdentifier="",
    )
    for friend in world.people.values():
        shared = [
            server
            for server in world.servers.owned_by(person)
            if friend.key in server.guests
        ]
        if not shared:
            continue
        user = ET.SubElement(
            root,
            "User",
            id=str(friend.id),
            title=friend.title,
            username=friend.username,
            email=friend.email,
            thumb=f"https://plex.tv/users/{friend.uuid}/avatar?c=1630875354",
            home="1" if friend.key in person.home else "0",
            restricted="1" if friend.managed else "0",
            protected="0",
            allowSync="0",
            allowCameraUpload="0",
            allowChannels="0",
            filterAll="",
            filterMovies="",
            filterMusic="",
            filterPhotos="",
            filterTelevision="",
        )
        for server in shared:
            ET.SubElement(
                user,
                "Server",
                id=str(server.device_id),
                serverId=str(server.device_id),
                machineIdentifier=server.machine_identifier,
                name=server.name,
                lastSeenAt=str(int(server.last_seen_at.timestamp())),
                numLibraries="2",
                allLibraries="1",
                owned="0",
                pending="0",
            )
    root.set("size", str(len(root)))
    root.set("totalSize", str(len(root)))
    return root
