"""Fixtures for a plex.tv to compare, whose responses may be changed."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from contract.check import check
from contract.stand_in import PING_INTERVAL, known_answers, service_of
from simulator import Simulator

from .changing_proxy import ChangingProxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from contract.course import Asked
    from contract.report import Report
    from custom_components.plex_account.plextv import Pin, PlexTvClient

    type Compare = Callable[..., Awaitable[Report]]

# The simulator's responses, which are the same for every test.
KNOWN: Final[list[Asked]] = []


@pytest.fixture
async def plex_tv(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Provide a simulator in place of the real plex.tv."""
    async with Simulator(media_servers=True) as simulator:
        for server in simulator.servers.values():
            server.push.ping_interval = PING_INTERVAL
        yield simulator


@pytest.fixture
async def api(plex_tv: Simulator) -> AsyncIterator[ChangingProxy]:
    """Provide its API, whose responses may be changed."""
    async with ChangingProxy(plex_tv.url) as proxy:
        plex_tv.quirks.qr_base = str(proxy.url).removesuffix("/")
        yield proxy


@pytest.fixture
async def discover(plex_tv: Simulator) -> AsyncIterator[ChangingProxy]:
    """Provide its Discover, whose responses may be changed."""
    async with ChangingProxy(plex_tv.discover.url) as proxy:
        yield proxy


@pytest.fixture
def compare(plex_tv: Simulator, api: ChangingProxy, discover: ChangingProxy) -> Compare:
    """Provide a function that compares it with the simulator."""

    async def compare(
        person: str | None = None,
        *,
        write: bool = False,
        pause: float = 0.0,
        approved: Callable[[], object] = bool,
    ) -> Report:
        """Compare it, with a person's account if one is named.

        `approved` is called once the code was approved and redeemed.
        """
        service = service_of(plex_tv)
        hosts = replace(service.hosts, api=api.url, discover=discover.url)

        async def approve(client: PlexTvClient, pin: Pin) -> str | None:
            """Approve the code at once, if the person exists."""
            if not person or person not in plex_tv.people:
                return None
            plex_tv.approve(pin.code, person)
            token = await client.get_pin_token(pin)
            approved()
            return token

        if not KNOWN:
            KNOWN.extend(await known_answers())
        return await check(
            replace(service, hosts=hosts, pause=pause),
            KNOWN,
            approve if person else None,
            write=write,
        )

    return compare
