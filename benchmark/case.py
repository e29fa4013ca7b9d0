"""One case of the benchmark in a process of its own."""

import asyncio
import logging
from typing import TYPE_CHECKING

from .measure import measure
from .plex_tv import plex_tv

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def run(pipe: Connection, accounts: int, servers: int) -> None:
    """Measure one case in a process of its own, so that memory starts afresh."""
    # It warns of every custom integration.
    logging.getLogger("homeassistant.loader").setLevel(logging.ERROR)
    with plex_tv() as service:
        cost = asyncio.run(measure(service, accounts=accounts, servers=servers))
    pipe.send(cost)
