"""The dialogue that adds a user of the Plex Home, or signs one in again."""

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web
from homeassistant.const import CONF_TOKEN
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER
from simulator import Fault
from tests.helpers.clock import until, until_idle
from tests.helpers.custom_faults import late as answered_late
from tests.helpers.home_users import PIN, SIGNED_IN, HomeUsers, issues, state
from tests.helpers.routes import HOME_USERS, SWITCH

if TYPE_CHECKING:
    from homeassistant.config_entries import SubentryFlowResult
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

RATE_LIMITED = "rate_limited"


@pytest.fixture(autouse=True)
def _pin(plex_tv: Simulator) -> None:
    """Set a PIN for dana."""
    plex_tv.home.pins["dana"] = PIN


def reason(result: SubentryFlowResult) -> str:
    """Return the abort reason of a dialogue."""
    assert result["type"] is FlowResultType.ABORT
    return str(result["reason"])


def pin_error(result: SubentryFlowResult) -> dict[str, str]:
    """Return the errors of the form for the PIN."""
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "pin")
    return result["errors"] or {}


async def test_without_a_pin(
    plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """A user without a PIN is added at once, with a client identifier of their own."""
    shown = await users.open()
    assert shown["step_id"] == "user"
    # The account itself is not offered.
    assert users.offered(shown) == ["Casey", "Dana"]
    result = await users.choose("casey")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    [casey] = users.subentries
    assert casey.title == "Casey"
    assert casey.unique_id == plex_tv.people["casey"].uuid
    [device] = plex_tv.devices("casey")
    assert dict(casey.data) == {
        CONF_TOKEN: device.token,
        CONF_CLIENT_IDENTIFIER: device.client_identifier,
    }
    assert device.client_identifier != alice.data[CONF_CLIENT_IDENTIFIER]
    assert plex_tv.token_is_valid(alice.data[CONF_TOKEN])
    assert users.offered(await users.open()) == ["Dana"]


@pytest.mark.parametrize("announced", [True, False])
async def test_with_a_pin(
    plex_tv: Simulator, users: HomeUsers, *, announced: bool
) -> None:
    """The form asks for the PIN, also if the list of users does not announce it."""
    if not announced:
        plex_tv.home.unannounced.add("dana")
    await users.open()
    shown = await users.choose("dana")
    assert not pin_error(shown)
    assert shown["description_placeholders"] == {"user": "Dana", "name": "Dana"}
    assert len(plex_tv.seen("POST", SWITCH)) == (0 if announced else 1)
    for wrong in ("0815", " ", "7" * 100):
        assert pin_error(await users.enter(wrong)) == {"pin": "wrong_pin"}
    result = await users.enter(f" {PIN} ")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    [dana] = users.subentries
    assert set(dana.data) == {CONF_TOKEN, CONF_CLIENT_IDENTIFIER}
    assert plex_tv.token_is_valid(dana.data[CONF_TOKEN])
    # Malformed PINs were not sent.
    assert len(plex_tv.seen("POST", SWITCH)) == (2 if announced else 3)


TROUBLE: Final = pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault.rate_limited(), RATE_LIMITED),
        (Fault.html(502), "cannot_connect"),
        (Fault.reset(), "cannot_connect"),
        (Fault.body(b"{}"), "cannot_connect"),
        (Fault.status(401), "refused"),
        (Fault.status(403), "refused"),
    ],
    ids=str,
)


@TROUBLE
async def test_no_list(
    plex_tv: Simulator, users: HomeUsers, fault: Fault, key: str
) -> None:
    """Without a list of users, the dialogue is aborted with the reason."""
    plex_tv.misbehave("GET", HOME_USERS, fault, times=None)
    assert reason(await users.open()) == key


