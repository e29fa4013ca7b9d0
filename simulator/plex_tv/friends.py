"""With whom a person shares servers, on plex.tv's old route."""

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.world.people import Person


def friends_element(person: Person, people: Iterable[Person]) -> ET.Element:
    """Describe everybody who uses one of a person's servers."""
    root = ET.Element(
        "MediaContainer",
        friendlyName="myPlex",
        identifier="com.plexapp.plugins.myplex",
        machineIdentifier="",
    )
    for friend in people:
        shared = [
            server
            for server in person.servers
            if server.owner is person and friend.key in server.guests
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
