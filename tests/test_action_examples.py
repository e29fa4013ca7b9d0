"""The examples of the documents do what is said of them, pasted as they are."""

import ast
from functools import partial
import json
from typing import TYPE_CHECKING, Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from simulator import Fault

from . import in_time, pass_time, pass_time_until
from .repository.documents import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from freezegun.api import FrozenDateTimeFactory

    from simulator import Simulator

    from .conftest import Link

ACTIONS = DOCUMENTS["docs/actions.md"]
SEQUENCES = {
    str(step["response_variable"] if "response_variable" in step else step["action"]): (
        sequence
    )
    for block in ACTIONS.blocks("yaml")
    if isinstance(sequence := parse_yaml(block), list)
    for step in sequence[:1]
}
[SENSOR] = [
    held
    for block in ACTIONS.blocks("yaml")
    if isinstance(held := parse_yaml(block), dict)
]
SESSIONS = "/status/sessions"
TWO_STREAMS = Fault.body('{"MediaContainer": {"size": 2, "Metadata": [{}, {}]}}')


async def run(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, name: str
) -> Mapping[str, Any]:
    """Run an example as an automation does, and return what it knows at its end."""
    steps = await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA(SEQUENCES[name]))
    script = Script(hass, steps, name, "automation")
    result = await in_time(hass, freezer, script.async_run(context=Context()))
    assert result
    return result.variables


def test_each_action_has_an_example() -> None:
    """Every section has an example of its own, and no example goes untried."""
    used = {step["action"] for steps in SEQUENCES.values() for step in steps}
    sections = {name for name in ACTIONS.anchors if name.startswith("plex_account")}
    assert {name.replace(".", "") for name in used if "plex" in name} == sections
    tried = {"sessions", "films", "user", "found", "access", "new_server"}
    assert SEQUENCES.keys() == tried | {"plex_account.approve_code"}


async def test_streams(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, freezer: FrozenDateTimeFactory
) -> None:
    """A message tells how many streams a server has."""
    await link("alice")
    messages = async_mock_service(hass, "persistent_notification", "create")
    plex_tv.servers["Attic"].misbehave("GET", SESSIONS, TWO_STREAMS)
    await run(hass, freezer, "sessions")
    assert messages[-1].data["message"] == "2 streams are running."
    known = await run(hass, freezer, "sessions")
    assert messages[-1].data["message"] == "0 streams are running."
    [shown] = [
        block for block in ACTIONS.blocks("json") if block.startswith('{"status"')
    ]
    assert known["sessions"] == json.loads(shown)


async def test_some_of_many(
    hass: HomeAssistant, link: Link, freezer: FrozenDateTimeFactory
) -> None:
    """A large library is read bit by bit."""
    await link("alice")
    films = (await run(hass, freezer, "films"))["films"]["data"]["MediaContainer"]
    assert len(films["Metadata"]) == films["size"] == 2
    assert films["totalSize"] > 2


async def test_plex_tv_itself(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, freezer: FrozenDateTimeFactory
) -> None:
    """plex.tv tells of the account, without what is secret."""
    await link("alice")
    user = (await run(hass, freezer, "user"))["user"]["data"]
    assert "webhooks" in user["subscription"]["features"]
    assert user["username"] == plex_tv.people["alice"].username
    assert user["email"] == user["authToken"] == "**REDACTED**"


async def test_who_is_away(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, freezer: FrozenDateTimeFactory
) -> None:
    """A message names the servers that do not answer; the fields are those shown."""
    await plex_tv.servers["Cabin"].stop()
    await link("alice")
    messages = async_mock_service(hass, "persistent_notification", "create")
    found = (await run(hass, freezer, "found"))["found"]["servers"]
    assert messages[-1].data["message"] == "Away: Cabin"
    [shown] = [
        json.loads(block)["servers"][0]
        for block in ACTIONS.blocks("json")
        if '"servers"' in block
    ]
    assert {tuple(server) for server in found} == {tuple(shown)}


async def test_a_token(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, freezer: FrozenDateTimeFactory
) -> None:
    """Where it is allowed, a server's token opens the server at its address."""
    entry = await link("alice")
    hass.config_entries.async_update_entry(entry, options={"allow_tokens": True})
    access = (await run(hass, freezer, "access"))["access"]
    assert access.keys() == {"token", "headers", "address"}
    assert plex_tv.token_is_valid(access["token"])
    assert access["headers"]["X-Plex-Token"] == access["token"]


async def test_a_code(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, freezer: FrozenDateTimeFactory
) -> None:
    """A television that shows a code is signed in."""
    entry = await link("alice")
    menu = await entry.start_reconfigure_flow(hass)
    flows = hass.config_entries.flow
    await in_time(
        hass,
        freezer,
        flows.async_configure(menu["flow_id"], {"next_step_id": "code"}),
    )
    pin = plex_tv.pins[-1]
    hass.states.async_set("input_text.tv_code", f" {pin.code.lower()} ")
    await run(hass, freezer, "plex_account.approve_code")
    assert pin.token
    flows.async_abort(menu["flow_id"])


async def test_a_new_server(
    hass: HomeAssistant, link: Link, freezer: FrozenDateTimeFactory
) -> None:
    """A message tells the claim code, and until when it works."""
    await link("alice")
    messages = async_mock_service(hass, "persistent_notification", "create")
    claim = (await run(hass, freezer, "new_server"))["new_server"]
    assert claim["claim"].startswith("claim-")
    assert claim["claim"] in messages[-1].data["message"]
    assert claim["expires_at"] in messages[-1].data["message"]


# It asks every minute for as long as Home Assistant runs.
@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_a_sensor_of_your_own(
    hass: HomeAssistant, plex_tv: Simulator, link: Link, freezer: FrozenDateTimeFactory
) -> None:
    """A template sensor follows what a server answers."""
    await link("alice")
    plex_tv.servers["Attic"].misbehave("GET", SESSIONS, TWO_STREAMS, times=None)
    assert await async_setup_component(hass, "template", SENSOR)
    await hass.async_block_till_done()
    for streams in ("2", "0"):
        await pass_time(hass, freezer, 60)
        await pass_time_until(
            hass,
            freezer,
            partial(hass.states.is_state, "sensor.plex_streams", streams),
        )
        plex_tv.servers["Attic"].behave()


@pytest.mark.parametrize("streams", [0, 2])
async def test_another_integration(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    freezer: FrozenDateTimeFactory,
    streams: int,
) -> None:
    """What the document for other integrations shows counts each server's streams."""
    await link("alice")
    if streams:
        plex_tv.servers["Attic"].misbehave("GET", SESSIONS, TWO_STREAMS)
    [example] = DOCUMENTS["docs/integrations.md"].blocks("python")
    known: dict[str, Any] = {}
    exec(compile(ast.parse(example), "integrations.md", "exec"), known)  # noqa: S102 - it is to be tried as it stands there
    counted = await in_time(hass, freezer, known["async_count_streams"](hass))
    assert counted == {"Attic": streams, "Cabin": 0}
