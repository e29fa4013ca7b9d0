"""Users of a Plex Home: devices, entities, renewal, leaving, deletion."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import CONF_TOKEN
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
)
import pytest

from custom_components.plex_account.const import (
    CONF_CLIENT_IDENTIFIER,
    DOMAIN,
    NEW_TOKEN_RETRIES,
    SIGN_OUT_RETRY_INTERVAL,
)
from simulator import Fault
from simulator.http.parameters import CLIENT_IDENTIFIER
from tests.helpers.custom_faults import late
from tests.helpers.home_users import (
    NEXT_HOME,
    SIGNED_IN,
    WATCHLIST_OF_DANA,
    HomeUsers,
    issues,
    state,
)
from tests.helpers.routes import HOME_USERS, RESOURCES, WATCHLIST

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.helpers.instance import Instance

RELEASES: Final = "calendar.dana_releases"


async def test_device_and_entities(
    hass: HomeAssistant, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """A user has a device below the account's, and entities of their own."""
    dana = await users.add("dana")
    device = users.device("Dana")
    registry = dr.async_get(hass)
    account = registry.async_get_device_by_identifier(
        (DOMAIN, str(alice.unique_id)), alice.entry_id
    )
    assert account
    assert device.via_device_id == account.id
    assert device.config_subentry_id == dana.subentry_id
    assert (device.manufacturer, device.model) == ("Plex", "Plex Home user")
    entities = {
        entity.entity_id: entity.config_subentry_id
        for entity in er.async_entries_for_device(er.async_get(hass), device.id)
    }
    assert entities == dict.fromkeys(
        (SIGNED_IN, WATCHLIST_OF_DANA, RELEASES), dana.subentry_id
    )
    assert state(hass, SIGNED_IN) == "on"
    assert state(hass, WATCHLIST_OF_DANA) == "1"
    # The watchlist of the account is another entity.
    assert state(hass, "todo.alice_attic_watchlist") == "4"


async def test_no_watchlist(hass: HomeAssistant, users: HomeUsers) -> None:
    """A user without access to Discover has no watchlist, and no error."""
    await users.add("casey")
    device = users.device("Casey")
    entities = er.async_entries_for_device(er.async_get(hass), device.id)
    assert [entity.entity_id for entity in entities] == [
        "binary_sensor.casey_signed_in"
    ]
    assert state(hass, "binary_sensor.casey_signed_in") == "on"
    assert not issues(hass)


async def test_watchlist(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, users: HomeUsers
) -> None:
    """A change of a user's to-do list changes the watchlist of that user only."""
    await users.add("dana")
    for action, item in (("add_item", "Amélie"), ("remove_item", "Basement")):
        call = hass.services.async_call(
            "todo",
            action,
            {"entity_id": WATCHLIST_OF_DANA, "item": item},
            blocking=True,
        )
        await instance.in_time(call)
    assert [one.title for one in plex_tv.discover.watchlist("dana")] == ["Amélie"]
    assert len(plex_tv.discover.watchlist("alice")) == 4


