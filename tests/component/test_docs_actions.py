"""The examples of docs/actions.md work as they are written."""

from datetime import timedelta
import json
from typing import TYPE_CHECKING, Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from simulator import Stream
from tests.helpers.signed_in_devices import EVENT, SignedInDevices
from tests.repository.documents import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from freezegun.api import FrozenDateTimeFactory

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

type Json = Mapping[str, Json] | Sequence[Json] | str | int | None

ACTIONS = DOCUMENTS["docs/actions.md"]
BLOCKS = ACTIONS.blocks("yaml") + DOCUMENTS["docs/examples.md"].blocks("yaml")
SEQUENCES = {
    str(step["response_variable"] if "response_variable" in step else step["action"]): (
        sequence
    )
    for block in BLOCKS
    if isinstance(sequence := parse_yaml(block), list)
    for step in sequence[:1]
}
SETTINGS = [held for block in BLOCKS if isinstance(held := parse_yaml(block), dict)]
[SENSOR] = [held for held in SETTINGS if "template" in held]
STATUS, SERVERS, TOKEN, CLAIM, DEVICES = map(json.loads, ACTIONS.blocks("json"))


async def run(hass: HomeAssistant, instance: Instance, name: str) -> Mapping[str, Any]:
    """Run an example as a script, and return its variables."""
    steps = await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA(SEQUENCES[name]))
    script = Script(hass, steps, name, "automation")
    result = await instance.in_time(script.async_run(context=Context()))
    assert result
    return result.variables


def test_each_action_has_an_example() -> None:
    """Every section has an example, and each is tested here."""
    used = {step.get("action", "") for steps in SEQUENCES.values() for step in steps}
    sections = {name for name in ACTIONS.anchors if name.startswith("plex_account")}
    assert {name.replace(".", "") for name in used if "plex" in name} == sections
    tried = {"sessions", "movies", "signed_in", "webhooks", "found", "access"}
    tried |= {"new_server", "plex_account.request", "plex_account.approve_code"}
    tried |= {"plex_account.sign_out_device"}
    assert SEQUENCES.keys() == tried


def shorten(answer: Json, shown: Json) -> Json:
    """Reduce a response to the keys that the document shows."""
    match answer, shown:
        case dict(), dict():
            return {key: shorten(answer.get(key), shown[key]) for key in shown}
        case list(), list():
            return [shorten(*pair) for pair in zip(answer, shown, strict=True)]
    return answer


