"""Ports that no other process gets between two uses."""

from contextlib import suppress
import itertools
import os
from typing import Final

from demo.errors import DemoError
from demo.ports import free_port

# Outside the range of ephemeral ports, which other processes get for connections.
# Concurrent runs of tests begin at different ports.
_PORTS: Final = itertools.count(18_200 + os.getpid() % 100 * 100)


def non_ephemeral_port() -> int:
    """Return a free port that was not returned before."""
    while True:
        with suppress(DemoError):
            return free_port(next(_PORTS))
