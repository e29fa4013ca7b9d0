"""Ports of this machine that lead nowhere."""

import socket
from typing import Final

HOST: Final = "127.0.0.1"
_EACH: Final = 8
_BACKLOG: Final = 4096


class DeadEnds:
    """A few ports that refuse connections, and a few that take and never answer.

    All servers share them, so that hundreds of dead addresses cost no more sockets.
    """

    def __init__(self) -> None:
        """Hold no port until opened."""
        self._refusing: list[socket.socket] = []
        self._silent: list[socket.socket] = []

    def open(self) -> None:
        """Take the ports."""
        self._refusing = [bound_socket() for _ in range(_EACH)]
        self._silent = [bound_socket() for _ in range(_EACH)]
        for sock in self._silent:
            sock.listen(_BACKLOG)

    def refusing(self, number: int) -> int:
        """Name a port that refuses every connection."""
        return _port(self._refusing[number % _EACH])

    def silent(self, number: int) -> int:
        """Name a port that takes every connection and never says a word."""
        return _port(self._silent[number % _EACH])

    def close(self) -> None:
        """Give the ports back."""
        for sock in self._refusing + self._silent:
            sock.close()


def bound_socket(port: int = 0) -> socket.socket:
    """Take a port of this machine without listening at it yet."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return sock


def _port(sock: socket.socket) -> int:
    """Tell a socket's port."""
    port: int = sock.getsockname()[1]
    return port
