"""Bad responses when a Home user is added, polled and signed in again."""

from typing import TYPE_CHECKING, Final

from homeassistant.const import CONF_TOKEN
from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests.helpers.home_users import (
    NEXT_HOME,
    OF_ACCOUNT,
    PIN,
    SIGNED_IN,
    WATCHLIST_OF_DANA,
    HomeUsers,
    issues,
)
from tests.helpers.routes import HOME_USERS, RESOURCES, SWITCH, WATCHLIST

from .bad_answers import ALL_BAD_ANSWERS, REJECTED, WRONG_CERTIFICATE, each_bad_answer

if TYPE_CHECKING:
    from .scenario import Scenario

# plex.tv refuses the list of users or the sign-in of one.
REFUSED: Final = frozenset({"401", "403"})

pytestmark = pytest.mark.allowed_logs(
    "rejects the sign-in of a Home user",
    "Error fetching Plex account",
    "plex.tv does not answer for the list of servers",
    "Authentication failed while fetching",
)


async def home(scenario: Scenario, *, pin: str | None = None) -> HomeUsers:
    """Link alice's account, whose Home has dana."""
    scenario.plex_tv.add_home_user("dana", pin=pin)
    entry = await scenario.link()
    return HomeUsers(scenario.instance, scenario.plex_tv, entry)


def said(bad: str) -> str:
    """Return the dialogue's error for a bad response."""
    if bad in REFUSED:
        return "refused"
    return "rate_limited" if bad.startswith("429") else "cannot_connect"


def assert_unharmed(scenario: Scenario) -> None:
    """Check that the account does not depend on its Home users."""
    assert scenario.is_state(OF_ACCOUNT, "on")
    assert not scenario.asks_to_sign_in
    scenario.assert_unharmed()


@each_bad_answer
async def test_the_list(scenario: Scenario, bad: str) -> None:
    """The dialogue ends with a reason, and works after the fault."""
    users = await home(scenario)
    await scenario.inject("GET", HOME_USERS, bad)
    shown = await users.open()
    assert shown["type"] is FlowResultType.ABORT
    assert shown["reason"] == ("no_home" if bad == "404" else said(bad))
    assert_unharmed(scenario)
    scenario.recover()
    await users.add("dana")


@pytest.mark.parametrize("pin", [None, PIN], ids=["without PIN", "with PIN"])
@each_bad_answer
async def test_signing_in(scenario: Scenario, pin: str | None, bad: str) -> None:
    """No user is added, the form has an error, and no sign-in is left over."""
    users = await home(scenario, pin=pin)
    await users.open()
    if pin:
        await users.choose("dana")
    await scenario.inject("POST", SWITCH, bad)
    shown = await (users.enter(pin) if pin else users.choose("dana"))
    if bad == "404":
        assert shown["reason"] == "left_home"
    else:
        assert shown["step_id"] == ("pin" if pin else "user")
        assert shown["errors"] == {"base": said(bad)}
    assert not users.subentries
    assert not scenario.plex_tv.devices("dana")
    assert_unharmed(scenario)
    scenario.recover()
    await users.add("dana", pin)


@pytest.mark.parametrize(
    "bad", [bad for bad in ALL_BAD_ANSWERS if bad != WRONG_CERTIFICATE]
)
async def test_renewal(scenario: Scenario, bad: str) -> None:
    """Only the Home user is signed out, for as long as the fault lasts."""
    users = await home(scenario)
    token = (await users.add("dana")).data[CONF_TOKEN]
    scenario.plex_tv.revoke(token)
    await scenario.inject("POST", SWITCH, bad)
    await users.next_poll()
    for _ in range(3):
        await scenario.pass_time(5)
    assert scenario.is_state(SIGNED_IN, "off")
    assert issues(scenario.hass) == (["home_user_left"] if bad == "404" else [])
    assert users.subentry("Dana").data[CONF_TOKEN] == token
    assert_unharmed(scenario)
    scenario.recover()
    # A user who has left is polled again only when the list contains them again.
    await scenario.pass_time(NEXT_HOME)
    await users.next_poll()
    await scenario.pass_time_until(lambda: scenario.is_state(SIGNED_IN, "on"))
    assert not issues(scenario.hass)
    assert users.subentry("Dana").data[CONF_TOKEN] != token


@pytest.mark.parametrize("route", [RESOURCES, HOME_USERS])
@pytest.mark.parametrize(
    "bad", [bad for bad in ALL_BAD_ANSWERS if bad != WRONG_CERTIFICATE]
)
async def test_polling(scenario: Scenario, route: str, bad: str) -> None:
    """The data of a Home user is kept when polling fails."""
    users = await home(scenario)
    token = (await users.add("dana")).data[CONF_TOKEN]
    await scenario.inject("GET", route, bad)
    await scenario.pass_time(NEXT_HOME if route == HOME_USERS else 0)
    for _ in range(2):
        await users.next_poll()
    for _ in range(3):
        await scenario.pass_time(5)
    assert scenario.is_state(SIGNED_IN, "on")
    assert not issues(scenario.hass)
    assert users.subentry("Dana").data[CONF_TOKEN] == token
    assert_unharmed(scenario)


@pytest.mark.parametrize(
    "bad", [bad for bad in ALL_BAD_ANSWERS if bad != WRONG_CERTIFICATE]
)
async def test_watchlist(scenario: Scenario, bad: str) -> None:
    """The watchlist of a Home user is unavailable during the fault."""
    users = await home(scenario)
    discover = scenario.plex_tv.discover
    discover.add("dana", discover.title("Basement"))
    await users.add("dana")
    assert scenario.is_state(WATCHLIST_OF_DANA, "1")
    await scenario.inject("GET", WATCHLIST, bad, discover)
    await users.next_poll()
    await scenario.pass_time_until(
        lambda: scenario.is_state(WATCHLIST_OF_DANA, "unavailable")
    )
    assert scenario.is_state(SIGNED_IN, "on")
    assert_unharmed(scenario)
    scenario.recover()
    for _ in range(2):
        await users.next_poll()
    await scenario.pass_time_until(lambda: scenario.is_state(WATCHLIST_OF_DANA, "1"))


@pytest.mark.parametrize("bad", sorted(REJECTED))
async def test_everything_is_rejected(scenario: Scenario, bad: str) -> None:
    """Only one flow starts, which is for the account."""
    users = await home(scenario)
    await users.add("dana")
    await scenario.inject("*", "*", bad)
    for _ in range(2):
        await users.next_poll()
    assert scenario.is_state(SIGNED_IN, "off")
    assert len(scenario.hass.config_entries.flow.async_progress()) == 1
    assert not issues(scenario.hass)
    scenario.assert_unharmed()
