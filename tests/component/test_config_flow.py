"""The config flow from its first form to the linked account."""

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from homeassistant.config_entries import SOURCE_USER
from homeassistant.const import CONF_TOKEN
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.plex_account.const import (
    CONF_CLIENT_IDENTIFIER,
    CONF_WAY,
    DOMAIN,
    WAY_CODE,
)
from custom_components.plex_account.flow.qr import qr_image
from simulator import Fault
from tests.helpers.clock import until
from tests.helpers.dialogue import Dialogue, linked, placeholders
from tests.helpers.routes import PINS

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.helpers.instance import Instance


async def test_a_code_links_the_account(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """Approving the code at Plex is enough to link the account."""
    shown = await dialogue.open()
    assert shown["type"] is FlowResultType.SHOW_PROGRESS
    assert shown["step_id"] == "code"
    await dialogue.approve("alice")
    assert dialogue.calls == 1
    result = await dialogue.look()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    [entry] = linked(hass)
    pin = plex_tv.pins[-1]
    assert not pin.strong
    assert entry.title == plex_tv.people["alice"].username
    assert entry.unique_id == plex_tv.people["alice"].uuid
    assert entry.data == {
        CONF_TOKEN: pin.token,
        CONF_CLIENT_IDENTIFIER: pin.client_identifier,
    }
    assert not entry.options
    await hass.async_block_till_done()
    assert hass.states.is_state(f"binary_sensor.{entry.title}_plex_pass", "on")


async def test_this_browser_links_the_account(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """A strong code is approved at Plex without a redirect back to Home Assistant."""
    shown = await dialogue.open("browser")
    assert shown["type"] is FlowResultType.SHOW_PROGRESS
    assert shown["step_id"] == "browser"
    assert shown["progress_action"] == "browser_near"
    assert placeholders(shown)["place"] == r"Nether Wallop\, United Kingdom"
    pin = plex_tv.pins[-1]
    assert pin.strong

    url = urlsplit(placeholders(shown)["url"])
    assert (url.scheme, url.netloc, url.path) == ("https", "app.plex.tv", "/auth")
    assert not url.query
    asked = parse_qs(url.fragment.removeprefix("?"))
    assert asked["clientID"] == [pin.client_identifier]
    assert asked["code"] == [pin.code]
    assert asked["context[device][product]"] == ["Home Assistant (Plex Account)"]
    assert "forwardUrl" not in asked

    await dialogue.approve("bob")
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY
    [entry] = linked(hass)
    assert entry.unique_id == plex_tv.people["bob"].uuid


async def test_the_screen_shows_all_that_a_person_needs(
    hass: HomeAssistant,
    plex_tv: Simulator,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The form shows the code, its link, both QR codes and its expiry time."""
    await hass.config.async_set_time_zone("Asia/Kolkata")
    freezer.move_to("2026-11-23 12:00:30+00:00")
    shown = await dialogue.open()

    code = plex_tv.pins[-1].code
    url = f"https://plex.tv/link/?pin={code}"
    given = placeholders(shown)
    assert given.pop("letters") == f'<bdi dir="ltr">{code}</bdi>'
    assert given == {
        "code": code,
        "url": url,
        "qr": qr_image(url),
        "until": "17:45",
        "plex_qr_url": str(plex_tv.url / "api/v2/pins/qr" / code),
    }
    assert shown["progress_action"] == "code_with_plex_qr"


@pytest.mark.parametrize(
    "qr", [None, "", "not an address", "https://plex.tv.example/qr.png", "//x", "a:b"]
)
async def test_only_a_picture_of_plex_is_offered(
    plex_tv: Simulator, dialogue: Dialogue, qr: str | None
) -> None:
    """An image that is not at plex.tv's own address is not shown."""
    pin = {"id": 1, "code": "ABCD", "expiresIn": 900, "qr": qr}
    plex_tv.misbehave("POST", PINS, Fault.body(json.dumps(pin), status=201))
    shown = await dialogue.open()
    assert shown["progress_action"] == "code"
    assert "plex_qr_url" not in placeholders(shown)


async def test_a_managed_user_is_called_by_title(
    hass: HomeAssistant, dialogue: Dialogue
) -> None:
    """The entry of a managed user, who has no username, is named by the title."""
    await dialogue.open()
    await dialogue.approve("casey")
    assert (await dialogue.look())["title"] == "Casey"


async def test_an_account_is_linked_once(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """A second sign-in with the same account aborts and changes nothing."""
    await dialogue.open()
    await dialogue.approve()
    await dialogue.look()
    [entry] = linked(hass)
    before = dict(entry.data)

    await dialogue.open()
    await dialogue.approve()
    result = await dialogue.look()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert result["description_placeholders"] == {"account": r"alice\_attic"}
    assert [dict(entry.data) for entry in linked(hass)] == [before]
    # The second sign-in made a second authorised device, which nothing would use.
    unused = dialogue.token
    assert unused != before[CONF_TOKEN]
    await until(lambda: not plex_tv.token_is_valid(unused))
    assert plex_tv.token_is_valid(before[CONF_TOKEN])


async def test_several_accounts(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator
) -> None:
    """Several flows at once do not affect each other."""
    dialogues = {
        person: Dialogue(instance, plex_tv) for person in ("alice", "bob", "casey")
    }
    for dialogue in dialogues.values():
        await dialogue.open()
    codes = [pin.code for pin in plex_tv.pins]
    assert len({pin.client_identifier for pin in plex_tv.pins}) == 3
    for person, code in zip(dialogues, reversed(codes), strict=True):
        plex_tv.approve(code, person)
    await instance.pass_time(5)
    await until(lambda: all(d.step == "finish" for d in dialogues.values()))
    for dialogue in dialogues.values():
        assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY
    people = plex_tv.people
    assert {entry.unique_id for entry in linked(hass)} == {
        people[person].uuid for person in dialogues
    }
    for entry in linked(hass):
        assert plex_tv.token_is_valid(entry.data[CONF_TOKEN])


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2027-03-28 00:55:00+00:00", "03:10"),
        ("2026-10-25 00:55:00+00:00", "02:10"),
        ("2026-11-27 23:55:00+00:00", "01:10"),
    ],
)
async def test_the_night_when_clocks_change(
    hass: HomeAssistant,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
    now: str,
    until: str,
) -> None:
    """The expiry time of a code is local, also when the clocks change."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to(now)
    assert placeholders(await dialogue.open())["until"] == until


async def test_a_browser_without_a_known_place(
    plex_tv: Simulator, dialogue: Dialogue
) -> None:
    """The text names no place when plex.tv reports none."""
    plex_tv.quirks.location = "absent"
    assert (await dialogue.open("browser"))["progress_action"] == "browser"


async def test_a_place_is_text(plex_tv: Simulator, dialogue: Dialogue) -> None:
    """Markdown in the name of a place is escaped."""
    location = {"city": "![x](https://evil.example)", "country": "<img src=x>"}
    pin = {"id": 1, "code": "ABCD", "expiresIn": 900, "location": location}
    plex_tv.misbehave("POST", PINS, Fault.body(json.dumps(pin), status=201))
    place = placeholders(await dialogue.open("browser"))["place"]
    assert not set("[]()<>!:/=") & set(re.sub(r"\\.", "", place))
    assert re.sub(r"\\(.)", r"\1", place) == ", ".join(location.values())


async def test_a_form_may_be_looked_at_twice(
    hass: HomeAssistant, dialogue: Dialogue
) -> None:
    """Fetching the first form twice shows the same choice."""
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    again = await hass.config_entries.flow.async_configure(form["flow_id"])
    assert again["type"] is FlowResultType.FORM
    assert again["data_schema"] is not None
    # The default that the form submits if nothing is chosen.
    assert again["data_schema"]({}) == {CONF_WAY: WAY_CODE}
    await dialogue.choose(form["flow_id"])
    await dialogue.approve()
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY
