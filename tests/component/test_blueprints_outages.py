"""The blueprints for a lost sign-in and for a server that does not respond."""

from typing import TYPE_CHECKING

from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator import Fault

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from simulator import ServerControl, Simulator
    from tests.conftest import Link
    from tests.helpers.automations import BlueprintAutomations

SIGNED_IN = "binary_sensor.alice_attic_signed_in"
REACHABLE = "binary_sensor.attic_reachable"
OWN = {"then": [{"action": "test.then"}], "back": [{"action": "test.back"}]}


def add_foreign_sensor(hass: HomeAssistant, device_id: str) -> None:
    """Add a sensor of another integration, with the state off, to a device."""
    entry = MockConfigEntry(domain="ping")
    entry.add_to_hass(hass)
    registry = er.async_get(hass)
    entity = registry.async_get_or_create(
        "binary_sensor", "ping", "attic", config_entry=entry
    )
    registry.async_update_entity(entity.entity_id, device_id=device_id)
    attributes = {"device_class": "connectivity"}
    hass.states.async_set(entity.entity_id, "off", attributes)


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_sign_in_lost(
    plex_tv: Simulator, link: Link, automations: BlueprintAutomations
) -> None:
    """A lost sign-in creates one notification; linking again dismisses it."""
    entry = await link("alice")
    await automations.use("sign_in_lost", accounts=automations.devices_of(SIGNED_IN))
    await automations.pass_minutes(10)
    assert automations.messages == []
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    await automations.pass_minutes(20)
    assert await automations.instance.reload(entry)
    await automations.pass_minutes(10)
    [message] = automations.messages
    assert r"sign-in of alice\_attic." in message.data["message"]
    assert automations.dismissed == []
    plex_tv.behave()
    assert await automations.instance.reload(entry)
    await automations.pass_minutes(1)
    [dismissed] = automations.dismissed
    assert dismissed.data["notification_id"] == message.data["notification_id"]
    assert len(automations.messages) == 1


@pytest.mark.allowed_logs("Error fetching Plex account")
async def test_an_outage_is_no_lost_sign_in(
    plex_tv: Simulator, link: Link, automations: BlueprintAutomations
) -> None:
    """Neither an outage of plex.tv nor a reload creates a notification."""
    entry = await link("alice")
    await automations.use(
        "sign_in_lost", accounts=automations.devices_of(SIGNED_IN), **OWN
    )
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    await automations.pass_minutes(10)
    assert await automations.instance.reload(entry)
    assert automations.instance.shows(SIGNED_IN, "unknown")
    await automations.pass_minutes(3)
    plex_tv.behave()
    await automations.pass_minutes(10)
    assert automations.instance.shows(SIGNED_IN, "on")
    assert automations.then == automations.back == []


@pytest.mark.allowed_logs("Authentication failed while fetching")
@pytest.mark.parametrize("lost", [False, True])
async def test_lost_while_home_assistant_was_off(
    plex_tv: Simulator, link: Link, automations: BlueprintAutomations, *, lost: bool
) -> None:
    """At the start, a lost sign-in creates a notification; a valid one does not."""
    automations.before_start()
    if lost:
        plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    await link("alice")
    await automations.use(
        "sign_in_lost", accounts=automations.devices_of(SIGNED_IN), **OWN
    )
    await automations.start()
    assert automations.instance.shows(SIGNED_IN, "off" if lost else "on")
    assert len(automations.then) == lost
    assert automations.messages == automations.back == []


async def test_server_unreachable(
    attic: ServerControl, link: Link, automations: BlueprintAutomations
) -> None:
    """After a delay, an unreachable server creates a notification until it is back."""
    await link("alice")
    await automations.use(
        "server_unreachable", servers=automations.devices_of(REACHABLE)
    )
    await attic.stop()
    await automations.pass_minutes(4)
    assert automations.messages == []
    await automations.pass_minutes(10)
    [message] = automations.messages
    assert message.data["message"] == (
        "Attic has not responded for 5 minutes. "
        "[Open Plex Account](/config/integrations/integration/plex_account)."
    )
    assert automations.dismissed == []
    await attic.start()
    await automations.pass_minutes(10)
    [dismissed] = automations.dismissed
    assert dismissed.data["notification_id"] == message.data["notification_id"]
    assert len(automations.messages) == 1


async def test_a_restart_of_the_server_is_not_told(
    attic: ServerControl, link: Link, automations: BlueprintAutomations
) -> None:
    """A server that responds again within the delay creates no notification."""
    await link("alice")
    await automations.use(
        "server_unreachable",
        servers=automations.devices_of(REACHABLE),
        minutes=15,
        **OWN,
    )
    await attic.stop()
    await automations.pass_minutes(6)
    assert automations.instance.shows(REACHABLE, "off")
    await attic.start()
    await automations.pass_minutes(30)
    assert automations.instance.shows(REACHABLE, "on")
    assert automations.then == automations.back == []
    await attic.stop()
    await automations.pass_minutes(25)
    assert (len(automations.then), len(automations.back)) == (1, 0)
    await attic.start()
    await automations.pass_minutes(10)
    assert (len(automations.then), len(automations.back)) == (1, 1)


