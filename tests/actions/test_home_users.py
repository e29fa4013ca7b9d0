"""Actions as a Home user, and the Home users that other integrations get."""

from typing import TYPE_CHECKING, Any

from homeassistant.const import CONF_TOKEN
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.plex_account import async_get_account
from tests.helpers.actions import (
    UNKNOWN_SERVER,
    act,
    allow,
    device_id,
    failure,
    text_of,
)
from tests.helpers.home_users import PIN, HomeUsers
from tests.helpers.routes import SECTIONS, SWITCH, USER

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

UNKNOWN_USER = (
    "This device is not a user of the Plex Home of a linked account, or it does not "
    "belong to the selected account"
)


@pytest.fixture
async def users(
    instance: Instance, plex_tv: Simulator, alice: MockConfigEntry
) -> HomeUsers:
    """Provide dana and casey, who both may use the server Attic."""
    plex_tv.add_home_user("dana", pin=PIN, managed=False)
    users = HomeUsers(instance, plex_tv, alice)
    await users.add("dana", PIN)
    await users.add("casey")
    return users


def token_for(plex_tv: Simulator, server: str, person: str) -> str:
    """Return the token that plex.tv gives a person for a server."""
    return plex_tv.servers[server].data.guests[person]


async def test_plex_tv(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers
) -> None:
    """A request to plex.tv has the user's token, which is redacted in the response."""
    for name, person in (("Dana", "dana"), ("Casey", "casey")):
        data = {"path": USER, "home_user": users.device(name).id}
        answer = await users.instance.in_time(act(hass, "request", data))
        [device] = plex_tv.devices(person)
        seen = plex_tv.seen("GET", USER)[-1]
        assert seen.headers["X-Plex-Token"] == device.token
        assert seen.headers["X-Plex-Client-Identifier"] == device.client_identifier
        assert answer["data"]["title"] == name
        text = str(answer)
        assert not [one for one in plex_tv.secrets if one in text]
    answer = await users.instance.in_time(act(hass, "request", {"path": USER}))
    assert answer["data"]["title"] == "alice_attic"


