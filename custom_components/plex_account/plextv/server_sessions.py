"""HTTP sessions for requests to media servers, which may be hostile.

A server that somebody shares with the account controls the URLs that plex.tv lists for
it, the IP addresses to which their host names resolve, and every byte of a response.
"""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
import socket
from typing import TYPE_CHECKING, Final, TypedDict, Unpack, override

from aiohttp import AsyncResolver, ClientSession, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from .networks import Networks

if TYPE_CHECKING:
    from collections.abc import (
        AsyncIterator,
        Buffer,
        Callable,
        Mapping,
        Sequence,
    )
    from ssl import SSLContext

    from aiohttp import AddrInfoType, ClientResponse, ClientTimeout
    from yarl import URL

    from .networks import Network

# Bytes that are received at once. Parsing a KiB of interim responses takes almost a
# millisecond, and dozens of connections may receive data at the same time.
SLICE: Final = 1024
# Bytes until the headers are complete, including the TLS handshake.
HEAD_BYTES: Final = 32 * 1024
# Addresses of one host name that are tried. After each failure, aiohttp iterates over
# all remaining ones, which takes seconds of processor time for a thousand.
MAX_ADDRESSES: Final = 16
# Header lines; servers send about ten.
MAX_HEADERS: Final = 64


@dataclass
class WireBudget:
    """The bytes that all connections of one request may still receive."""

    left: int = HEAD_BYTES


class ServerSessions:
    """Sends requests to media servers, each through its own session.

    That costs little, and each session has its own limits: the network of the address,
    and the bytes on the wire. A limit of the body alone would not limit interim
    responses (100 Continue), headers and chunk extensions.
    """

    def __init__(
        self,
        *,
        networks: Networks | None = None,
        ssl: SSLContext | bool = True,
        resolver: Callable[[], AbstractResolver] = AsyncResolver,
        own_port: Callable[[], int | None] = lambda: None,
    ) -> None:
        """Connect to addresses in `networks`, except to this machine's `own_port`.

        The `resolver` is created when it is first needed, and closed by `close`.
        """
        self._networks = networks or Networks()
        self._ssl = ssl
        self._make_resolver = resolver
        self._resolver: AbstractResolver | None = None
        self._own_port = own_port
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def request(
        self,
        network: Network,
        method: str,
        url: URL | str,
        *,
        max_bytes: int,
        budget: WireBudget | None = None,
        **options: Unpack[_RequestOptions],
    ) -> AsyncIterator[ClientResponse]:
        """Send a request and provide the response, whose body is yet to be read.

        A response without an end has a `budget`, which its reader increases. Redirects
        are not followed. Raises aiohttp's exceptions: connection errors also for an
        address that is not in `network`, and for a response that takes far more than
        `max_bytes`.
        """
        # Start one request per iteration of the event loop, so that many do not block.
        async with self._turn:
            await asyncio.sleep(0)
        budget = budget or WireBudget()
        if self._resolver is None:
            self._resolver = _ShortResolver(self._make_resolver())
        connector = TCPConnector(
            resolver=self._resolver,
            ssl=self._ssl,
            force_close=True,
            socket_factory=partial(self._socket, network, budget),
        )
        async with (
            ClientSession(
                connector=connector,
                cookie_jar=DummyCookieJar(),
                max_headers=MAX_HEADERS,
            ) as session,
            session.request(method, url, allow_redirects=False, **options) as response,
        ):
            # A quarter more, for the overhead of chunks.
            budget.left += max_bytes + max_bytes // 4
            yield response

    async def close(self) -> None:
        """Release the resolver; nothing is sent after this."""
        if self._resolver:
            await self._resolver.close()

    def _socket(
        self, network: Network, budget: WireBudget, info: AddrInfoType
    ) -> socket.socket:
        """Return a socket for an address; raise OSError if it is not allowed."""
        family, kind, protocol, _, address = info
        if not self._networks.contain(str(address[0]), network) or (
            address[1] == self._own_port() and _is_this_machine(info)
        ):
            raise ConnectionRefusedError("an address that is not asked")
        if budget.left < 0:
            raise ConnectionRefusedError("no second try of an endless answer")
        limited = _LimitedSocket(family, kind, protocol)
        limited.budget = budget
        return limited


class _RequestOptions(TypedDict, total=False):
    """Further arguments of a request of aiohttp."""

    params: Sequence[tuple[str, str]]
    data: str | None
    headers: Mapping[str, str]
    timeout: ClientTimeout
    auto_decompress: bool


class _ShortResolver(AbstractResolver):
    """A resolver that returns the first few addresses of a host name."""

    def __init__(self, resolver: AbstractResolver) -> None:
        """Use `resolver`, which `close` closes."""
        self._resolver = resolver

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the first addresses of a host name."""
        return (await self._resolver.resolve(host, port, family))[:MAX_ADDRESSES]

    @override
    async def close(self) -> None:
        """Close the resolver."""
        await self._resolver.close()


class _LimitedSocket(socket.socket):
    """A socket that raises OSError when it has received more than its budget."""

    budget: WireBudget

    @override
    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive some bytes."""
        received = super().recv(min(size, SLICE), flags)
        self._spend(len(received))
        return received

    @override
    def recv_into(self, buffer: Buffer, size: int = 0, flags: int = 0) -> int:
        """Receive some bytes into a buffer, as TLS connections do."""
        size = min(size or memoryview(buffer).nbytes, SLICE)
        received = super().recv_into(buffer, size, flags)
        self._spend(received)
        return received

    def _spend(self, received: int) -> None:
        """Subtract received bytes from the budget."""
        self.budget.left -= received
        if self.budget.left < 0:
            raise ConnectionAbortedError("more bytes than an answer takes")


def _is_this_machine(info: AddrInfoType) -> bool:
    """Return whether an address is one of this machine, without sending anything."""
    family, _, _, _, address = info
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect(address)
        own = str(probe.getsockname()[0])
    return own == address[0] or ip_address(own.partition("%")[0]).is_loopback
