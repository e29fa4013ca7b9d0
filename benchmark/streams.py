"""The cost of servers with notifications, compared with polling them."""

import asyncio
from dataclasses import dataclass
import logging
import time
from typing import TYPE_CHECKING, Final

# isort: off
# Before the test package, which it patches for newer versions of Home Assistant.
import tests.helpers.early_plugin  # noqa: F401 - for its side effect

# isort: on
from custom_components.plex_account.const import CONF_FOLLOW

from .home import home_assistant
from .measure import linked_entry, set_up
from .memory import memory
from .plex_tv import plex_tv

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from .plex_tv import PlexTv

HOUR: Final = 3600
# Seconds within which all streams are opened.
START: Final = 10
# Values of the account's option for followed servers, and their names in the table.
WAYS: Final = {"none": "asked every two minutes", "own": "listened to"}


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamCost:
    """The cost of idle servers in one way; memory in KiB."""

    way: str
    servers: int
    processor: float
    """Seconds of processor time in an hour."""
    requests: float
    """Requests to servers in an hour."""
    memory: int


def run_streams(pipe: Connection, follow: str, servers: int, seconds: int) -> None:
    """Measure one way and send the result."""
    # Home Assistant logs a warning for every custom integration.
    logging.getLogger("homeassistant.loader").setLevel(logging.ERROR)
    with plex_tv() as service:
        pipe.send(asyncio.run(measure(service, follow, servers, seconds)))


async def measure(
    service: PlexTv, follow: str, servers: int, seconds: int
) -> StreamCost:
    """Link an account with idle servers, and wait."""
    service.add_servers(servers)
    async with home_assistant(service.url) as hass:
        # The first account is not measured, because it includes the imports.
        await set_up(hass, [linked_entry(hass, service, -1, {CONF_FOLLOW: "none"})])
        held = memory()
        entry = linked_entry(hass, service, 0, {CONF_FOLLOW: follow})
        await set_up(hass, [entry])
        runtime = entry.runtime_data
        await asyncio.sleep(START)
        opened = [runtime.live.feed(each).open for each in runtime.servers()]
        if not all(opened) and follow != "none":
            raise RuntimeError("a server is not listened to")
        service.requests()
        cpu = time.process_time()
        await asyncio.sleep(seconds)
        cpu = time.process_time() - cpu
        return StreamCost(
            way=WAYS[follow],
            servers=servers,
            processor=cpu * HOUR / seconds,
            requests=service.requests()[1] * HOUR / seconds,
            memory=memory() - held,
        )
