"""Targets of a raw request: plex.tv or a server."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from custom_components.plex_account.plextv import Connection, Server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from custom_components.plex_account.plextv import RawRequest, RawResponse
    from simulator import SeenRequest, Simulator

SERVER_TOKEN: Final = "SeRvEr-tOkEn_9876543210"


@dataclass(frozen=True, kw_only=True)
class RawTarget:
    """plex.tv or a server, and how a client sends requests to it."""

    whom: str
    """The name of the target in the text of an error."""
    token: str
    seconds: int
    """The timeout for a response."""
    simulator: Simulator
    send: Callable[[RawRequest], Awaitable[RawResponse]]

    @property
    def seen(self) -> SeenRequest:
        """The only request that was received."""
        [seen] = self.simulator.requests
        return seen


def attic_at(machine: Simulator, folder: str = "") -> Server:
    """Describe a server whose addresses are those of this simulator."""
    return Server(
        client_identifier="a" * 40,
        name="Attic",
        owned=True,
        token=SERVER_TOKEN,
        connections=(
            Connection(uri=f"{machine.url.origin()}{folder}", local=True, relay=False),
        ),
    )
