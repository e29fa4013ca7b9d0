"""Sessions for requests to media servers, which may be hostile.

A server that somebody shares with the account chooses the addresses that plex.tv lists
for it, the names that these resolve to, and every byte of an answer.
"""

from functools import partial
from ipaddress import ip_address
import socket
from typing import TYPE_CHECKING, Final, override

from aiohttp import AsyncResolver, ClientSession, DummyCookieJar, TCPConnector

from .networks import Networks

if TYPE_CHECKING:
    from collections.abc import Buffer, Callable
    from ssl import SSLContext

    from aiohttp import AddrInfoType
    from aiohttp.abc import AbstractResolver

    from .networks import Network

# Bytes that are received at once. An answer of many tiny parts takes up to 0.2 ms for
# each KiB, and the event loop does nothing else meanwhile.
SLICE: Final = 4 * 1024
# Bytes for the encryption's handshake and for headers.
OVERHEAD: Final = 32 * 1024
# Lines of headers; servers send about ten.
MAX_HEADERS: Final = 64


class ServerSessions:
    """Opens a session for each request to a media server.

    A session of its own costs little, and each can have limits of its own: the network
    that the address must be in, and the bytes that the answer may take on the wire. A
    limit of the body alone does not bound headers, interim responses (100 Continue) and
    extensions of chunks.
    """

    def __init__(
        self,
        *,
        networks: Networks | None = None,
        ssl: SSLContext | bool = True,
        resolver: Callable[[], AbstractResolver] = AsyncResolver,
        own_port: Callable[[], int | None] = lambda: None,
    ) -> None:
        """Connect to addresses in `networks`, but not to this machine's `own_port`.

        The `resolver` is made when it is first needed, and closed with this.
        """
        self._networks = networks or Networks()
        self._ssl = ssl
        self._own_port = own_port
        self._make_resolver = resolver
        self._resolver: AbstractResolver | None = None

    def open(self, network: Network, *, max_bytes: int) -> ClientSession:
        """Return a session for one answer of at most `max_bytes`, body only."""
        if self._resolver is None:
            self._resolver = self._make_resolver()
        return ClientSession(
            connector=TCPConnector(
                resolver=self._resolver,
                ssl=self._ssl,
                force_close=True,
                socket_factory=partial(
                    self._socket, network, budget=2 * max_bytes + OVERHEAD
                ),
            ),
            cookie_jar=DummyCookieJar(),
            max_headers=MAX_HEADERS,
        )

    async def close(self) -> None:
        """Release the resolver; there is no other session after this."""
        if self._resolver:
            await self._resolver.close()

    def _socket(
        self, network: Network, info: AddrInfoType, *, budget: int
    ) -> socket.socket:
        """Return a socket for an address, or raise OSError for one that is refused."""
        family, kind, protocol, _, address = info
        if not self._networks.contain(str(address[0]), network) or (
            address[1] == self._own_port() and _is_this_machine(info)
        ):
            raise ConnectionRefusedError("an address that is not asked")
        limited = _LimitedSocket(family, kind, protocol)
        limited.budget = budget
        return limited


class _LimitedSocket(socket.socket):
    """A socket that fails when it has received more bytes than its budget."""

    budget: int

    @override
    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive some bytes."""
        received = super().recv(min(size, SLICE), flags)
        self._spend(len(received))
        return received

    @override
    def recv_into(self, buffer: Buffer, size: int = 0, flags: int = 0) -> int:
        """Receive some bytes into a buffer, as encrypted connections do."""
        size = min(size or memoryview(buffer).nbytes, SLICE)
        received = super().recv_into(buffer, size, flags)
        self._spend(received)
        return received

    def _spend(self, received: int) -> None:
        """Count what was received."""
        self.budget -= received
        if self.budget < 0:
            raise ConnectionAbortedError("more bytes than any answer takes")


def _is_this_machine(info: AddrInfoType) -> bool:
    """Return whether an address is one of this machine, without sending anything."""
    family, _, _, _, address = info
    if ip_address(str(address[0]).partition("%")[0]).is_loopback:
        return True
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect(address)
        return bool(probe.getsockname()[0] == address[0])
