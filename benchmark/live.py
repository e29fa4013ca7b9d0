"""The time from a server's notification to the state in Home Assistant.

Compares Plex Account with Home Assistant's own integration. Both listen to the same
simulated server, in one process with it.
"""

import asyncio
from collections import defaultdict
import logging
import time
from typing import TYPE_CHECKING, Final
import uuid

# isort: off
# Before the test package, which it patches for newer versions of Home Assistant.
import tests.helpers.early_plugin  # noqa: F401 - for its side effect

# isort: on
from homeassistant.const import CONF_TOKEN, EVENT_STATE_CHANGED
from homeassistant.core import callback
from plexapi import gdm
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER, DOMAIN
from custom_components.plex_account.plex_integration import async_set_up
from simulator import Simulator
from tests.helpers.plexapi_addresses import plexapi_addresses

from .home import home_assistant

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from homeassistant.core import Event, EventStateChangedData, HomeAssistant

    from simulator import ServerControl

OURS: Final = "Plex Account"
OTHERS: Final = "Home Assistant's own"
EVENT: Final = "event.attic_playback"
STEPS: Final = ("start", "pause", "resume", "stop")
STATES: Final = {
    "start": ("started", "playing"),
    "pause": ("paused", "paused"),
    "resume": ("resumed", "playing"),
    "stop": ("stopped", "unavailable"),
}
# Seconds between rounds; real users do not start films faster for long.
PAUSE: Final = 10.0
# Seconds after which a state counts as not reached.
LIMIT: Final = 10.0

type Times = dict[tuple[str, str], list[float]]


class Watch:
    """The times at which both integrations show a state."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen to every change of a state."""
        self._wanted = ("", "")
        self._began = 0.0
        self.times: dict[str, float] = {}
        self._both = asyncio.Event()
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed)

    def begin(self, step: str) -> None:
        """Start the clock for the states that a step leads to."""
        self._wanted = STATES[step]
        self.times.clear()
        self._both.clear()
        self._began = time.perf_counter()

    async def end(self) -> dict[str, float]:
        """Return the milliseconds until each integration showed its state."""
        try:
            async with asyncio.timeout(LIMIT):
                await self._both.wait()
        except TimeoutError:
            pass
        return {who: 1000 * seconds for who, seconds in self.times.items()}

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        """Record the time of a wanted state."""
        after = time.perf_counter() - self._began
        state, entity_id = event.data["new_state"], event.data["entity_id"]
        ours, others = self._wanted
        if state is None:
            return
        if entity_id == EVENT and state.attributes.get("event_type") == ours:
            self.times.setdefault(OURS, after)
        if entity_id.startswith("media_player.") and state.state == others:
            self.times.setdefault(OTHERS, after)
        if len(self.times) == len((OURS, OTHERS)):
            self._both.set()


def run_live(pipe: Connection, rounds: int) -> None:
    """Measure and send the result."""
    logging.getLogger("homeassistant.loader").setLevel(logging.ERROR)
    pipe.send(dict(asyncio.run(measure(rounds))))


async def measure(rounds: int) -> Times:
    """Play films, one after another."""
    async with (
        Simulator(media_servers=True) as plex_tv,
        home_assistant(plex_tv.url) as hass,
    ):
        _keep_plexapi_here(plex_tv)
        attic = plex_tv.servers["Attic"]
        await _set_up(hass, plex_tv)
        # Long enough for both to listen.
        await asyncio.sleep(10)
        times: Times = defaultdict(list)
        watch = Watch(hass)
        for _ in range(rounds):
            await _play(attic, plex_tv, watch, times)
            await asyncio.sleep(PAUSE)
    return times


def _keep_plexapi_here(plex_tv: Simulator) -> None:
    """Point PlexAPI at the simulator, and disable its discovery on the network."""
    setattr(gdm.GDM, "scan", lambda *_, **__: None)  # noqa: B010 - mypy requires it
    for cls, name, address in plexapi_addresses(plex_tv.url):
        setattr(cls, name, address)


async def _set_up(hass: HomeAssistant, plex_tv: Simulator) -> None:
    """Set up both integrations for alice's server."""
    client_identifier = str(uuid.uuid4())
    token = plex_tv.sign_in("alice", client_identifier)
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=plex_tv.people["alice"].uuid,
        title="alice",
        data={CONF_TOKEN: token, CONF_CLIENT_IDENTIFIER: client_identifier},
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    identifier = plex_tv.servers["Attic"].machine_identifier
    linked = entry.runtime_data.server(identifier)
    await async_set_up(hass, linked.connection, token)


async def _play(
    attic: ServerControl, plex_tv: Simulator, watch: Watch, times: Times
) -> None:
    """Play a film from its start to its end."""
    playback = attic.playback
    watch.begin("start")
    film = playback.start(plex_tv.people["casey"])
    await _note("start", watch, times)
    for step in STEPS[1:]:
        await asyncio.sleep(1.5)
        playback.proceed(film, 1.5)
        watch.begin(step)
        getattr(playback, step)(film)
        await _note(step, watch, times)


async def _note(step: str, watch: Watch, times: Times) -> None:
    """Record how long a step took each of the integrations."""
    for who, milliseconds in (await watch.end()).items():
        times[step, who].append(milliseconds)
