"""Addresses that respond, and free ports of this machine."""

from contextlib import suppress
import socket
from typing import TYPE_CHECKING, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from .configuration import HOST
from .errors import DemoError

if TYPE_CHECKING:
    from yarl import URL

QUESTION_TIMEOUT: Final = ClientTimeout(total=10)


async def answers(url: URL) -> bool:
    """Return whether there is any response at an address."""
    with suppress(ClientError, OSError):
        async with (
            ClientSession(timeout=QUESTION_TIMEOUT) as session,
            session.get(url, allow_redirects=False),
        ):
            return True
    return False


def free_port(port: int = 0) -> int:
    """Return a free port: the given one, or any if it is 0.

    Home Assistant itself would use another port, on every network, if its own is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as err:
            raise DemoError(
                f"Port {port} of {HOST} cannot be used: {err.strerror}."
                " To use any free ones, add --port 0 --plex-tv-port 0"
            ) from err
        free: int = probe.getsockname()[1]
        return free
