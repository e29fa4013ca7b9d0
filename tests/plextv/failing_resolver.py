"""A network in which no name leads anywhere."""

import socket
from typing import override

from aiohttp.abc import AbstractResolver, ResolveResult


class FailingResolver(AbstractResolver):
    """Looks names up as Python does, in a network that knows none."""

    @override
    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        host.encode("idna")
        raise OSError(socket.EAI_NONAME, host)

    @override
    async def close(self) -> None:
        pass
