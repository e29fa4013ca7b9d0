"""Any response of Plex can be returned by the action `request`."""

import json
from typing import TYPE_CHECKING
from unittest.mock import ANY

from homeassistant.helpers.json import json_bytes
from hypothesis import given
import pytest

from custom_components.plex_account.plextv import (
    PlexTvResponseError,
    RawResponse,
    redacted,
)
from simulator import Fault
from tests.helpers.actions import act
from tests.helpers.responses import answered
from tests.helpers.strategies import CALL_BODIES

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator


@given(CALL_BODIES)
def test_any_answer(body: bytes) -> None:
    """Any readable response can be serialised, redacted or not."""
    try:
        data = RawResponse.from_response(answered(body)).data
    except PlexTvResponseError:
        return
    for shown in (data, redacted(data, ["secret"])):
        json.loads(json_bytes({"status": 200, "data": shown}))


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (
            f"[{2**64}, {-(2**64)}, {10**400}]",
            [str(2**64), str(-(2**64)), "1" + "0" * 400],
        ),
        ("[NaN, Infinity, 1e999]", [None, None, None]),
        (r'{"\ud83d": "\udc00"}', {"?": "?"}),
        ("[" * 99 + "1" + "]" * 99, ANY),
        ("<a>" * 100 + "</a>" * 100, ANY),
        ("", None),
    ],
    ids=["numbers", "no numbers", "half characters", "deep", "deep XML", "nothing"],
)
async def test_odd_answers(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    body: str,
    data: object,
) -> None:
    """Values that JSON cannot hold are replaced by the nearest ones."""
    plex_tv.misbehave("*", "*", Fault.body(body))
    answer = json.loads(json_bytes(await act(hass, "request", {"path": "/a"})))
    assert answer["status"] == 200
    assert answer["data"] == data