@TROUBLE
async def test_no_sign_in(
    plex_tv: Simulator, users: HomeUsers, fault: Fault, key: str
) -> None:
    """After a failed sign-in the form stays open, and the person can try again."""
    await users.open()
    plex_tv.misbehave("POST", SWITCH, fault)
    shown = await users.choose("casey")
    assert (shown["step_id"], shown["errors"]) == ("user", {"base": key})
    assert pin_error(await users.choose("dana")) == {}
    plex_tv.misbehave("POST", SWITCH, fault)
    assert pin_error(await users.enter(PIN)) == {"base": key}
    result = await users.enter(PIN)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_no_token(plex_tv: Simulator, users: HomeUsers) -> None:
    """A response without a token adds no user."""
    plex_tv.home.without_token = True
    await users.open()
    shown = await users.choose("casey")
    assert shown["errors"] == {"base": "cannot_connect"}
    assert not users.subentries


async def test_nobody_to_add(
    instance: Instance, plex_tv: Simulator, link: Link, users: HomeUsers
) -> None:
    """Without a Home, or without a user left to add, the dialogue is aborted."""
    await users.add("casey")
    await users.add("dana", PIN)
    assert reason(await users.open()) == "all_added"
    bob = HomeUsers(instance, plex_tv, await link("bob"))
    assert reason(await bob.open()) == "no_home"
    plex_tv.misbehave("GET", HOME_USERS, Fault.status(404))
    assert reason(await bob.open()) == "no_home"


async def test_left_meanwhile(plex_tv: Simulator, users: HomeUsers) -> None:
    """A user who left while the dialogue was open cannot be added."""
    await users.open()
    plex_tv.remove_home_user("casey")
    assert reason(await users.choose("casey")) == "left_home"
    await users.open()
    await users.choose("dana")
    plex_tv.remove_home_user("dana")
    assert reason(await users.enter(PIN)) == "left_home"


