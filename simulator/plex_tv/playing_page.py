"""The web page where a person starts, pauses and stops films."""

from html import escape
from typing import TYPE_CHECKING, Final

from aiohttp import web

from simulator.world.library import FILMS
from simulator.world.playback import Playback

from .page import page, result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.world.servers import SimulatedServer
    from simulator.world.streams import Stream
    from simulator.world.world import World

PATH: Final = "/playing"

_FORM: Final = """<form method="post" action="/playing">
<label for="server">Server</label><select id="server" name="server">{servers}</select>
<label for="person">Who</label><select id="person" name="person">{people}</select>
<label for="film">Film</label><select id="film" name="film">{films}</select>
<button id="start" name="do" value="start">Start</button>
<button id="add" name="do" value="add">Add another film to the library</button>
</form>
"""
_ROW: Final = """<tr><td>{title}, {person} at {server}: {state}</td><td>
<form method="post" action="/playing"><input type="hidden" name="stream" value="{id}">
<button name="do" value="{other}">{label}</button>
<button name="do" value="stop">Stop</button></form></td></tr>
"""


class PlayingPage:
    """Lists what is played, and plays something."""

    def __init__(self, world: World) -> None:
        """Act in this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [web.get(PATH, self._show), web.post(PATH, self._act)]

    async def _show(self, _request: web.Request) -> web.Response:
        """Show what is played, and the form to start something."""
        return self._page()

    async def _act(self, request: web.Request) -> web.Response:
        """Do what a button says."""
        form = await request.post()
        asked = {name: str(value) for name, value in form.items()}
        doing = asked.get("do", "")
        done = (
            self._begin(doing, asked)
            if doing in {"start", "add"}
            else self._go_on(doing, asked.get("stream", ""))
        )
        if not done:
            refusal = result("There is no such server, film or person.", "refused")
            return page("Now playing", refusal, status=404)
        raise web.HTTPSeeOther(PATH)

    def _begin(self, doing: str, asked: dict[str, str]) -> bool:
        """Start a film, or add one to the library; return whether that is possible."""
        server = self._world.servers.by_name.get(asked.get("server", ""))
        if server is None:
            return False
        if doing == "add":
            Playback(server).add_title(f"Another Film {len(server.added) + 1}")
            return True
        person = self._world.people.get(asked.get("person", ""))
        films = {film.title for film in FILMS.items}
        users = {server.owner.key, *server.guests}
        if person is None or person.key not in users or asked.get("film") not in films:
            return False
        Playback(server).start(person, asked["film"])
        return True

    def _go_on(self, doing: str, identifier: str) -> bool:
        """Pause, resume or stop what is played; return whether it is played."""
        for server, stream in self._streams():
            if stream.id == identifier:
                playback = Playback(server)
                actions = {
                    "pause": playback.pause,
                    "resume": playback.resume,
                    "stop": playback.stop,
                }
                if action := actions.get(doing):
                    action(stream)
                    return True
        return False

    def _streams(self) -> Iterable[tuple[SimulatedServer, Stream]]:
        """Yield what is played, with its server."""
        for server in self._world.servers.by_name.values():
            for stream in server.streams:
                yield server, stream

    def _page(self) -> web.Response:
        """Return the whole page."""
        rows = "".join(
            _ROW.format(
                title=escape(stream.title),
                person=escape(stream.person.title),
                server=escape(server.name),
                state=stream.state,
                id=stream.id,
                other="resume" if stream.state == "paused" else "pause",
                label="Resume" if stream.state == "paused" else "Pause",
            )
            for server, stream in self._streams()
        )
        form = _FORM.format(
            servers=_options({name: name for name in self._world.servers.by_name}),
            people=_options(
                {person.key: person.title for person in self._world.people.values()}
            ),
            films=_options({film.title: film.title for film in FILMS.items}),
        )
        playing = f"<table>{rows}</table>" if rows else "<p>Nothing is played.</p>"
        return page("Now playing", playing + form)


def _options(choices: dict[str, str]) -> str:
    """Return the options of a choice."""
    return "".join(
        f'<option value="{escape(value)}">{escape(text)}</option>'
        for value, text in choices.items()
    )
