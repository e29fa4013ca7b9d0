"""A home network in which private addresses lead to this machine."""

from asyncio.selector_events import BaseSelectorEventLoop
from typing import TYPE_CHECKING, Final

from .fake_servers import HOST

if TYPE_CHECKING:
    import socket

    import pytest

ROUTER: Final = "192.168.240."
"""How the addresses of this network begin."""


def join_home_network(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Let the addresses of the home lead to the same port here; return who is asked.

    No test can give this machine another address, so the way there is a shorter one.
    """
    asked: list[tuple[str, int]] = []
    connect = BaseSelectorEventLoop.sock_connect

    async def at_home(
        loop: BaseSelectorEventLoop, sock: socket.socket, address: tuple[str, int]
    ) -> None:
        """Connect to an address of the home, or to any other one as usual."""
        asked.append(address)
        host, port = address
        await connect(loop, sock, (HOST if host.startswith(ROUTER) else host, port))

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", at_home)
    return asked
