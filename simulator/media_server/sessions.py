"""The bodies that describe what is being played."""

from typing import TYPE_CHECKING

from simulator.world.library import FILMS
from simulator.world.servers import PUBLIC_ADDRESS

from .library import items

if TYPE_CHECKING:
    from simulator.http.wire import Json
    from simulator.world.people import Person
    from simulator.world.servers import SimulatedServer
    from simulator.world.streams import Stream


def sessions(server: SimulatedServer) -> list[Json]:
    """Describe each stream with its film, user, player and session."""
    return [
        _session(server, stream, stream.key or number)
        for number, stream in enumerate(server.streams, start=1)
    ]


def _session(server: SimulatedServer, stream: Stream, key: int) -> dict[str, Json]:
    """Describe a stream; its facts override those of a film on a TV."""
    films = {film["title"]: film for film in items(FILMS)}
    described: dict[str, Json] = {
        **films.get(stream.title, {"title": stream.title}),
        "sessionKey": str(key),
        "viewOffset": stream.view_offset,
        "duration": 5_400_000,
        "User": _user(server, stream.person),
        "Player": _player(stream),
        "Session": {
            "id": stream.id,
            "bandwidth": 8_412,
            "location": "lan" if stream.local else "wan",
        },
        **stream.facts,
    }
    return {name: value for name, value in described.items() if value is not None}


def _user(server: SimulatedServer, person: Person) -> dict[str, Json]:
    """Describe the user of a stream. The owner of a server always has id 1."""
    users = [server.owner.key, *server.guests]
    return {
        "id": str(users.index(person.key) + 1),
        "thumb": f"https://plex.tv/users/{person.uuid}/avatar?c=1630875354",
        "title": person.title,
    }


def _player(stream: Stream) -> dict[str, Json]:
    """Describe the player of a stream."""
    return {
        "address": "192.168.240.61" if stream.local else "198.51.100.61",
        "device": "Chromecast",
        "machineIdentifier": stream.player,
        "model": "sabrina",
        "platform": "Android",
        "platformVersion": "14",
        "product": "Plex for Android (TV)",
        "profile": "Android",
        "remotePublicAddress": PUBLIC_ADDRESS if stream.local else "198.51.100.61",
        "state": stream.state,
        "title": "Living Room TV",
        "version": "10.28.0",
        "local": stream.local,
        "relayed": False,
        "secure": True,
        "userID": stream.person.id,
    }