async def test_not_loaded(
    hass: HomeAssistant, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """An account that is not loaded cannot sign anybody in."""
    await users.add("casey")
    await users.open()
    await hass.config_entries.async_unload(alice.entry_id)
    assert reason(await users.choose("dana")) == "not_available"
    assert reason(await users.open()) == "not_available"
    assert reason(await users.reconfigure("Casey")) == "not_available"


async def test_removed(
    instance: Instance, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """An account that was removed meanwhile ends the dialogue."""
    await users.open()
    await instance.remove(alice)
    assert reason(await users.choose("dana")) == "not_available"


async def test_twice(plex_tv: Simulator, users: HomeUsers) -> None:
    """Of two dialogues about one user, the second one leaves no sign-in behind."""
    await users.open()
    first = users.flow_id
    await users.open()
    assert (await users.choose("casey"))["type"] is FlowResultType.CREATE_ENTRY
    users.flow_id = first
    assert reason(await users.choose("casey")) == "already_configured"
    [casey] = users.subentries
    [device] = plex_tv.devices("casey")
    assert device.token == casey.data[CONF_TOKEN]


async def test_closed_meanwhile(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers
) -> None:
    """A dialogue that is closed during a sign-in leaves no token behind."""
    await users.open()
    flows = hass.config_entries.subentries
    choice = {"user": plex_tv.people["casey"].uuid}
    choosing = hass.async_create_task(flows.async_configure(users.flow_id, choice))
    await until(lambda: plex_tv.seen("POST", SWITCH))
    flows.async_abort(users.flow_id)
    assert reason(await choosing) == "already_configured"
    await until_idle()
    assert not users.subentries
    assert not plex_tv.devices("casey")


async def test_again(plex_tv: Simulator, users: HomeUsers) -> None:
    """Reconfiguring replaces the token and keeps the client identifier."""
    before = dict((await users.add("casey")).data)
    assert reason(await users.reconfigure("Casey")) == "reconfigure_successful"
    after = users.subentry("Casey").data
    assert after[CONF_CLIENT_IDENTIFIER] == before[CONF_CLIENT_IDENTIFIER]
    assert after[CONF_TOKEN] != before[CONF_TOKEN]
    [device] = plex_tv.devices("casey")
    assert device.token == after[CONF_TOKEN]


async def test_again_with_a_pin(plex_tv: Simulator, users: HomeUsers) -> None:
    """Reconfiguring asks for the PIN, where there is one."""
    before = (await users.add("dana", PIN)).data[CONF_TOKEN]
    assert pin_error(await users.reconfigure("Dana")) == {}
    assert pin_error(await users.enter("0815")) == {"pin": "wrong_pin"}
    plex_tv.misbehave("POST", SWITCH, Fault.rate_limited())
    assert pin_error(await users.enter(PIN)) == {"base": RATE_LIMITED}
    assert reason(await users.enter(PIN)) == "reconfigure_successful"
    assert users.subentry("Dana").data[CONF_TOKEN] != before


@TROUBLE
async def test_not_again(
    plex_tv: Simulator, users: HomeUsers, fault: Fault, key: str
) -> None:
    """Reconfiguring that fails changes nothing."""
    before = dict((await users.add("casey")).data)
    plex_tv.misbehave("POST", SWITCH, fault)
    assert reason(await users.reconfigure("Casey")) == key
    assert users.subentry("Casey").data == before
    assert plex_tv.token_is_valid(before[CONF_TOKEN])


@pytest.mark.parametrize("late", [True, False])
async def test_deleted_meanwhile(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    users: HomeUsers,
    *,
    late: bool,
) -> None:
    """A user who is deleted while they are signed in again stays signed out."""
    dana = await users.add("dana", PIN)
    await users.reconfigure("Dana")
    asked = len(plex_tv.seen("POST", SWITCH))
    flows = hass.config_entries.subentries
    if late:
        entering = hass.async_create_task(
            flows.async_configure(users.flow_id, {"pin": PIN})
        )
        await until(lambda: len(plex_tv.seen("POST", SWITCH)) > asked)
    hass.config_entries.async_remove_subentry(alice, dana.subentry_id)
    result = await (entering if late else users.enter(PIN))
    assert reason(result) == "user_removed"
    await users.settle()
    assert not plex_tv.devices("dana")


async def begin_to_sign_in(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers
) -> tuple[asyncio.Event, asyncio.Task[SubentryFlowResult]]:
    """Sign dana in again; plex.tv sends the token once the event is set."""
    dana = await users.add("dana", PIN)

    async def sign_in(_request: web.Request) -> web.Response:
        """Sign dana in."""
        token = plex_tv.sign_in("dana", dana.data[CONF_CLIENT_IDENTIFIER])
        return web.json_response({"authToken": token})

    await users.reconfigure("Dana")
    released = asyncio.Event()
    plex_tv.misbehave("POST", SWITCH, answered_late(released, Fault("late", sign_in)))
    asked = len(plex_tv.seen("POST", SWITCH))
    flows = hass.config_entries.subentries
    entering = hass.async_create_task(
        flows.async_configure(users.flow_id, {"pin": PIN})
    )
    await until(lambda: len(plex_tv.seen("POST", SWITCH)) > asked)
    return released, entering


async def test_account_deleted_meanwhile(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    users: HomeUsers,
) -> None:
    """A sign-in that completes after its account was deleted is not kept."""
    released, entering = await begin_to_sign_in(hass, plex_tv, users)
    await instance.remove(alice)
    released.set()
    assert reason(await entering) == "user_removed"
    await users.settle()
    assert not plex_tv.devices("dana")


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
async def test_account_reloaded_meanwhile(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    users: HomeUsers,
) -> None:
    """A sign-in that completes after its account was reloaded is used at once."""
    released, entering = await begin_to_sign_in(hass, plex_tv, users)
    plex_tv.revoke(users.subentry("Dana").data[CONF_TOKEN])
    await instance.reload(alice)
    await instance.pass_time_until(lambda: issues(hass) == ["home_user_pin"])
    released.set()
    assert reason(await entering) == "reconfigure_successful"
    await users.settle()
    assert state(hass, SIGNED_IN) == "on"
    assert not issues(hass)
