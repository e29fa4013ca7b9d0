"""Errors of actions when plex.tv or a server fails."""

from typing import TYPE_CHECKING

from homeassistant.exceptions import HomeAssistantError
import pytest

from simulator import Fault, Simulator
from tests.helpers.actions import act, device_id, failure, refusal, text_of
from tests.helpers.routes import CLAIM, HOME_USERS, SECTIONS

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from tests.conftest import Link
    from tests.helpers.instance import Instance

MIB = 1024 * 1024

NO_ANSWER = "{whom} could not be reached or did not respond as expected"
UNREADABLE = (
    "The response from {whom} could not be read. It is incomplete, or it is neither "
    "JSON nor XML"
)
TOO_LARGE = (
    "The response from {whom} is larger than 5 MiB. Request less data, for example by "
    "setting X-Plex-Container-Size in the query"
)
LIMITED = "{whom} is limiting requests. Try again in a few minutes"
TROUBLE = {
    "400": (
        Fault.status(400, body='{"errors": [{"code": 1, "message": "Too many."}]}'),
        "{whom} refused the request: {asked} answered 400 to a request: Too many",
    ),
    "403": (
        Fault.html(403),
        "{whom} refused the request: {asked} answered 403 to a request",
    ),
    "404": (Fault.status(404), "{whom} has nothing at this path"),
    "410": (
        Fault.status(410, body=""),
        "{whom} refused the request: {asked} answered 410 to a request",
    ),
    "429": (Fault.rate_limited("60"), LIMITED),
    "502": (
        Fault.html(502),
        "{whom} is having problems: {asked} answered 502 to a request. Try again later",
    ),
    "redirect": (
        Fault.redirect("http://127.0.0.1:1/"),
        "{whom} refused the request: {asked} answered 302 to a request",
    ),
    "page": (Fault.html(200), UNREADABLE),
    "truncated JSON": (Fault.body('{"a":'), UNREADABLE),
    "deep JSON": (Fault.body("[" * 200_000), UNREADABLE),
    "broken off": (Fault.truncated(), UNREADABLE),
    "large": (Fault.huge(5 * MIB + 1), TOO_LARGE),
    "large, not announced": (Fault.huge(6 * MIB, announced=False), TOO_LARGE),
    "reset": (Fault.reset(), NO_ANSWER),
    "silent": (Fault.hang(), NO_ANSWER),
    "slow": (Fault.drip(), NO_ANSWER),
}


@pytest.mark.parametrize(("fault", "text"), TROUBLE.values(), ids=TROUBLE)
@pytest.mark.parametrize("whom", ["plex.tv", "Attic"])
async def test_trouble(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    whom: str,
    fault: Fault,
    text: str,
) -> None:
    """The error names the server or plex.tv, and the account stays signed in."""
    data, asked = {"path": HOME_USERS}, "plex.tv"
    if whom == "Attic":
        data = {"path": SECTIONS, "device_id": device_id(hass, alice, "Attic")}
        asked = "the server"
        plex_tv.servers["Attic"].misbehave("GET", SECTIONS, fault, times=None)
    else:
        plex_tv.misbehave("GET", HOME_USERS, fault, times=None)
    error = await instance.in_time(failure(hass, "request", data))
    assert type(error) is HomeAssistantError
    assert text_of(error) == text.format(whom=whom, asked=asked)
    assert not instance.flows


@pytest.mark.parametrize("action", ["approve_code", "create_claim"])
@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault.reset(), NO_ANSWER),
        (Fault.rate_limited(), LIMITED),
        (Fault.status(404, body="{}"), "{whom} has nothing at this path"),
        (Fault.truncated(), UNREADABLE),
        (
            Fault.html(503),
            (
                "{whom} is having problems: plex.tv answered 503 to {doing}. "
                "Try again later"
            ),
        ),
    ],
    ids=lambda value: str(value)[:12],
)
async def test_trouble_with_plex_tv(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    action: str,
    fault: Fault,
    text: str,
) -> None:
    """Actions that only plex.tv handles give the same errors."""
    plex_tv.misbehave("*", "*", fault, times=None)
    doing = {
        "approve_code": "approving a code",
        "create_claim": "making a claim code",
    }[action]
    shown = await refusal(hass, action)
    assert shown == text.format(whom="plex.tv", doing=doing)


async def test_a_claim_that_is_none(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """A response without a claim code counts as unreadable."""
    plex_tv.misbehave("GET", CLAIM, Fault.body("{}"))
    text = await refusal(hass, "create_claim")
    assert text == UNREADABLE.format(whom="plex.tv")


async def test_a_server_that_was_away(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """A server without a known connection gets no request; others do."""
    await plex_tv.servers["Cabin"].stop()
    entry = await link("alice")
    cabin = {"path": SECTIONS, "device_id": device_id(hass, entry, "Cabin")}
    error = await failure(hass, "request", cabin)
    assert type(error) is HomeAssistantError
    assert text_of(error) == (
        "Cabin did not respond at any of its addresses the last time it was checked"
    )
    attic = {"path": SECTIONS, "device_id": device_id(hass, entry, "Attic")}
    assert (await act(hass, "request", attic))["status"] == 200


async def test_plex_tv_is_away(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """An outage of plex.tv does not affect requests to servers."""
    attic = {"path": SECTIONS, "device_id": device_id(hass, alice, "Attic")}
    plex_tv.misbehave("*", "*", Fault.reset(), times=None)
    assert (await act(hass, "request", attic))["status"] == 200


async def test_a_server_leaves(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """A server that stopped since it was measured gives an error."""
    attic = {"path": SECTIONS, "device_id": device_id(hass, alice, "Attic")}
    await plex_tv.servers["Attic"].stop()
    text = await refusal(hass, "request", attic)
    assert text == NO_ANSWER.format(whom="Attic")
