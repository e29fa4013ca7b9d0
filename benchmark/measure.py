"""One measurement: some accounts with some servers in a Home Assistant of their own."""

import asyncio
from dataclasses import dataclass
from statistics import median
import time
from typing import TYPE_CHECKING, Any
import uuid

from homeassistant.const import CONF_TOKEN
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER, DOMAIN

from .home import home_assistant
from .memory import memory

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from homeassistant.core import HomeAssistant

    from .plex_tv import PlexTv

REFRESHES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What some accounts cost; times in milliseconds, memory in KiB."""

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


async def measure(plex_tv: PlexTv, *, accounts: int, servers: int) -> Cost:
    """Set accounts up that have so many servers each, and refresh them a few times."""
    plex_tv.add_servers(servers)
    async with home_assistant(plex_tv.url) as hass:
        # Imports are paid once, by whoever is first.
        await _set_up(hass, [_entry(hass, plex_tv, -1)])
        entries = [_entry(hass, plex_tv, number) for number in range(accounts)]
        plex_tv.requests()
        held = memory()
        set_up = await _timed(_set_up(hass, entries))
        set_up_requests = plex_tv.requests()
        refreshes = [await _timed(_refresh(entries)) for _ in range(REFRESHES)]
        to_plex_tv, to_servers = plex_tv.requests()
        return Cost(
            accounts=accounts,
            servers=servers,
            entities=len(hass.states.async_all()),
            set_up=set_up[0],
            set_up_cpu=set_up[1],
            set_up_requests=set_up_requests,
            refresh=median(wall for wall, _ in refreshes),
            refresh_cpu=median(cpu for _, cpu in refreshes),
            refresh_requests=(to_plex_tv // REFRESHES, to_servers // REFRESHES),
            memory=memory() - held,
        )


def _entry(hass: HomeAssistant, plex_tv: PlexTv, number: int) -> MockConfigEntry:
    """Link one account."""
    client_identifier = str(uuid.uuid4())
    account, token = plex_tv.sign_in(client_identifier)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Account {number}",
        unique_id=f"{account}{number}",
        data={CONF_TOKEN: token, CONF_CLIENT_IDENTIFIER: client_identifier},
    )
    entry.add_to_hass(hass)
    return entry


async def _set_up(hass: HomeAssistant, entries: list[MockConfigEntry]) -> None:
    """Set accounts up together, as Home Assistant does when it starts."""
    await asyncio.gather(
        *(hass.config_entries.async_setup(entry.entry_id) for entry in entries)
    )
    await hass.async_block_till_done()


async def _refresh(entries: list[MockConfigEntry]) -> None:
    """Ask all that is asked every few minutes, for all accounts together."""
    await asyncio.gather(*(e.runtime_data.account.async_refresh() for e in entries))
    await asyncio.gather(*(e.runtime_data.reach.async_refresh() for e in entries))


async def _timed[T](work: Coroutine[Any, Any, T]) -> tuple[float, float]:
    """Return how long something took, and how long it kept the processor busy."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
