"""The clock of the tests, which does not advance while a connection is pending."""

import asyncio
import socket

import pytest

from tests.helpers.clock import until_idle


@pytest.mark.usefixtures("socket_enabled")
async def test_a_connection_that_waits_for_an_answer() -> None:
    """The clock waits for a connection whose first packet was dropped.

    The kernel sends the packet again only a second later.
    """
    loop = asyncio.get_running_loop()
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as server,
        socket.create_connection(server.getsockname()),
        socket.socket() as late,
    ):
        late.setblocking(False)  # noqa: FBT003 - the standard library's signature
        connecting = asyncio.create_task(loop.sock_connect(late, server.getsockname()))
        idle = asyncio.create_task(until_idle())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not idle.done()
        # This frees the only place in the queue.
        server.accept()[0].close()
        await idle
        assert connecting.done()
