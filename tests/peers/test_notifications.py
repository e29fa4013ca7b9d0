"""Other programs listen to the simulator's servers, alone and together with us."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession
import pytest

from tests.helpers.clock import until

from .options_dialogue import BESIDE_PLEX, set_up

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

REASON = "dependency group peers"
server = pytest.importorskip("plexapi.server", reason=REASON)
plexwebsocket = pytest.importorskip("plexwebsocket", reason=REASON)

pytestmark = BESIDE_PLEX


async def connected(plex_tv: Simulator) -> Any:  # noqa: ANN401 - PlexAPI has no types
    """Return PlexAPI's view of alice's server."""
    token = plex_tv.sign_in("alice", client_identifier="peer")
    places = plex_tv.servers["Attic"].data.listed_places
    place = next(place for place in places if place.answers)
    address = f"http://{place.address}:{place.port}"
    with ThreadPoolExecutor(1) as pool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, server.PlexServer, address, token)


async def test_plexwebsocket(plex_tv: Simulator) -> None:
    """The listener of plexwebsocket receives each state of a session."""
    attic = plex_tv.servers["Attic"]
    heard: list[str] = []

    def hear(kind: str, data: Any, _error: str | None) -> None:  # noqa: ANN401 - any JSON
        """Record the state of a session."""
        if kind == "playing":
            heard.append(data["PlaySessionStateNotification"][0]["state"])

    async with ClientSession() as session:
        listener = plexwebsocket.PlexWebsocket(
            await connected(plex_tv), hear, session=session
        )
        listening = asyncio.ensure_future(listener.listen())
        await until(lambda: attic.push.listening)
        film = attic.playback.start(plex_tv.people["casey"])
        attic.playback.pause(film)
        attic.playback.resume(film)
        attic.playback.stop(film)
        await until(lambda: len(heard) == 4)
        listener.close()
        listening.cancel()
    assert heard == ["playing", "paused", "playing", "stopped"]


async def test_plexapi(plex_tv: Simulator) -> None:
    """PlexAPI's listener, which is a thread, receives notifications as well."""
    pytest.importorskip("websocket", reason="PlexAPI needs websocket-client to listen")
    attic = plex_tv.servers["Attic"]
    heard: list[dict[str, Any]] = []
    known = await connected(plex_tv)
    listener = known.startAlertListener(heard.append)
    await until(lambda: attic.push.listening)
    attic.playback.start(plex_tv.people["casey"])
    attic.playback.add_title("New")
    await until(lambda: len(heard) == 4)
    await asyncio.to_thread(listener.stop)
    await asyncio.to_thread(listener.join)
    await until(lambda: not attic.push.listening)
    assert [each["type"] for each in heard] == ["playing", *["timeline"] * 3]


async def test_beside_home_assistants_own(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """Both integrations listen to one server, and show what is played."""
    attic = plex_tv.servers["Attic"]
    entry = await link("alice")
    await set_up(instance, entry, "Attic")
    await instance.pass_time_until(lambda: attic.push.listening == 2)
    await instance.pass_time(1)
    film = attic.playback.start(plex_tv.people["casey"])
    await instance.pass_time_until_shown("sensor.attic", "1")
    assert instance.shows("sensor.attic_streams", "1")
    event = hass.states.get("event.attic_playback")
    assert event
    assert event.attributes["event_type"] == "started"
    [player] = hass.states.async_all("media_player")
    assert player.state == "playing"
    attic.playback.pause(film)
    await instance.pass_time_until_shown(player.entity_id, "paused")
    event = hass.states.get("event.attic_playback")
    assert event
    assert event.attributes["event_type"] == "paused"
