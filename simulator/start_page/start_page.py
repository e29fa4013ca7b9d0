"""The start page, which the real plex.tv does not have."""

from typing import TYPE_CHECKING, Final

from aiohttp import web

from simulator.plex_tv.page import page, result

from .accounts import Accounts
from .codes import Codes
from .films import Films
from .outage import Outage
from .section import PATH
from .servers import Servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.http.record import Record
    from simulator.media_server.control import ServerControl
    from simulator.world.world import World

    from .section import Section

_TITLE: Final = "Simulator of plex.tv"
_RELOAD: Final = f'<p><a href="{PATH}">Reload this page</a> to see what is new.</p>'
_BACK: Final = f'<p><a href="{PATH}">Back to the start page</a></p>'
_REFUSAL: Final = "That is not there any more, so nothing was done."


class StartPage:
    """The page that shows the state of everything, with a button for each event."""

    def __init__(
        self,
        world: World,
        servers: Mapping[str, ServerControl],
        records: Callable[[], Iterable[Record]],
    ) -> None:
        """Act on people, servers, and the hosts with these records."""
        self._sections: tuple[Section, ...] = (
            Codes(world),
            Films(world, servers),
            Servers(servers),
            Accounts(world),
            Outage(records),
        )

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [web.get(PATH, self._show), web.post(PATH, self._act)]

    async def _show(self, _request: web.Request) -> web.Response:
        """Show all sections."""
        shown = "".join(section.shown() for section in self._sections)
        return page(_TITLE, _RELOAD + shown)

    async def _act(self, request: web.Request) -> web.Response:
        """Perform the action of a button, and show its section again."""
        form = await request.post()
        asked = {name: str(value) for name, value in form.items()}
        for section in self._sections:
            if section.name == asked.get("section") and await section.act(asked):
                return web.Response(
                    status=303, headers={"Location": f"{PATH}#{section.name}"}
                )
        return page(_TITLE, result(_REFUSAL, "refused") + _BACK, status=404)
