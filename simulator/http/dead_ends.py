"""Ports of this machine on which nothing responds."""

from typing import TYPE_CHECKING, Final

from .ports import bound_socket, port_of

if TYPE_CHECKING:
    import socket

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
        return port_of(self._refusing[number % _EACH])

    def silent(self, number: int) -> int:
        """Return a port that accepts connections and never responds."""
        return port_of(self._silent[number % _EACH])

    def close(self) -> None:
        """Release the ports."""
        self.is_open = False
        for sock in self._refusing + self._silent:
            sock.close()