async def test_who_watches(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A message names who watches what; the document shows the actual response."""
    await link("alice")
    messages = async_mock_service(hass, "persistent_notification", "create")
    await run(hass, instance, "sessions")
    assert messages[-1].data["message"] == "Nobody is watching anything."
    streams = plex_tv.servers["Attic"].data.streams
    streams.append(
        Stream(id="1", person=plex_tv.people["casey"], title="The Attic Window")
    )
    answer = (await run(hass, instance, "sessions"))["sessions"]
    assert messages[-1].data["message"] == (
        "Casey is watching The Attic Window on Living Room TV."
    )
    assert shorten(answer, STATUS) == STATUS
    streams.append(Stream(id="2", person=plex_tv.people["alice"], title="Basement"))
    await run(hass, instance, "sessions")
    assert r"alice\_attic is watching Basement" in messages[-1].data["message"]


async def test_how_many_movies(
    hass: HomeAssistant, instance: Instance, link: Link
) -> None:
    """Movies are counted without being transferred."""
    await link("alice")
    messages = async_mock_service(hass, "persistent_notification", "create")
    movies = (await run(hass, instance, "movies"))["movies"]["data"]["MediaContainer"]
    assert messages[-1].data["message"] == "3 movies"
    assert "Metadata" not in movies


@pytest.mark.parametrize("days", [1, 8])
async def test_new_devices(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    days: int,
) -> None:
    """A message names new devices; the document shows the right fields."""
    await link("alice")
    device = plex_tv.sign_in_device("alice")
    freezer.tick(timedelta(days))
    messages = async_mock_service(hass, "persistent_notification", "create")
    answer = (await run(hass, instance, "signed_in"))["signed_in"]
    assert answer["devices"][0].keys() == DEVICES["devices"][0].keys()
    message = rf"Living Room \(Plex for Android \(TV\)\), {device.id}."
    assert (message in messages[-1].data["message"]) == (days < 7)
    assert ("none." in messages[-1].data["message"]) == (days > 7)


async def test_signing_a_device_out(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    signed_in: SignedInDevices,
) -> None:
    """The device of the last event is signed out."""
    await signed_in.turn(EVENT)
    device = plex_tv.sign_in_device("alice")
    await signed_in.next_list()
    await run(hass, instance, "plex_account.sign_out_device")
    assert not plex_tv.token_is_valid(device.token)


async def test_a_new_version(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The server gets a request to check for an update, not to download it."""
    await link("alice")
    await run(hass, instance, "plex_account.request")
    seen = plex_tv.servers["Attic"].requests[-1]
    assert (seen.method, seen.path) == ("PUT", "/updater/check")
    assert seen.query["download"] == "0"


@pytest.mark.parametrize(
    ("before", "added"),
    [
        ([], True),
        (["http://192.168.240.1/hook", "http://b.example/?a=1&b=2"], True),
        (["http://homeassistant.local:8123/api/webhook/plex"], False),
        (["http://user:secret@b.example/hook"], False),
    ],
    ids=["none", "some", "ours", "one that is not shown"],
)
async def test_webhooks(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    before: list[str],
    *,
    added: bool,
) -> None:
    """A webhook is added, and existing ones are kept."""
    await link("alice")
    webhooks = plex_tv.people["alice"].webhooks
    webhooks += before
    await run(hass, instance, "webhooks")
    ours = ["http://homeassistant.local:8123/api/webhook/plex"] if added else []
    assert webhooks == before + ours


async def test_who_is_away(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A message names unreachable servers; the document shows the right fields."""
    await plex_tv.servers["Cabin"].stop()
    await link("alice")
    messages = async_mock_service(hass, "persistent_notification", "create")
    found = (await run(hass, instance, "found"))["found"]["servers"]
    assert messages[-1].data["message"] == "Unreachable: Cabin"
    [shown] = SERVERS["servers"]
    assert {tuple(server) for server in found} == {tuple(shown)}
    [away] = [server for server in found if not server["reachable"]]
    assert (away["route"], away["address"]) == ("none", None)


async def test_a_token(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """Once allowed, `get_token` returns a token that the server accepts."""
    entry = await link("alice")
    hass.config_entries.async_update_entry(entry, options={"allow_tokens": True})
    access = (await run(hass, instance, "access"))["access"]
    assert access.keys() == TOKEN.keys()
    assert access["headers"].keys() > TOKEN["headers"].keys()
    assert access["headers"]["Accept"] == TOKEN["headers"]["Accept"]
    assert plex_tv.token_is_valid(access["token"])
    assert access["headers"]["X-Plex-Token"] == access["token"]


async def test_a_code(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    link: Link,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A television that shows a code is signed in."""
    entry = await link("alice")
    form = await entry.start_reconfigure_flow(hass)
    flows = hass.config_entries.flow
    await instance.in_time(flows.async_configure(form["flow_id"], {"way": "code"}))
    pin = plex_tv.pins[-1]
    [step] = SEQUENCES["plex_account.approve_code"]
    assert len(step["data"]["code"]) == len(pin.code)
    typed = {"code": f" {pin.code.lower()} "}
    monkeypatch.setitem(
        SEQUENCES, "plex_account.approve_code", [{**step, "data": typed}]
    )
    await run(hass, instance, "plex_account.approve_code")
    assert pin.token
    flows.async_abort(form["flow_id"])


async def test_a_new_server(
    hass: HomeAssistant, instance: Instance, link: Link
) -> None:
    """A message contains the claim code and its end."""
    await link("alice")
    messages = async_mock_service(hass, "persistent_notification", "create")
    claim = (await run(hass, instance, "new_server"))["new_server"]
    assert claim.keys() == CLAIM.keys()
    assert claim["claim"].startswith("claim-")
    assert claim["claim"] in messages[-1].data["message"]
    assert claim["expires_at"] in messages[-1].data["message"]


# The sensor sends one more request before the server counts as unreachable.
@pytest.mark.allowed_logs("Attic could not be reached")
# The timer of the sensor runs every hour until Home Assistant stops.
@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_a_sensor_of_your_own(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """A template sensor follows the response and the availability of a server."""
    await link("alice")
    attic = plex_tv.servers["Attic"]
    assert await async_setup_component(hass, "template", SENSOR)
    await hass.async_block_till_done()

    async def shows(state: str) -> None:
        """Wait until the sensor has a state."""
        await instance.pass_hours(1)
        await instance.pass_time_until_shown("sensor.plex_movies", state)

    await shows("3")
    await attic.stop()
    await shows("unavailable")
    await attic.start()
    await instance.pass_time(300)
    await shows("3")
