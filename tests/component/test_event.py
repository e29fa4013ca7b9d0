"""What people play and what is new in libraries, as events and as numbers."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.plex_account.const import DOMAIN
from custom_components.plex_account.plextv.library_news import CALM
from custom_components.plex_account.plextv.playback import GAP, GRACE, SAFETY
from simulator import Fault
from tests.helpers.clock import in_time, pass_time
from tests.helpers.routes import SESSIONS

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import Event, EventStateChangedData, HomeAssistant

    from simulator import Person, ServerControl, Simulator
    from tests.conftest import Link

PLAYBACK: Final = "event.attic_playback"
LIBRARY: Final = "event.attic_library"
STREAMS: Final = "sensor.attic_streams"
# What every event entity has.
OWN: Final = {"event_type", "event_types", "friendly_name"}


class Happened:
    """The events of an event entity, in order."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Follow it from now on."""
        self.types: list[str] = []
        self.attributes: list[dict[str, Any]] = []
        self._entity_id = entity_id
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed)

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        """Note a state."""
        state = event.data["new_state"]
        if event.data["entity_id"] == self._entity_id and state:
            self.types.append(state.attributes["event_type"])
            self.attributes.append(
                {k: v for k, v in state.attributes.items() if k not in OWN}
            )


@pytest.fixture
def casey(plex_tv: Simulator) -> Person:
    """Provide a person with whom alice shares the server."""
    return plex_tv.people["casey"]


