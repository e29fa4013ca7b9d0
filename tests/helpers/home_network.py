"""A home network in which private addresses lead to this machine."""

from asyncio.selector_events import BaseSelectorEventLoop
from typing import TYPE_CHECKING, Final

from .fake_servers import HOST

if TYPE_CHECKING:
    import socket

    import pytest

ROUTER: Final = "192.168.240."
"""The prefix of the addresses of this network."""


def join_home_network(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Redirect addresses of the home to the same port here; return all connections.

    A test cannot add an address to this machine, so connections are redirected.
    """
    asked: list[tuple[str, int]] = []
    connect = BaseSelectorEventLoop.sock_connect

    async def at_home(
        loop: BaseSelectorEventLoop, sock: socket.socket, address: tuple[str, int]
    ) -> None:
        """Redirect a connection to the home, and leave others alone."""
        asked.append(address)
        host, port = address
        await connect(loop, sock, (HOST if host.startswith(ROUTER) else host, port))

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", at_home)
    return asked
