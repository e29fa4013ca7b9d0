"""The section about media servers."""

from typing import TYPE_CHECKING, ClassVar, override

from .section import Section, row, rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.media_server.control import ServerControl


class Servers(Section):
    """The section that stops and starts media servers."""

    name: ClassVar = "servers"
    title: ClassVar = "Servers"
    note: ClassVar = (
        "Home Assistant notices within seconds, and within two minutes for a server"
        " that somebody else shares."
    )

    def __init__(self, servers: Mapping[str, ServerControl]) -> None:
        """Act on these servers."""
        self._servers = servers

    @override
    def content(self) -> str:
        """Show which servers are running."""
        return rows(map(self._row, self._servers.values()), "There are no servers.")

    @override
    async def act(self, asked: Mapping[str, str]) -> bool:
        """Stop a server, or start it."""
        server = self._servers.get(asked.get("server", ""))
        if server is None or not server.has_machine:
            return False
        doing = asked.get("do", "")
        if doing == "stop":
            await server.stop()
        elif doing == "start":
            await server.start()
        return doing in {"stop", "start"}

    def _row(self, server: ServerControl) -> str:
        """Return the row of a server, with the button for its other state."""
        text = f"{server.name}, of {server.data.owner.title}"
        if not server.has_machine:
            return row(text, "only listed by plex.tv")
        if server.is_running:
            button = self.button("stop", "Stop", server.name, server=server.name)
            return row(text, "reachable", button)
        button = self.button("start", "Start", server.name, server=server.name)
        return row(text, "stopped", button)
