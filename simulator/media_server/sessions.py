"""What is played on a media server at the moment."""

from dataclasses import dataclass, field
import secrets
from typing import TYPE_CHECKING

from simulator.world.library import items
from simulator.world.servers import PUBLIC_ADDRESS

if TYPE_CHECKING:
    from simulator.http.wire import Json
    from simulator.world.people import Person
    from simulator.world.servers import SimulatedServer


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Somebody who plays a film of the first library on a TV."""

    person: Person
    title: str
    local: bool = True
    """Whether the TV is in the server's own network."""
    id: str = field(default_factory=lambda: secrets.token_hex(12))


def sessions(server: SimulatedServer) -> list[Json]:
    """List what is played, each with the film, who plays it, and where."""
    films = {film["title"]: film for film in items("1", None)}
    return [
        {
            **films[stream.title],
            "sessionKey": str(number),
            "viewOffset": 65_000,
            "User": _user(server, stream.person),
            "Player": _player(stream),
            "Session": {
                "id": stream.id,
                "bandwidth": 8_412,
                "location": "lan" if stream.local else "wan",
            },
        }
        for number, stream in enumerate(server.streams, start=1)
    ]


def _user(server: SimulatedServer, person: Person) -> dict[str, Json]:
    """Tell who plays something; the owner is always number 1."""
    users = [server.owner.key, *server.guests]
    return {
        "id": str(users.index(person.key) + 1),
        "thumb": f"https://plex.tv/users/{person.uuid}/avatar?c=1630875354",
        "title": person.title,
    }


def _player(stream: Stream) -> dict[str, Json]:
    """Describe the TV on which something is played."""
    return {
        "address": "192.168.240.61" if stream.local else "198.51.100.61",
        "device": "Chromecast",
        "machineIdentifier": f"tv-{stream.id}",
        "model": "sabrina",
        "platform": "Android",
        "platformVersion": "14",
        "product": "Plex for Android (TV)",
        "profile": "Android",
        "remotePublicAddress": PUBLIC_ADDRESS if stream.local else "198.51.100.61",
        "state": "playing",
        "title": "Living Room TV",
        "version": "10.28.0",
        "local": stream.local,
        "relayed": False,
        "secure": True,
        "userID": stream.person.id,
    }
