"""The sign-in of a Home user: rejection, renewal, PIN, and leaving the Home."""

from typing import TYPE_CHECKING, Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.helpers import (
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
import pytest

from custom_components.plex_account.const import (
    CONF_CLIENT_IDENTIFIER,
    DOMAIN,
)
from simulator import Fault
from tests.helpers.actions import failure, text_of
from tests.helpers.clock import until, until_idle
from tests.helpers.home_users import (
    NEXT_HOME,
    NEXT_POLL,
    OF_ACCOUNT,
    PIN,
    SIGNED_IN,
    WATCHLIST_OF_DANA,
    HomeUsers,
    issues,
    state,
)
from tests.helpers.routes import PING, RESOURCES, SWITCH, USER

if TYPE_CHECKING:
    from homeassistant.components.repairs.issue_handler import RepairsFlowManager
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.helpers.instance import Instance


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
async def test_renewal(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """A rejected token is replaced automatically; the client identifier is kept."""
    before = dict((await users.add("dana")).data)
    plex_tv.revoke(before[CONF_TOKEN])
    await users.next_poll()
    after = users.subentry("Dana").data
    assert after[CONF_TOKEN] != before[CONF_TOKEN]
    assert after[CONF_CLIENT_IDENTIFIER] == before[CONF_CLIENT_IDENTIFIER]
    assert plex_tv.token_is_valid(after[CONF_TOKEN])
    assert state(hass, SIGNED_IN) == "on"
    assert state(hass, WATCHLIST_OF_DANA) == "1"
    assert not issues(hass)
    assert plex_tv.token_is_valid(alice.data[CONF_TOKEN])


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
async def test_a_token_works_again(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers
) -> None:
    """The repair issue is removed when plex.tv accepts the token again."""
    token = (await users.add("dana")).data[CONF_TOKEN]
    plex_tv.home.pins["dana"] = PIN
    for route in (PING, RESOURCES, USER):
        plex_tv.misbehave("GET", route, Fault.status(401))
    ask = {"path": PING, "home_user": users.device("Dana").id}
    error = await users.instance.in_time(failure(hass, "request", ask))
    assert text_of(error).startswith("Plex no longer accepts the sign-in of Dana.")
    assert issues(hass) == ["home_user_pin"]
    # While the sign-in is rejected, an action sends no request.
    error = await users.instance.in_time(failure(hass, "request", ask))
    assert error.translation_key == "home_user_signed_out"
    await users.next_poll()
    assert not issues(hass)
    assert users.subentry("Dana").data[CONF_TOKEN] == token


@pytest.mark.allowed_logs("plex.tv does not answer for the list of servers")
async def test_one_route_alone_rejects(plex_tv: Simulator, users: HomeUsers) -> None:
    """A token that only one route rejects is kept: plex.tv has rejected valid ones."""
    before = (await users.add("dana")).data[CONF_TOKEN]
    plex_tv.misbehave("GET", RESOURCES, Fault.status(401), times=None)
    await users.next_poll()
    assert users.subentry("Dana").data[CONF_TOKEN] == before
    assert len(plex_tv.seen("POST", SWITCH)) == 1


async def fix(hass: HomeAssistant, users: HomeUsers) -> tuple[RepairsFlowManager, Any]:
    """Open the repair flow of the only issue."""
    assert await async_setup_component(hass, REPAIRS, {})
    await until_idle()
    [issue] = [
        issue for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN
    ]
    manager: RepairsFlowManager = hass.data[REPAIRS]["flow_manager"]
    shown = await users.instance.in_time(
        manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    )
    return manager, shown


async def answer(
    users: HomeUsers,
    manager: RepairsFlowManager,
    shown: dict[str, Any],
    given: dict[str, str],
) -> dict[str, Any]:
    """Submit a step of a repair flow."""
    work = manager.async_configure(shown["flow_id"], given)
    result = await users.instance.in_time(work)
    await users.settle()
    return dict(result)


async def lose_sign_in_for_a_pin(plex_tv: Simulator, users: HomeUsers) -> None:
    """Set a PIN for dana, and revoke the token."""
    token = (await users.add("dana")).data[CONF_TOKEN]
    plex_tv.home.pins["dana"] = PIN
    plex_tv.revoke(token)
    await users.next_poll()


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
async def test_a_pin_is_needed(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers
) -> None:
    """A repair asks for the PIN, and nothing else does."""
    await lose_sign_in_for_a_pin(plex_tv, users)
    assert state(hass, SIGNED_IN) == "off"
    assert issues(hass) == ["home_user_pin"]
    assert state(hass, OF_ACCOUNT) == "on"
    assert not hass.config_entries.flow.async_progress()
    # Without the PIN, the sign-in is not retried.
    asked = len(plex_tv.seen("POST", SWITCH))
    await users.next_poll()
    assert len(plex_tv.seen("POST", SWITCH)) == asked
    manager, shown = await fix(hass, users)
    assert shown["step_id"] == "pin"
    assert shown["description_placeholders"]["user"] == "Dana"
    for wrong in (" ", "0815"):
        shown = await answer(users, manager, shown, {"pin": wrong})
        assert shown["errors"] == {"pin": "wrong_pin"}
    for fault, key in (
        (Fault.rate_limited(), "rate_limited"),
        (Fault.html(502), "cannot_connect"),
        (Fault.status(401), "refused"),
        (Fault.status(404), "left_home"),
    ):
        plex_tv.misbehave("POST", SWITCH, fault)
        shown = await answer(users, manager, shown, {"pin": PIN})
        assert shown["errors"] == {"base": key}
    result = await answer(users, manager, shown, {"pin": PIN})
    assert result["type"] == "create_entry"
    assert not issues(hass)
    assert state(hass, SIGNED_IN) == "on"
    assert state(hass, WATCHLIST_OF_DANA) == "1"
    assert PIN not in str(dict(users.subentry("Dana").data))


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
async def test_a_name_with_punctuation(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """A name is unchanged in a title, and escaped in a Markdown description."""
    dana = await users.add("dana")
    hass.config_entries.async_update_subentry(alice, dana, title="Mary-Jane *O'Neil*")
    plex_tv.home.pins["dana"] = PIN
    plex_tv.revoke(dana.data[CONF_TOKEN])
    await users.next_poll()
    names = {"name": "Mary-Jane *O'Neil*", "user": r"Mary\-Jane \*O\'Neil\*"}
    [issue] = ir.async_get(hass).issues.values()
    assert issue.translation_placeholders == {"name": names["name"]}
    _manager, repair = await fix(hass, users)
    assert repair["description_placeholders"] == names
    reconfiguring = await users.reconfigure(names["name"])
    assert reconfiguring["description_placeholders"] == names


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
async def test_a_pin_is_needed_and_reconfigured(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers
) -> None:
    """Reconfiguring a user removes the repair issue."""
    await lose_sign_in_for_a_pin(plex_tv, users)
    assert issues(hass) == ["home_user_pin"]
    manager, shown = await fix(hass, users)
    await users.reconfigure("Dana")
    await users.enter(PIN)
    assert not issues(hass)
    assert state(hass, SIGNED_IN) == "on"
    await users.delete("Dana")
    result = await answer(users, manager, shown, {"pin": PIN})
    assert result["reason"] == "not_available"


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
async def test_removed_while_the_pin_is_checked(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """A repair fails if the account is removed while the PIN is checked."""
    await lose_sign_in_for_a_pin(plex_tv, users)
    manager, shown = await fix(hass, users)
    asked = len(plex_tv.seen("POST", SWITCH))
    entering = hass.async_create_task(
        manager.async_configure(shown["flow_id"], {"pin": PIN})
    )
    await until(lambda: len(plex_tv.seen("POST", SWITCH)) > asked)
    await users.instance.remove(alice)
    result: Any = await entering
    assert result["reason"] == "user_removed"
    await users.settle()
    assert not plex_tv.devices("dana")


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
@pytest.mark.parametrize("keeps_tokens", [True, False])
async def test_left_home(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    users: HomeUsers,
    *,
    keeps_tokens: bool,
) -> None:
    """A repair offers to delete a user who left, whether the token is valid or not."""
    await users.add("dana")
    await users.add("casey")
    plex_tv.remove_home_user("dana", keeps_tokens=keeps_tokens)
    if keeps_tokens:
        await instance.pass_time(NEXT_HOME)
        # The user must be missing from two lists.
        assert not issues(hass)
        await instance.pass_time(NEXT_POLL)
    else:
        await users.next_poll()
    assert issues(hass) == ["home_user_left"]
    assert state(hass, SIGNED_IN) == ("on" if keeps_tokens else "off")
    assert state(hass, OF_ACCOUNT) == "on"
    manager, shown = await fix(hass, users)
    assert shown["step_id"] == "confirm"
    assert shown["description_placeholders"]["user"] == "Dana"
    result = await answer(users, manager, shown, {})
    assert result["type"] == "create_entry"
    assert [one.title for one in users.subentries] == ["Casey"]
    assert not issues(hass)
    assert not plex_tv.devices("dana")


@pytest.mark.allowed_logs(
    "Authentication failed while fetching", "rejects the sign-in of a Home user"
)
async def test_the_account_is_signed_out(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    users: HomeUsers,
) -> None:
    """While the account is signed out, its users are not renewed and have no issue."""
    token = (await users.add("dana")).data[CONF_TOKEN]
    plex_tv.revoke(alice.data[CONF_TOKEN])
    for _ in range(2):
        await instance.pass_time(400)
    assert state(hass, OF_ACCOUNT) == "off"
    await users.next_poll()
    assert state(hass, SIGNED_IN) == "on"
    plex_tv.revoke(token)
    asked = len(plex_tv.seen("POST", SWITCH))
    await users.next_poll()
    assert state(hass, SIGNED_IN) == "off"
    assert len(plex_tv.seen("POST", SWITCH)) == asked
    assert not issues(hass)
    [flow] = instance.flows
    assert flow["context"]["source"] == "reauth"
    assert alice.state is ConfigEntryState.LOADED


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
@pytest.mark.parametrize(
    "fault", [Fault.html(502), Fault.rate_limited(), Fault.status(403)], ids=str
)
async def test_no_renewal(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers, fault: Fault
) -> None:
    """A renewal that fails is retried."""
    token = (await users.add("dana")).data[CONF_TOKEN]
    plex_tv.revoke(token)
    plex_tv.misbehave("POST", SWITCH, fault)
    await users.next_poll()
    assert state(hass, SIGNED_IN) == "off"
    assert not issues(hass)
    await users.next_poll()
    assert state(hass, SIGNED_IN) == "on"
