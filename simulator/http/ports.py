"""Ports of this machine."""

import socket

from simulator.world.servers import HOST


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


def port_of(sock: socket.socket) -> int:
    """Return the port of a bound socket."""
    port: int = sock.getsockname()[1]
    return port