async def test_nothing_is_reloaded(
    hass: HomeAssistant, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """Adding, reconfiguring or deleting a user does not reload the others."""
    runtime = alice.runtime_data
    await users.add("dana")
    await users.add("casey")
    await users.reconfigure("Casey")
    await users.settle()
    changed = hass.states.get(WATCHLIST_OF_DANA)
    await users.delete("Casey")
    assert alice.runtime_data is runtime
    assert hass.states.get(WATCHLIST_OF_DANA) is changed
    assert state(hass, "binary_sensor.casey_signed_in") is None
    assert state(hass, SIGNED_IN) == "on"


async def test_restart(
    hass: HomeAssistant, instance: Instance, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """All users are restored when the entry is reloaded."""
    await users.add("dana")
    await instance.reload(alice)
    await users.settle()
    assert state(hass, SIGNED_IN) == "on"
    assert state(hass, WATCHLIST_OF_DANA) == "1"


async def test_deletion(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """A deleted user is signed out, and no other user."""
    await users.add("dana")
    await users.add("casey")
    await users.delete("Dana")
    assert not plex_tv.devices("dana")
    assert len(plex_tv.devices("casey")) == 1
    assert plex_tv.token_is_valid(alice.data[CONF_TOKEN])
    assert [one.title for one in users.subentries] == ["Casey"]


async def test_deletion_while_the_watchlist_is_read(
    hass: HomeAssistant, plex_tv: Simulator, users: HomeUsers
) -> None:
    """A user who is deleted while the watchlist is read gets no entity."""
    released = asyncio.Event()
    empty = Fault.body('{"MediaContainer": {"totalSize": 0, "Metadata": []}}')
    plex_tv.discover.misbehave("GET", WATCHLIST, late(released, empty))
    await users.add("dana")
    await users.delete("Dana")
    released.set()
    await users.settle()
    assert state(hass, WATCHLIST_OF_DANA) is None


@pytest.mark.parametrize("loaded", [True, False])
async def test_deletion_without_an_answer(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    users: HomeUsers,
    *,
    loaded: bool,
) -> None:
    """The sign-out of a deleted user is retried, also if the entry is not loaded."""
    await users.add("dana")
    if not loaded:
        await hass.config_entries.async_unload(alice.entry_id)
    plex_tv.misbehave("DELETE", "*", Fault.html(502), times=None)
    await users.delete("Dana")
    assert len(plex_tv.devices("dana")) == 1
    plex_tv.behave()
    await instance.pass_time(SIGN_OUT_RETRY_INTERVAL.total_seconds() + 1)
    assert not plex_tv.devices("dana")


async def test_removal_of_the_account(
    instance: Instance, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """Removing the account signs all of its users out."""
    await users.add("dana")
    await users.add("casey")
    await instance.remove(alice)
    assert not plex_tv.devices("dana")
    assert not plex_tv.devices("casey")
    assert not plex_tv.token_is_valid(alice.data[CONF_TOKEN])


async def test_back_in_the_home(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, users: HomeUsers
) -> None:
    """The repair issue is removed when the user joins the Home again."""
    await users.add("dana")
    home = plex_tv.people["alice"].home
    home.remove("dana")
    for _ in range(2):
        await instance.pass_time(NEXT_HOME)
    assert issues(hass) == ["home_user_left"]
    home.append("dana")
    await instance.pass_time(NEXT_HOME)
    assert not issues(hass)


@pytest.mark.parametrize("fault", [Fault.html(502), Fault.body(b'{"users": []}')])
async def test_no_list_of_the_home(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    users: HomeUsers,
    fault: Fault,
) -> None:
    """A failed or incomplete list of users changes nothing."""
    await users.add("dana")
    plex_tv.misbehave("GET", HOME_USERS, fault, times=None)
    for _ in range(3):
        await instance.pass_time(NEXT_HOME)
    assert not issues(hass)
    assert state(hass, SIGNED_IN) == "on"


async def test_renaming(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    users: HomeUsers,
) -> None:
    """A new name at Plex is applied, unless the person renamed the user."""
    await users.add("dana")
    renamed = {
        "users": [
            {"uuid": plex_tv.people[who].uuid, "title": name}
            for who, name in (("alice", "Alice"), ("dana", "Dana D."))
        ]
    }
    body = str(renamed).replace("'", '"')
    plex_tv.misbehave("GET", HOME_USERS, Fault.body(body), times=None)
    await instance.pass_time(NEXT_HOME)
    dana = users.subentry("Dana D.")
    assert users.device("Dana D.")
    hass.config_entries.async_update_subentry(alice, dana, title="Our Dana")
    plex_tv.behave()
    await instance.pass_time(NEXT_HOME)
    assert users.subentry("Our Dana")
    assert users.device("Our Dana")


@pytest.mark.allowed_logs("Error fetching Plex account alice_attic")
async def test_outage(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    users: HomeUsers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An outage is logged for the account, and not again for each user."""
    await users.add("dana")
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    plex_tv.discover.misbehave("*", "*", Fault.html(502), times=None)
    for _ in range(4):
        await instance.pass_time(400)
    assert state(hass, SIGNED_IN) == "on"
    assert state(hass, WATCHLIST_OF_DANA) == "unavailable"
    told = [r for r in caplog.messages if "Error" in r and "Dana" in r]
    assert not told
    assert not issues(hass)
    plex_tv.behave()
    plex_tv.discover.behave()
    await users.next_poll()
    await users.next_poll()
    assert state(hass, WATCHLIST_OF_DANA) == "1"


async def test_tokens_of_servers_come_late(
    instance: Instance, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """After a sign-in, plex.tv is soon polled again for missing tokens of servers."""
    plex_tv.home.tokens_of_servers_late = True
    await users.add("dana")
    [user] = alice.runtime_data.home_users.loaded.values()
    attic = plex_tv.servers["Attic"].machine_identifier

    async def comes_late() -> None:
        """Check that the token of a server is missing until the next poll."""
        assert user.coordinator.data.servers[attic].token is None
        await instance.pass_time(25)
        assert user.coordinator.data.servers[attic].token

    await comes_late()
    await users.reconfigure("Dana")
    await users.settle()
    await comes_late()


async def test_no_servers(
    instance: Instance, plex_tv: Simulator, alice: MockConfigEntry, users: HomeUsers
) -> None:
    """For a user without servers, the number of early polls is limited.

    A restart of Home Assistant is no sign-in, so it causes no early polls.
    """
    plex_tv.people["dana"].servers.clear()
    identifier = (await users.add("dana")).data[CONF_CLIENT_IDENTIFIER]

    def asked() -> int:
        """Count the requests for the list of dana's servers."""
        return sum(
            seen.headers[CLIENT_IDENTIFIER] == identifier
            for seen in plex_tv.seen("GET", RESOURCES)
        )

    for _ in range(20):
        await instance.pass_time(25)
    assert asked() == 1 + NEW_TOKEN_RETRIES
    await instance.reload(alice)
    await users.settle()
    for _ in range(4):
        await instance.pass_time(25)
    assert asked() == 2 + NEW_TOKEN_RETRIES


async def test_deletion_while_home_assistant_stops(
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    users: HomeUsers,
    hass_storage: dict[str, Any],
) -> None:
    """A sign-out that is pending when Home Assistant stops is stored."""
    token = (await users.add("dana")).data[CONF_TOKEN]
    plex_tv.misbehave("*", "*", Fault.hang(), times=None)
    await users.delete("Dana")
    # Not a task of Home Assistant, because stopping cancels those.
    stopping = asyncio.create_task(hass.async_stop())
    await instance.pass_time_until(stopping.done)
    await stopping
    assert set(hass_storage["plex_account.sign_outs"]["data"]) == {token}
