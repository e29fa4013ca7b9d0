"""The examples of the README work as they are written."""

from typing import TYPE_CHECKING

from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.repository.documents import README

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

EXAMPLES = {
    automation["alias"]: automation
    for block in README.blocks("yaml")
    if isinstance(automation := parse_yaml(block), dict) and "triggers" in automation
}


async def stop_server(plex_tv: Simulator) -> None:
    """Stop the server."""
    await plex_tv.servers["Attic"].stop()


async def lose_remote_access(plex_tv: Simulator) -> None:
    """Stop all routes of the server except the relay."""
    await plex_tv.servers["Attic"].stop("local", "remote")


async def stop_watching(plex_tv: Simulator) -> None:
    """Stop the film that was paused before."""
    attic = plex_tv.servers["Attic"]
    attic.playback.stop(attic.data.streams[0])


EVENTS: dict[str, Callable[[Simulator], Awaitable[None]]] = {
    "Plex server does not respond": stop_server,
    "Plex server only reached through the relay": lose_remote_access,
    "Plex server can be restarted": stop_watching,
}


def test_every_example_is_tried() -> None:
    """Every example has an event here that triggers it."""
    assert EXAMPLES.keys() == EVENTS.keys()


# An automation's timer for midnight runs until Home Assistant stops.
@pytest.mark.parametrize("expected_lingering_timers", [True])
@pytest.mark.parametrize("alias", EVENTS)
async def test_example(
    hass: HomeAssistant,
    instance: Instance,
    freezer: FrozenDateTimeFactory,
    plex_tv: Simulator,
    link: Link,
    alias: str,
) -> None:
    """An unchanged example creates a message for its event, and none before.

    Midnight passes in both periods.
    """
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to("2026-11-25 23:45:00+00:00")
    # A session that plays without progress would end.
    playback = plex_tv.servers["Attic"].playback
    playback.pause(playback.start(plex_tv.people["casey"]))
    await link("alice")
    assert await async_setup_component(
        hass, "automation", {"automation": EXAMPLES[alias]}
    )
    messages = async_mock_service(hass, "persistent_notification", "create")
    await pass_minutes(instance, 30)
    assert messages == []
    freezer.move_to("2026-11-26 23:45:00+00:00")
    await pass_minutes(instance, 5)
    await EVENTS[alias](plex_tv)
    await pass_minutes(instance, 30)
    [message] = messages
    assert message.data["title"] == "Plex"
    assert "{" not in message.data["message"]


async def pass_minutes(instance: Instance, minutes: int) -> None:
    """Let minutes pass, one by one."""
    for _ in range(minutes):
        await instance.pass_time(60)
