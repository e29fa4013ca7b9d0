"""A server of the simulator as plex.tv lists it."""

from typing import TYPE_CHECKING

from custom_components.plex_account.plextv import Connection, Server
from tests.simulator import address

if TYPE_CHECKING:
    from simulator import ServerControl


def described(attic: ServerControl, token: str | None, folder: str = "") -> Server:
    """Describe the server as plex.tv lists it."""
    uri = f"{address(attic)}{folder}"
    return Server(
        client_identifier=attic.machine_identifier,
        name="Attic",
        owned=True,
        token=token,
        connections=(Connection(uri=uri, local=True, relay=False),),
    )
