"""Playback and new titles in libraries, as events and as sensors."""

import json
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.plex_account.const import DOMAIN
from custom_components.plex_account.plextv.library_news import CALM
from custom_components.plex_account.plextv.playback import (
    GAP,
    GRACE,
    LOST_AFTER,
    RETRIES,
    SAFETY,
)
from simulator import Fault
from tests.helpers.routes import SESSIONS, TITLES

if TYPE_CHECKING:
    from homeassistant.core import Event, EventStateChangedData, HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Person, ServerControl, Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

PLAYBACK: Final = "event.attic_playback"
LIBRARY: Final = "event.attic_library"
STREAMS: Final = "sensor.attic_streams"
# Attributes that every event entity has.
OWN: Final = {"event_type", "event_types", "friendly_name"}


class Happened:
    """The events of an event entity, in order."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Record its events from now on."""
        self.types: list[str] = []
        self.attributes: list[dict[str, Any]] = []
        self._entity_id = entity_id
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed)

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        """Record a new state."""
        state = event.data["new_state"]
        if event.data["entity_id"] != self._entity_id or state is None:
            return
        if state.state != STATE_UNAVAILABLE:
            self.types.append(state.attributes["event_type"])
            self.attributes.append(
                {k: v for k, v in state.attributes.items() if k not in OWN}
            )


@pytest.fixture
def played(hass: HomeAssistant, listening: MockConfigEntry) -> Happened:
    """Provide the playback events of alice's server at home."""
    return Happened(hass, PLAYBACK)


@pytest.fixture
def added(hass: HomeAssistant, listening: MockConfigEntry) -> Happened:
    """Provide the library events of alice's server at home."""
    return Happened(hass, LIBRARY)


async def test_a_film(
    instance: Instance, attic: ServerControl, casey: Person, played: Happened
) -> None:
    """A film fires an event for each change of state, and counts as a stream."""
    assert instance.shows(PLAYBACK, "unknown")
    assert instance.shows(STREAMS, "0")
    film = attic.playback.start(casey, "Basement")
    await instance.pass_time(GAP)
    assert instance.shows(STREAMS, "1")
    for _ in range(60):
        attic.playback.proceed(film)
        await instance.pass_time(10)
    attic.playback.buffer(film)
    attic.playback.pause(film)
    await instance.pass_time(1)
    attic.playback.resume(film)
    await instance.pass_time(1)
    attic.playback.stop(film)
    await instance.pass_time(GAP)
    # The progress of ten minutes wrote no other state.
    assert played.types == ["started", "paused", "resumed", "stopped"]
    assert (
        played.attributes
        == [
            {
                "user": "Casey",
                "player": "Living Room TV",
                "product": "Plex for Android (TV)",
                "media_type": "movie",
                "title": "Basement",
                "library": "Films",
                "year": 2011,
            }
        ]
        * 4
    )
    assert instance.shows(STREAMS, "0")


@pytest.mark.usefixtures("listening")
async def test_what_nobody_may_see(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    attic: ServerControl,
    casey: Person,
) -> None:
    """An event has no address, no key of a session, and no e-mail address as a name."""
    film = attic.playback.start(
        casey, local=False, facts={"User": {"title": "casey@mail.example"}}
    )
    await instance.pass_time(1)
    entity = hass.states.get(PLAYBACK)
    assert entity
    assert entity.attributes["event_type"] == "started"
    told = str(entity.as_dict())
    for secret in (film.id, film.player, "198.51.100", "192.168", "mail.example"):
        assert secret not in told
    assert not [secret for secret in plex_tv.secrets if secret in told]
    assert "user" not in entity.attributes


async def test_what_is_on_already(
    instance: Instance, attic: ServerControl, casey: Person, link: Link
) -> None:
    """A film that plays already is counted; only its end fires an event."""
    film = attic.playback.start(casey)
    await link("alice")
    await instance.pass_time(1)
    happened = Happened(instance.hass, PLAYBACK)
    assert instance.shows(STREAMS, "1")
    attic.playback.stop(film)
    await instance.pass_time(1)
    assert happened.types == ["stopped"]


