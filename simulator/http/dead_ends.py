"""Ports of this machine on which nothing responds."""

import socket
from typing import Final

from simulator.world.servers import HOST

_EACH: Final = 8
_BACKLOG: Final = 4096


class DeadEnds:
    """A few ports that refuse connections, and a few that accept and never respond.

    All servers share them, so that hundreds of dead addresses need no more sockets.
    """

    def __init__(self) -> None:
        """Reserve no port yet."""
        self.is_open = False
        self._refusing: list[socket.socket] = []
        self._silent: list[socket.socket] = []

    def open(self) -> None:
        """Reserve the ports."""
        self._refusing = [bound_socket() for _ in range(_EACH)]
        self._silent = [bound_socket() for _ in range(_EACH)]
        for sock in self._silent:
            sock.listen(_BACKLOG)
        self.is_open = True

    def refusing(self, number: int) -> int:
        """Return a port that refuses connections."""
        return _port(self._refusing[number % _EACH])

    def silent(self, number: int) -> int:
        """Return a port that accepts connections and never responds."""
        return _port(self._silent[number % _EACH])

    def close(self) -> None:
        """Release the ports."""
        self.is_open = False
        for sock in self._refusing + self._silent:
            sock.close()


def bound_socket(port: int = 0) -> socket.socket:
    """Bind a socket to a port of this machine without listening yet."""
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
    """Return the port of a socket."""
    port: int = sock.getsockname()[1]
    return port
