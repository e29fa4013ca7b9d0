"""Unusual texts in every field of plex.tv's responses."""

import json
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import MAX_LENGTH_STATE_STATE
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.plex_account.const import DOMAIN
from simulator import Fault
from tests.helpers.dialogue import Dialogue, linked

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.helpers.instance import Instance

# What plex.tv sends, and what is shown of it.
ODD: Final = {
    "control characters": ("a\0\a\b\x1b[31mb\x7f\x85c", "a [31mb c"),
    "lines": ("one\r\ntwo\u2028three", "one two three"),
    "turned round": ("\u202egnp.\u2066exe", "gnp. exe"),
    "right to left": ("שלום עולם", "שלום עולם"),
    "digits": ("\uff11\u0663\u00b2\u2167", "\uff11\u0663\u00b2\u2167"),
    "half a character": ("a\ud800b", "a b"),
    "markup": ("<img src=x>{{ states }}[a](b)", "<img src=x>{{ states }}[a](b)"),
    "a thousand": ("x" * 1000, "x" * 1000),
    "100 kB": ("x" * 100_000, "x" * 1024),
}


@pytest.mark.parametrize(("told", "shown"), ODD.values(), ids=ODD)
async def test_odd_texts(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    dialogue: Dialogue,
    told: str,
    shown: str,
) -> None:
    """An account with unusual names is linked; each name is shown on one line."""
    uuid = plex_tv.people["alice"].uuid
    account: dict[str, Any] = {
        "uuid": uuid,
        "username": told,
        "title": told,
        "subscription": {"active": True, "plan": told, "features": [told]},
    }
    row: dict[str, Any] = {
        "clientIdentifier": "a1b2c3",
        "provides": "server",
        "name": told,
        "sourceTitle": told,
        "productVersion": told,
        "platform": told,
        "accessToken": told,
        "connections": [{"uri": f"http://127.0.0.1:1/{told}"}, {"uri": told}],
    }
    for route, body in (("user", account), ("resources", [row])):
        fault = Fault.body(json.dumps(body))
        plex_tv.misbehave("GET", f"/api/v2/{route}", fault, times=None)
    await dialogue.open()
    await dialogue.approve()
    assert (await dialogue.look())["type"] is FlowResultType.CREATE_ENTRY
    [entry] = linked(hass)
    await instance.pass_time_until_loaded(entry)
    await hass.async_block_till_done()
    assert entry.title == shown
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert [device.name for device in devices] == [shown, shown]
    plan = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, f"{uuid}_plan")
    assert plan
    named = shown[:1].upper() + shown[1:MAX_LENGTH_STATE_STATE]
    assert instance.shows(plan, named)