async def test_a_server_that_restarts(
    instance: Instance, attic: ServerControl, casey: Person, played: Happened
) -> None:
    """A restart of the server ends its sessions; a reused key is a new session."""
    attic.playback.start(casey)
    await instance.pass_time(1)
    attic.push.end()
    attic.playback.forget_everything()
    assert attic.playback.start(casey, "Basement").key == 1
    await instance.pass_time(5)
    await instance.pass_time(1)
    assert played.types == ["started", "stopped", "started"]
    assert [each["title"] for each in played.attributes] == [
        "The Attic Window",
        "The Attic Window",
        "Basement",
    ]


async def test_other_endings(
    instance: Instance, attic: ServerControl, casey: Person, played: Happened
) -> None:
    """A session without progress ends; a false stop notification does not end it."""
    film = attic.playback.start(casey)
    await instance.pass_time(1)
    attic.playback.tell(film, "stopped")
    await instance.pass_time(5)
    assert played.types == ["started"]
    attic.playback.proceed(film)
    attic.playback.vanish(film)
    for _ in range(30):
        await instance.pass_time(GRACE / 10)
    assert played.types == ["started", "stopped"]
    attic.playback.start(casey)
    for _ in range(20):
        await instance.pass_time(GRACE / 10)
    assert played.types == ["started", "stopped"] * 2


async def test_what_is_no_playback(
    instance: Instance, attic: ServerControl, casey: Person, played: Happened
) -> None:
    """Live TV without a rating key fires events; a trailer does not."""
    attic.playback.start(casey, facts={"type": "clip"})
    attic.playback.start(
        casey, "News", facts={"live": "1", "ratingKey": None, "key": "/livetv/x"}
    )
    await instance.pass_time(1)
    assert [each["media_type"] for each in played.attributes] == ["live"]
    assert instance.shows(STREAMS, "1")


async def test_numbers(
    instance: Instance, attic: ServerControl, casey: Person, link: Link
) -> None:
    """Transcodes and bandwidth are measured once their entities are enabled."""
    entry = await link("alice")
    registry = er.async_get(instance.hass)
    owner = f"{entry.unique_id}_{attic.machine_identifier}"
    for key in ("transcodes", "bandwidth"):
        entity_id = registry.async_get_entity_id("sensor", DOMAIN, f"{owner}_{key}")
        assert entity_id
        assert registry.entities[entity_id].disabled
        registry.async_update_entity(entity_id, disabled_by=None)
    await instance.reload(entry)
    attic.playback.start(casey)
    attic.playback.start(
        casey, facts={"TranscodeSession": {"videoDecision": "transcode"}}
    )
    for _ in range(10):
        await instance.pass_time(0.5)
    assert instance.shows("sensor.attic_transcodes", "1")
    assert instance.shows("sensor.attic_bandwidth", "16824")
    attic.playback.start(casey, facts={"Session": None})
    await instance.pass_time(1)
    assert instance.shows("sensor.attic_bandwidth", "16824")
    assert instance.shows(STREAMS, "3")


async def test_a_server_that_tells_nothing(
    hass: HomeAssistant, instance: Instance, attic: ServerControl, link: Link
) -> None:
    """Sensors are unavailable without a list of sessions, except for a short gap."""
    attic.misbehave("GET", SESSIONS, Fault.html(403), times=None)
    await link("alice")
    await instance.pass_time(1)
    assert instance.shows(STREAMS, "unavailable")
    attic.behave()
    for _ in range(10):
        await instance.pass_time(1)
    assert instance.shows(STREAMS, "0")
    happened: list[str] = []
    hass.bus.async_listen(
        EVENT_STATE_CHANGED, lambda event: happened.append(event.data["entity_id"])
    )
    attic.push.end()
    for _ in range(10):
        await instance.pass_time(0.5)
    assert attic.push.listening == 1
    assert STREAMS not in happened
    await attic.stop()
    for _ in range(15):
        await instance.pass_time(0.5)
    assert instance.shows(STREAMS, "unavailable")


async def test_a_server_that_lists_no_more(
    instance: Instance, attic: ServerControl, casey: Person, played: Happened
) -> None:
    """After several failed lists of sessions, the number of streams is unavailable."""
    film = attic.playback.start(casey)
    await instance.pass_time(GAP)
    assert instance.shows(STREAMS, "1")
    attic.misbehave("GET", SESSIONS, Fault.html(401), times=None)
    attic.playback.stop(film)
    asked = len(attic.seen("GET", SESSIONS))
    while len(attic.seen("GET", SESSIONS)) < asked + LOST_AFTER:
        assert instance.shows(STREAMS, "1")
        await instance.pass_time(1)
    assert instance.shows(STREAMS, "unavailable")
    assert attic.push.listening == 1
    attic.behave()
    await instance.pass_time(RETRIES[LOST_AFTER - 1])
    assert played.types == ["started", "stopped"]
    assert instance.shows(STREAMS, "0")