async def test_one_outage_is_told_once(
    attic: ServerControl, link: Link, automations: BlueprintAutomations
) -> None:
    """A reload of the entry during an outage creates no second notification."""
    entry = await link("alice")
    await automations.use(
        "server_unreachable", servers=automations.devices_of(REACHABLE), **OWN
    )
    await attic.stop()
    await automations.pass_minutes(10)
    assert await automations.instance.reload(entry)
    await automations.pass_minutes(2)
    assert automations.instance.shows(REACHABLE, "off")
    await automations.pass_minutes(10)
    assert (len(automations.then), len(automations.back)) == (1, 0)
    assert await automations.instance.unload(entry)
    await attic.start()
    assert await automations.instance.reload(entry)
    await automations.pass_minutes(1)
    assert automations.instance.shows(REACHABLE, "on")
    assert (len(automations.then), len(automations.back)) == (1, 1)


@pytest.mark.parametrize("minutes_away", [0, 4, 20])
async def test_away_when_home_assistant_starts(
    attic: ServerControl,
    link: Link,
    automations: BlueprintAutomations,
    minutes_away: int,
) -> None:
    """The delay counts from the start when server and Home Assistant start together."""
    automations.before_start()
    if minutes_away:
        await attic.stop()
    await link("alice")
    await automations.use(
        "server_unreachable",
        servers=automations.devices_of(REACHABLE),
        minutes=10,
        **OWN,
    )
    await automations.start()
    assert automations.instance.shows(REACHABLE, "off" if minutes_away else "on")
    await automations.pass_minutes(minutes_away)
    await attic.start()
    await automations.pass_minutes(20)
    told = int(minutes_away > 10)
    assert (len(automations.then), len(automations.back)) == (told, told)


async def test_two_servers_unreachable(
    plex_tv: Simulator,
    attic: ServerControl,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """Each server has its own notification, which is dismissed when it is back."""
    await link("alice")
    both = automations.devices_of(REACHABLE, "binary_sensor.cabin_reachable")
    await automations.use("server_unreachable", servers=both, minutes=1)
    for name in ("Attic", "Cabin"):
        await plex_tv.servers[name].stop()
        await automations.pass_minutes(4)
    first, second = automations.messages
    for message, name in ((first, "Attic"), (second, "Cabin")):
        text = message.data["message"]
        assert text.startswith(f"{name} has not responded for 1 minute. ")
    for name, message in (("Cabin", second), ("Attic", first)):
        await plex_tv.servers[name].start()
        await automations.pass_minutes(4)
        dismissed = automations.dismissed.pop()
        assert dismissed.data["notification_id"] == message.data["notification_id"]
        assert automations.dismissed == []
    assert len(automations.messages) == 2


async def test_servers_away_when_home_assistant_starts(
    hass: HomeAssistant,
    plex_tv: Simulator,
    attic: ServerControl,
    link: Link,
    automations: BlueprintAutomations,
) -> None:
    """Each automation creates one notification for each of its servers."""
    automations.before_start()
    for name in ("Attic", "Cabin"):
        await plex_tv.servers[name].stop()
    await link("alice")
    own = {"then": [{"action": "test.then", "data": {"name": "{{ name }}"}}]}
    own_servers = automations.devices_of(REACHABLE)
    others = (
        "binary_sensor.cabin_reachable",
        "binary_sensor.bob_s_basement_reachable",
    )
    add_foreign_sensor(hass, own_servers[0])
    await automations.use(
        "server_unreachable",
        {"servers": own_servers, **own},
        servers=automations.devices_of(REACHABLE, *others),
    )
    await automations.start()
    await automations.pass_minutes(10)
    assert [call.data["name"] for call in automations.then] == ["Attic"]
    assert sorted(
        message.data["message"].split()[0] for message in automations.messages
    ) == ["Attic", "Cabin"]


async def test_away_before_the_account_is_loaded(
    attic: ServerControl, link: Link, automations: BlueprintAutomations
) -> None:
    """A notification is created although the account is loaded long after the start."""
    automations.before_start()
    entry = await link("alice")
    await automations.use(
        "server_unreachable", servers=automations.devices_of(REACHABLE), **OWN
    )
    assert await automations.instance.unload(entry)
    await automations.start()
    await automations.pass_minutes(10)
    assert automations.then == []
    await attic.stop()
    assert await automations.instance.reload(entry)
    await automations.pass_minutes(2)
    assert automations.instance.shows(REACHABLE, "off")
    assert (len(automations.then), len(automations.back)) == (1, 0)


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_two_sign_ins_lost(
    plex_tv: Simulator, link: Link, automations: BlueprintAutomations
) -> None:
    """Each account has its own notification, which linking it again dismisses."""
    entries = [await link("alice"), await link("bob")]
    both = automations.devices_of(SIGNED_IN, "binary_sensor.bob_basement_signed_in")
    await automations.use("sign_in_lost", accounts=both)
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    await automations.pass_minutes(20)
    assert len(automations.messages) == 2
    identifiers = {
        message.data["message"].split("sign-in of ")[1].split(".")[0]: message.data[
            "notification_id"
        ]
        for message in automations.messages
    }
    assert set(identifiers) == {r"alice\_attic", r"bob\_basement"}
    plex_tv.behave()
    for entry in entries:
        assert await automations.instance.reload(entry)
        await automations.pass_minutes(1)
        name = entry.title.replace("_", r"\_")
        dismissed = automations.dismissed.pop()
        assert dismissed.data["notification_id"] == identifiers[name]
        assert automations.dismissed == []


@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_a_reload_finds_the_sign_in_lost(
    plex_tv: Simulator, link: Link, automations: BlueprintAutomations
) -> None:
    """A sign-in that is found lost by a reload creates a notification."""
    entry = await link("alice")
    await automations.use(
        "sign_in_lost", accounts=automations.devices_of(SIGNED_IN), **OWN
    )
    plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    assert await automations.instance.reload(entry)
    await automations.pass_minutes(1)
    assert (len(automations.then), len(automations.back)) == (1, 0)
