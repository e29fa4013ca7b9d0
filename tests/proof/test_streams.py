"""Streams that are opened, moved and ended for hours."""

from typing import TYPE_CHECKING, Final

from tests.helpers.servers import NEXT_MEASUREMENT, Servers
from tests.helpers.thorough import THOROUGH

from .resource_counts import count_what_stays, nothing_of_ours_has_grown

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

# The first rounds fill lists of limited length.
WARM_UP: Final = 6
ROUNDS: Final = 200 if THOROUGH else 30


async def test_streams_come_and_go(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """Servers stop and start, films are played and titles added; nothing leaks."""
    entry = await link("alice")
    servers = Servers(hass, entry)
    attic, casey = plex_tv.servers["Attic"], plex_tv.people["casey"]
    connections = sum(
        len(server.data.listed_places) for server in plex_tv.servers.values()
    )
    before = None
    for number in range(ROUNDS):
        film = attic.playback.start(casey)
        await instance.pass_time(5)
        attic.playback.add_title(f"Film {number}")
        attic.playback.stop(film)
        await instance.pass_time(60)
        await attic.stop()
        await instance.pass_time(10)
        assert servers.state("Attic", "reachable") == "off"
        await attic.start()
        await instance.pass_time(NEXT_MEASUREMENT)
        await instance.pass_time_until(
            lambda: servers.state("Attic", "reachable") == "on"
        )
        if number == WARM_UP:
            before = await count_what_stays(instance)
    assert before
    after = await count_what_stays(instance)
    nothing_of_ours_has_grown(before, after, connections)
