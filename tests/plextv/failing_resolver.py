"""A DNS resolver that resolves no name."""

import socket
from typing import override

from aiohttp.abc import AbstractResolver, ResolveResult


class FailingResolver(AbstractResolver):
    """A resolver that fails as Python's does for unknown names."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        host.encode("idna")
        raise OSError(socket.EAI_NONAME, host)

    @override
    async def close(self) -> None:
        pass
