"""The cost of accounts and servers, in a Home Assistant of their own."""

import asyncio
from dataclasses import dataclass
import gc
import logging
from statistics import median
import time
from typing import TYPE_CHECKING
import uuid

# isort: off
# Before the test package, which it patches for newer versions of Home Assistant.
import tests.helpers.early_plugin  # noqa: F401 - for its side effect

# isort: on
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER, DOMAIN

from .home import home_assistant
from .memory import memory
from .plex_tv import plex_tv

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from multiprocessing.connection import Connection

    from homeassistant.core import HomeAssistant

    from .plex_tv import PlexTv

REFRESHES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """The cost of some accounts: times in milliseconds, memory in KiB."""

    accounts: int
    servers: int
    entities: int
    set_up: float
    set_up_cpu: float
    set_up_requests: tuple[int, int]
    refresh: float
    refresh_cpu: float
    refresh_requests: tuple[int, int]
    memory: int


def run_case(pipe: Connection, accounts: int, servers: int) -> None:
    """Measure one case and send the result."""
    # Home Assistant logs a warning for every custom integration.
    logging.getLogger("homeassistant.loader").setLevel(logging.ERROR)
    with plex_tv() as service:
        pipe.send(asyncio.run(measure(service, accounts=accounts, servers=servers)))


async def measure(service: PlexTv, *, accounts: int, servers: int) -> Cost:
    """Set up accounts with this many servers each, and refresh them a few times."""
    service.add_servers(servers)
    # With a watchlist, servers would also get requests for its titles at times.
    service.fill_watchlist(0)
    async with home_assistant(service.url, service.discover_url) as hass:
        # The first account is not measured, because it includes the imports.
        await set_up(hass, [linked_entry(hass, service, -1)])
        entries = [linked_entry(hass, service, number) for number in range(accounts)]
        service.requests()
        before = len(hass.states.async_all())
        held = memory()
        setting_up = await timed(set_up(hass, entries))
        set_up_requests = service.requests()
        refreshes = [await timed(_refresh(entries)) for _ in range(REFRESHES)]
        to_plex_tv, to_servers = service.requests()
        return Cost(
            accounts=accounts,
            servers=servers,
            entities=len(hass.states.async_all()) - before,
            set_up=setting_up[0],
            set_up_cpu=setting_up[1],
            set_up_requests=set_up_requests,
            refresh=median(wall for wall, _ in refreshes),
            refresh_cpu=median(cpu for _, cpu in refreshes),
            refresh_requests=(to_plex_tv // REFRESHES, to_servers // REFRESHES),
            memory=memory() - held,
        )


def linked_entry(
    hass: HomeAssistant,
    service: PlexTv,
    number: int,
    options: dict[str, str] | None = None,
) -> MockConfigEntry:
    """Link one account."""
    client_identifier = str(uuid.uuid4())
    account, token = service.sign_in(client_identifier)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Account {number}",
        unique_id=f"{account}{number}",
        data={CONF_TOKEN: token, CONF_CLIENT_IDENTIFIER: client_identifier},
        options=options or {},
    )
    entry.add_to_hass(hass)
    return entry


async def set_up(hass: HomeAssistant, entries: list[MockConfigEntry]) -> None:
    """Set up all accounts at the same time, as Home Assistant does when it starts."""
    await asyncio.gather(
        *(hass.config_entries.async_setup(entry.entry_id) for entry in entries)
    )
    await hass.async_block_till_done()
    if not all(entry.state is ConfigEntryState.LOADED for entry in entries):
        raise RuntimeError("an account could not be set up")


async def _refresh(entries: list[MockConfigEntry]) -> None:
    """Refresh all coordinators of all accounts, as happens every few minutes."""
    await asyncio.gather(*(e.runtime_data.account.async_refresh() for e in entries))
    await asyncio.gather(*(e.runtime_data.reach.async_refresh() for e in entries))


async def timed[T](work: Awaitable[T]) -> tuple[float, float]:
    """Return the milliseconds that something took, and those of processor time."""
    # A full garbage collection takes longer than most of what is measured, and would
    # otherwise happen during any of the measurements.
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