async def test_a_film(
    hass: HomeAssistant,
    attic: ServerControl,
    casey: Person,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It starts, pauses, goes on and stops, and streams are counted meanwhile."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    happened = Happened(hass, PLAYBACK)
    assert hass.states.is_state(PLAYBACK, "unknown")
    assert hass.states.is_state(STREAMS, "0")
    film = attic.playback.start(casey, "Basement")
    await pass_time(hass, freezer, GAP)
    assert hass.states.is_state(STREAMS, "1")
    for _ in range(60):
        attic.playback.proceed(film)
        await pass_time(hass, freezer, 10)
    attic.playback.buffer(film)
    attic.playback.pause(film)
    await pass_time(hass, freezer, 1)
    attic.playback.resume(film)
    await pass_time(hass, freezer, 1)
    attic.playback.stop(film)
    await pass_time(hass, freezer, GAP)
    # Nothing else was written in ten minutes.
    assert happened.types == ["started", "paused", "resumed", "stopped"]
    assert (
        happened.attributes
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
    assert hass.states.is_state(STREAMS, "0")


async def test_what_nobody_may_see(
    hass: HomeAssistant,
    plex_tv: Simulator,
    attic: ServerControl,
    casey: Person,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """No address of a viewer, no key of a session, and no e-mail address as a name."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    film = attic.playback.start(
        casey, local=False, facts={"User": {"title": "casey@mail.example"}}
    )
    await pass_time(hass, freezer, 1)
    entity = hass.states.get(PLAYBACK)
    assert entity
    assert entity.attributes["event_type"] == "started"
    told = str(entity.as_dict())
    for secret in (film.id, film.player, "198.51.100", "192.168", "mail.example"):
        assert secret not in told
    assert not [secret for secret in plex_tv.secrets if secret in told]
    assert "user" not in entity.attributes


async def test_what_is_on_already(
    hass: HomeAssistant,
    attic: ServerControl,
    casey: Person,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is counted and not told, but its end is."""
    film = attic.playback.start(casey)
    await link("alice")
    await pass_time(hass, freezer, 1)
    happened = Happened(hass, PLAYBACK)
    assert hass.states.is_state(STREAMS, "1")
    attic.playback.stop(film)
    await pass_time(hass, freezer, 1)
    assert happened.types == ["stopped"]


async def test_a_server_that_restarts(
    hass: HomeAssistant,
    attic: ServerControl,
    casey: Person,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What it has forgotten has stopped; the same number is another session then."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    attic.playback.start(casey)
    await pass_time(hass, freezer, 1)
    happened = Happened(hass, PLAYBACK)
    attic.push.end()
    attic.playback.forget_everything()
    assert attic.playback.start(casey, "Basement").key == 1
    await pass_time(hass, freezer, 5)
    await pass_time(hass, freezer, 1)
    assert happened.types == ["stopped", "started"]
    assert [each["title"] for each in happened.attributes] == [
        "The Attic Window",
        "Basement",
    ]


async def test_other_endings(
    hass: HomeAssistant,
    attic: ServerControl,
    casey: Person,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A stop that is none, a player that vanishes, and one that stands still."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    happened = Happened(hass, PLAYBACK)
    film = attic.playback.start(casey)
    await pass_time(hass, freezer, 1)
    attic.playback.tell(film, "stopped")
    await pass_time(hass, freezer, 5)
    assert happened.types == ["started"]
    attic.playback.proceed(film)
    attic.playback.vanish(film)
    for _ in range(30):
        await pass_time(hass, freezer, GRACE / 10)
    assert happened.types == ["started", "stopped"]
    attic.playback.start(casey)
    for _ in range(20):
        await pass_time(hass, freezer, GRACE / 10)
    assert happened.types == ["started", "stopped"] * 2


async def test_what_is_no_playback(
    hass: HomeAssistant,
    attic: ServerControl,
    casey: Person,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Trailers are not told; live TV without a rating key is."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    happened = Happened(hass, PLAYBACK)
    attic.playback.start(casey, facts={"type": "clip"})
    attic.playback.start(
        casey, "News", facts={"live": "1", "ratingKey": None, "key": "/livetv/x"}
    )
    await pass_time(hass, freezer, 1)
    assert [each["media_type"] for each in happened.attributes] == ["live"]
    assert hass.states.is_state(STREAMS, "1")


async def test_numbers(
    hass: HomeAssistant,
    attic: ServerControl,
    casey: Person,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What is converted and the data rate are counted once somebody wants them."""
    entry = await link("alice")
    registry = er.async_get(hass)
    owner = f"{entry.unique_id}_{attic.machine_identifier}"
    for key in ("transcodes", "bandwidth"):
        entity_id = registry.async_get_entity_id("sensor", DOMAIN, f"{owner}_{key}")
        assert entity_id
        assert registry.entities[entity_id].disabled
        registry.async_update_entity(entity_id, disabled_by=None)
    await in_time(hass, freezer, hass.config_entries.async_reload(entry.entry_id))
    attic.playback.start(casey)
    attic.playback.start(
        casey, facts={"TranscodeSession": {"videoDecision": "transcode"}}
    )
    for _ in range(10):
        await pass_time(hass, freezer, 0.5)
    assert hass.states.is_state("sensor.attic_transcodes", "1")
    assert hass.states.is_state("sensor.attic_bandwidth", "16824")
    attic.playback.start(casey, facts={"Session": None})
    await pass_time(hass, freezer, 1)
    assert hass.states.is_state("sensor.attic_bandwidth", "16824")
    assert hass.states.is_state(STREAMS, "3")


async def test_a_server_that_tells_nothing(
    hass: HomeAssistant,
    attic: ServerControl,
    casey: Person,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Numbers are unavailable while they are not known; a short gap is none."""
    attic.misbehave("GET", SESSIONS, Fault.html(403), times=None)
    await link("alice")
    await pass_time(hass, freezer, 1)
    assert hass.states.is_state(STREAMS, "unavailable")
    attic.behave()
    for _ in range(10):
        await pass_time(hass, freezer, 1)
    assert hass.states.is_state(STREAMS, "0")
    happened: list[str] = []
    hass.bus.async_listen(
        EVENT_STATE_CHANGED, lambda event: happened.append(event.data["entity_id"])
    )
    attic.push.end()
    for _ in range(10):
        await pass_time(hass, freezer, 0.5)
    assert attic.push.listening == 1
    assert STREAMS not in happened
    await attic.stop()
    for _ in range(15):
        await pass_time(hass, freezer, 0.5)
    assert hass.states.is_state(STREAMS, "unavailable")


@pytest.mark.parametrize("follow", ["own", "shared"])
async def test_somebody_elses_server(
    hass: HomeAssistant,
    plex_tv: Simulator,
    attic: ServerControl,
    casey: Person,
    link: Link,
    freezer: FrozenDateTimeFactory,
    follow: str,
) -> None:
    """One's own playback there, if the options say so, and nothing else."""
    await link("casey", options={"follow_playback": follow})
    await pass_time(hass, freezer, 1)
    assert (hass.states.get(PLAYBACK) is not None) is (follow == "shared")
    assert hass.states.get(LIBRARY) is None
    assert hass.states.get(STREAMS) is None
    happened = Happened(hass, PLAYBACK)
    attic.playback.start(plex_tv.people["alice"])
    film = attic.playback.start(casey, "Basement")
    await pass_time(hass, freezer, 1)
    attic.playback.pause(film)
    await pass_time(hass, freezer, 1)
    attic.playback.stop(film)
    await pass_time(hass, freezer, 1)
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
    # A session of which nothing more is heard is over.
    attic.playback.start(casey, facts={"type": "clip"})
    attic.playback.vanish(attic.playback.start(casey))
    for _ in range(10):
        await pass_time(hass, freezer, SAFETY / 5)
    assert happened.types[3:] == ["started", "started", "stopped", "stopped"]


async def test_a_new_episode(
    hass: HomeAssistant,
    attic: ServerControl,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is told once, when the server is done with it."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    happened = Happened(hass, LIBRARY)
    item = attic.playback.add_title(
        "Pilot", kind="episode", series="Letters from Wallop", season=1, number=1
    )
    await pass_time(hass, freezer, CALM - 5)
    attic.playback.refresh(item)
    await pass_time(hass, freezer, CALM - 5)
    assert happened.types == []
    await pass_time(hass, freezer, 10)
    assert happened.types == ["added"]
    assert happened.attributes == [
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
    hass: HomeAssistant,
    attic: ServerControl,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Of hundreds of titles ten are told, and then a number."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    happened = Happened(hass, LIBRARY)
    for number in range(113):
        attic.playback.add_title(f"Film {number}")
    await pass_time(hass, freezer, CALM + 1)
    assert happened.types == ["added"] * 11
    assert [each.get("title") for each in happened.attributes[:10]] == [
        f"Film {number}" for number in range(10)
    ]
    assert happened.attributes[10] == {"count": 103}


async def test_a_title_that_is_not_described(
    hass: HomeAssistant,
    attic: ServerControl,
    link: Link,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Then it is told with what the notification said."""
    await link("alice")
    await pass_time(hass, freezer, 1)
    happened = Happened(hass, LIBRARY)
    attic.misbehave("GET", "/library/metadata/{keys}", Fault.html(500))
    attic.playback.add_title("A New Film")
    await pass_time(hass, freezer, CALM + 1)
    assert happened.attributes == [{"kind": "movie", "title": "A New Film"}]