async def test_a_server(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """A request to a server has the token that plex.tv issued to the user for it."""
    attic = device_id(hass, alice, "Attic")
    for name, person in (("Dana", "dana"), ("Casey", "casey")):
        data = {
            "path": SECTIONS,
            "device_id": attic,
            "home_user": users.device(name).id,
        }
        answer = await users.instance.in_time(act(hass, "request", data))
        assert answer["data"]["MediaContainer"]["Directory"]
        seen = plex_tv.servers["Attic"].seen("GET", SECTIONS)[-1]
        assert seen.headers["X-Plex-Token"] == token_for(plex_tv, "Attic", person)


async def test_servers(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """Only the servers that the user may use are listed."""
    dana = {"home_user": users.device("Dana").id}
    [attic] = (await act(hass, "get_servers", dana))["servers"]
    [expected] = [
        server
        for server in (await act(hass, "get_servers"))["servers"]
        if server["name"] == "Attic"
    ]
    assert attic == expected | {"owned": False, "owner": "alice_attic"}


async def test_a_server_of_the_user_alone(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers
) -> None:
    """A server that the account does not have is measured for the user."""
    loft = plex_tv.add_server("dana", name="Loft")
    await loft.start()
    await users.next_poll()
    dana = {"home_user": users.device("Dana").id}
    servers = (await act(hass, "get_servers", dana))["servers"]
    assert {server["name"]: server["reachable"] for server in servers} == {
        "Attic": True,
        "Loft": True,
    }
    [one] = [server for server in servers if server["name"] == "Loft"]
    assert one["device_id"] is None
    assert one["owned"] is True


async def test_a_server_that_others_share(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """A server shared with user and account uses the measurement of the account."""
    basement = plex_tv.servers["Bob's Basement"]
    basement.data.guests["dana"] = "token-of-dana-for-bob"
    plex_tv.people["dana"].servers.append("Bob's Basement")
    await users.next_poll()
    [dana] = [
        user
        for user in async_get_account(hass).home_users.values()
        if user.name == "Dana"
    ]
    linked = dana.servers[basement.machine_identifier]
    assert linked.server.token == "token-of-dana-for-bob"
    assert linked.connection
    assert linked.route == "relay"
    await basement.stop()
    await users.instance.in_time(alice.runtime_data.reach.async_refresh())
    [dana] = [
        user
        for user in async_get_account(hass).home_users.values()
        if user.name == "Dana"
    ]
    assert not dana.servers[basement.machine_identifier].reachable


async def test_tokens(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """The user's own tokens are returned, if the settings of the account allow it."""
    dana: dict[str, Any] = {"home_user": users.device("Dana").id}
    attic = dana | {"device_id": device_id(hass, alice, "Attic")}
    for data in (dana, attic):
        error = await failure(hass, "get_token", data)
        assert error.translation_key == "tokens_not_allowed"
    allow(hass, alice)
    answer = await act(hass, "get_token", dana)
    assert answer["token"] == users.subentry("Dana").data[CONF_TOKEN]
    assert answer["headers"]["X-Plex-Token"] == answer["token"]
    answer = await act(hass, "get_token", attic)
    assert answer["token"] == token_for(plex_tv, "Attic", "dana")
    assert answer["address"]


async def test_no_such_user(
    hass: HomeAssistant, link: Link, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """A device that is no user, or of another account, is refused with a text."""
    bob = await link("bob")
    dana = users.device("Dana").id
    for data in (
        {"home_user": "nonsense"},
        {"home_user": device_id(hass, alice, "Attic")},
        {"home_user": dana, "config_entry_id": bob.entry_id},
    ):
        error = await failure(hass, "get_servers", data)
        assert type(error) is ServiceValidationError
        assert text_of(error) == UNKNOWN_USER
    # A server that the user may not use is refused as well.
    cabin, basement = (
        device_id(hass, entry, name)
        for entry, name in ((alice, "Cabin"), (bob, "Bob's Basement"))
    )
    for server in (cabin, basement):
        data = {"path": "/", "home_user": dana, "device_id": server}
        error = await failure(hass, "request", data)
        assert text_of(error) == UNKNOWN_SERVER


async def test_a_deleted_user(hass: HomeAssistant, users: HomeUsers) -> None:
    """Actions refuse a user who was deleted."""
    dana = users.device("Dana").id
    await users.delete("Dana")
    error = await failure(hass, "get_servers", {"home_user": dana})
    assert text_of(error) == UNKNOWN_USER


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
async def test_a_rejected_token_is_renewed(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers
) -> None:
    """Without a PIN, a rejected token is renewed for the next request."""
    token = users.subentry("Casey").data[CONF_TOKEN]
    plex_tv.revoke(token)
    data = {"path": USER, "home_user": users.device("Casey").id}
    error = await users.instance.in_time(failure(hass, "request", data))
    assert error.translation_key == "refused"
    assert plex_tv.seen("POST", SWITCH)
    assert users.subentry("Casey").data[CONF_TOKEN] != token
    answer = await users.instance.in_time(act(hass, "request", data))
    assert answer["data"]["title"] == "Casey"


@pytest.mark.allowed_logs("rejects the sign-in of a Home user")
async def test_other_integrations(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers
) -> None:
    """Other integrations get each user who is signed in, without tokens in repr."""
    account = async_get_account(hass)
    dana = account.home_users[plex_tv.people["dana"].uuid]
    assert dana.name == "Dana"
    assert dana.token == users.subentry("Dana").data[CONF_TOKEN]
    assert (await users.instance.in_time(dana.client.get_account())).title == "Dana"
    attic = plex_tv.servers["Attic"]
    assert dana.servers[attic.machine_identifier].reachable
    assert {dana.token, account.token} <= dana.secrets
    assert dana.token in account.secrets
    shown = repr(account)
    assert not [one for one in plex_tv.secrets if one in shown]
    plex_tv.revoke(dana.token)
    await users.next_poll()
    assert plex_tv.people["dana"].uuid not in async_get_account(hass).home_users
    await users.delete("Dana")
    assert not await dana.async_check_sign_in()
    assert isinstance(dana.signed_out(), HomeAssistantError)