@pytest.mark.parametrize("follow", ["own", "shared"])
async def test_somebody_elses_server(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    attic: ServerControl,
    casey: Person,
    link: Link,
    follow: str,
) -> None:
    """A shared server fires events of own playback only, if the options allow it."""
    await link("casey", options={"follow_playback": follow})
    await instance.pass_time(1)
    assert (hass.states.get(PLAYBACK) is not None) is (follow == "shared")
    assert hass.states.get(LIBRARY) is None
    assert hass.states.get(STREAMS) is None
    happened = Happened(hass, PLAYBACK)
    attic.playback.start(plex_tv.people["alice"])
    film = attic.playback.start(casey, "Basement")
    await instance.pass_time(1)
    attic.playback.pause(film)
    await instance.pass_time(1)
    attic.playback.stop(film)
    await instance.pass_time(1)
    if follow == "own":
        assert happened.types == []
        return
    assert happened.types == ["started", "paused", "stopped"]
    assert happened.attributes[0] == {
        "media_type": "movie",
        "title": "Basement",
        "library": "Films",
        "year": 2011,
    }
    assert not attic.seen("GET", SESSIONS)
    # A session without further notifications ends.
    attic.playback.start(casey, facts={"type": "clip"})
    attic.playback.vanish(attic.playback.start(casey))
    for _ in range(10):
        await instance.pass_time(SAFETY / 5)
    assert happened.types[3:] == ["started", "started", "stopped", "stopped"]


@pytest.mark.parametrize("person", ["alice", "casey"])
async def test_news_of_a_library(
    hass: HomeAssistant,
    instance: Instance,
    attic: ServerControl,
    link: Link,
    person: str,
) -> None:
    """New titles fire events for an owned server, and not for a shared one."""
    await link(person, options={"follow_playback": "shared"})
    await instance.pass_time(1)
    library = Happened(hass, LIBRARY)
    for state, metadata_state in ((0, "created"), (5, None)):
        entry = {
            "identifier": "com.plexapp.plugins.library",
            "itemID": 20883,
            "type": 1,
            "title": "A Film",
            "state": state,
            "metadataState": metadata_state,
        }
        text = json.dumps({"TimelineEntry": entry})
        attic.push.send_raw(f"event: timeline\ndata: {text}\n\n".encode())
    await instance.pass_time(1)
    await instance.pass_time(CALM)
    assert library.types == (["added"] if person == "alice" else [])


async def test_a_new_episode(
    instance: Instance, attic: ServerControl, added: Happened
) -> None:
    """A new episode fires one event, once the server has processed it."""
    item = attic.playback.add_title(
        "Pilot", kind="episode", series="Letters from Wallop", season=1, number=1
    )
    await instance.pass_time(CALM - 5)
    attic.playback.refresh(item)
    await instance.pass_time(CALM - 5)
    assert added.types == []
    await instance.pass_time(10)
    assert added.types == ["added"]
    assert added.attributes == [
        {
            "kind": "episode",
            "title": "Pilot",
            "series": "Letters from Wallop",
            "season": 1,
            "episode": 1,
            "library": "Series",
            "year": 2026,
        }
    ]


async def test_an_import(
    instance: Instance, attic: ServerControl, added: Happened
) -> None:
    """A large import fires events for ten titles, and one with the remaining count."""
    for number in range(113):
        attic.playback.add_title(f"Film {number}")
    await instance.pass_time(CALM + 1)
    assert added.types == ["added"] * 11
    assert [each.get("title") for each in added.attributes[:10]] == [
        f"Film {number}" for number in range(10)
    ]
    assert added.attributes[10] == {"count": 103}


async def test_a_title_that_is_not_described(
    instance: Instance, attic: ServerControl, added: Happened
) -> None:
    """Without details of a title, the event has the data of the notification."""
    attic.misbehave("GET", TITLES, Fault.html(500))
    attic.playback.add_title("A New Film")
    await instance.pass_time(CALM + 1)
    assert added.attributes == [{"kind": "movie", "title": "A New Film"}]
