"""The section about films that are played, and new films in a library."""

from html import escape
from typing import TYPE_CHECKING, ClassVar, override

from simulator.world.library import FILMS
from simulator.world.playback import Playback

from .section import Section, choice, option, row, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.media_server.control import ServerControl
    from simulator.world.people import Person
    from simulator.world.streams import Stream
    from simulator.world.world import World


class Films(Section):
    """The section that starts, pauses and stops films, and adds some to a library."""

    name: ClassVar = "films"
    title: ClassVar = "Films"
    note: ClassVar = "Home Assistant notices within a second or two."

    def __init__(self, world: World, servers: Mapping[str, ServerControl]) -> None:
        """Act on these servers."""
        self._world = world
        self._servers = servers

    @override
    def content(self) -> str:
        """Show what is played, and the forms to start and to add a film."""
        playing = (
            row(
                f"{stream.title}, {stream.person.title} at {server.name}",
                stream.state,
                self._other(stream),
                self.button("stop", "Stop", stream.title, stream=stream.id),
            )
            for server, stream in self._streams()
        )
        return rows(playing, "Nothing is played.") + self._forms()

    @override
    async def act(self, asked: Mapping[str, str]) -> bool:
        """Start, pause, resume or stop a film, or add one."""
        doing = asked.get("do", "")
        if doing == "start":
            return self._start(asked.get("viewer", ""), asked.get("film", ""))
        if doing == "add":
            return self._add(asked.get("library", ""))
        return self._go_on(doing, asked.get("stream", ""))

    def _other(self, stream: Stream) -> str:
        """Return the button that pauses a film, or resumes it."""
        do, label = (
            ("resume", "Resume") if stream.state == "paused" else ("pause", "Pause")
        )
        return self.button(do, label, stream.title, stream=stream.id)

    def _forms(self) -> str:
        """Return the forms, as long as there is a server to play on."""
        servers = [*self._running()]
        if not servers:
            return "<p>No server is there to play on.</p>"
        films = "".join(option(film.title, film.title) for film in FILMS.items)
        viewers = "".join(
            f'<optgroup label="{escape(server.name)}">'
            + "".join(
                option(f"{user.key} {server.name}", f"{user.title} at {server.name}")
                for user in self._users(server)
            )
            + "</optgroup>"
            for server in servers
        )
        libraries = "".join(option(server.name, server.name) for server in servers)
        return self.form(
            choice("film", "Film", films)
            + choice("viewer", "Who plays it, and where", viewers)
            + '<button id="start" name="do" value="start">Start</button>'
        ) + self.form(
            choice("library", "Library of", libraries)
            + '<button id="add" name="do" value="add">Add another film</button>'
        )

    def _start(self, viewer: str, film: str) -> bool:
        """Start a film for one of the users of a server."""
        key, _, name = viewer.partition(" ")
        for server in self._running():
            for person in self._users(server):
                if (person.key, server.name) == (key, name) and film in {
                    item.title for item in FILMS.items
                }:
                    server.playback.start(person, film)
                    return True
        return False

    def _add(self, name: str) -> bool:
        """Add a film to the library of a server."""
        for server in self._running():
            if server.name == name:
                number = len(server.data.added) + 1
                server.playback.add_title(f"Another Film {number}")
                return True
        return False

    def _go_on(self, doing: str, identifier: str) -> bool:
        """Pause, resume or stop what is played."""
        for server, stream in self._streams():
            if stream.id == identifier:
                actions = {
                    "pause": Playback.pause,
                    "resume": Playback.resume,
                    "stop": Playback.stop,
                }
                if action := actions.get(doing):
                    action(server.playback, stream)
                    return True
        return False

    def _users(self, server: ServerControl) -> Iterable[Person]:
        """Yield who may use a server, its owner first."""
        yield server.data.owner
        for key in server.data.guests:
            yield self._world.person(key)

    def _running(self) -> Iterable[ServerControl]:
        """Yield the servers on which something can be played."""
        return (
            server
            for server in self._servers.values()
            if server.is_running or not server.has_machine
        )

    def _streams(self) -> Iterable[tuple[ServerControl, Stream]]:
        """Yield what is played, with its server."""
        for server in self._servers.values():
            for stream in server.data.streams:
                yield server, stream
