"""The interface for other integrations, used by one."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import CONF_TOKEN
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockModule, mock_integration

from custom_components.plex_account import LinkedAccount, async_get_account
from custom_components.plex_account.const import CONF_CLIENT_IDENTIFIER, DOMAIN
from custom_components.plex_account.plextv import RawRequest
from simulator import Fault
from tests.helpers.actions import SIGNED_OUT, refusal, text_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.typing import ConfigType
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

FILMS = RawRequest(path="/library/sections/1/all", query=(("type", "1"),))
TITLES = ["The Attic Window", "A Cabin in Spring", "Basement"]


@dataclass
class Cinema:
    """Another custom integration, which lists the films of servers."""

    hass: HomeAssistant
    accounts: list[LinkedAccount] = field(default_factory=list)
    """The account that each call returned."""

    async def set_up(self) -> bool:
        """Set the integration up."""

        async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
            return DOMAIN in hass.config.components

        module = MockModule("cinema", dependencies=[DOMAIN], async_setup=async_setup)
        mock_integration(self.hass, module, built_in=False)
        return await async_setup_component(self.hass, "cinema", {})

    async def films(self, server: str, entry_id: str | None = None) -> list[str]:
        """Request a server's films with the current account."""
        account = async_get_account(self.hass, entry_id)
        self.accounts.append(account)
        [linked] = [
            linked
            for linked in account.servers.values()
            if linked.server.name == server
        ]
        assert linked.connection
        result = await account.client.request_server(
            linked.server, linked.connection, FILMS
        )
        data: Any = result.data
        return [film["title"] for film in data["MediaContainer"]["Metadata"]]


@pytest.fixture
async def cinema(hass: HomeAssistant, alice: MockConfigEntry) -> Cinema:
    """Provide the other integration, set up beside alice's account."""
    cinema = Cinema(hass)
    assert await cinema.set_up()
    return cinema


async def gone(cinema: Cinema) -> str:
    """Let the other integration fail, and return the translated error."""
    with pytest.raises(HomeAssistantError) as failure:
        await cinema.films("Attic")
    return text_of(failure.value)


@pytest.mark.parametrize(
    ("name", "route"),
    [("Attic", "local"), ("Cabin", "remote"), ("Bob's Basement", "relay")],
)
async def test_it_asks_a_server(
    cinema: Cinema, plex_tv: Simulator, alice: MockConfigEntry, name: str, route: str
) -> None:
    """Another integration gets the account, its servers, and a connection to each."""
    assert await cinema.films(name) == TITLES
    [account] = cinema.accounts
    server = plex_tv.servers[name]
    linked = account.servers[server.machine_identifier]
    assert account.entry is alice
    assert account.account
    assert account.account.uuid == plex_tv.people["alice"].uuid
    assert account.account.subscription.active
    assert len(account.servers) == 3
    assert linked.connection
    assert linked.connection.route == route
    [seen] = server.requests
    own = alice.data[CONF_TOKEN]
    assert seen.headers["X-Plex-Token"] == server.data.guests.get("alice", own)


async def test_it_asks_plex_tv(cinema: Cinema, hass: HomeAssistant) -> None:
    """The client of the account sends requests to plex.tv."""
    account = async_get_account(hass)
    ping = await account.client.request(RawRequest(path="/api/v2/ping"))
    assert (ping.status, ping.data) == (200, {"pong": True})


async def test_nothing_shows_in_a_log(
    cinema: Cinema, hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The representations of the objects contain no secret."""
    account = async_get_account(hass)
    text = f"{account!r}{[*account.servers.values()]!r}"
    assert not [secret for secret in plex_tv.secrets if secret in text]


async def test_the_account_is_reloaded(
    instance: Instance, cinema: Cinema, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """After a reload, a new object is returned; the old one is unchanged."""
    assert await cinema.films("Attic") == TITLES
    await plex_tv.servers["Attic"].stop("local")
    loft = plex_tv.add_server("alice", name="Loft")
    await loft.start()
    assert await instance.reload(alice)
    assert await cinema.films("Attic") == TITLES
    assert await cinema.films("Loft") == TITLES
    before, after, _ = cinema.accounts
    attic = plex_tv.servers["Attic"].machine_identifier
    for account, route, servers in ((before, "local", 3), (after, "remote", 4)):
        connection = account.servers[attic].connection
        assert connection
        assert connection.route == route
        assert len(account.servers) == servers


async def test_the_account_is_linked_again(
    instance: Instance,
    cinema: Cinema,
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
) -> None:
    """A new token is used from the next request on."""
    plex_tv.revoke(alice.data[CONF_TOKEN])
    token = plex_tv.sign_in("alice", alice.data[CONF_CLIENT_IDENTIFIER])
    data = {**alice.data, CONF_TOKEN: token}
    hass.config_entries.async_update_entry(alice, data=data)
    await instance.reload(alice)
    assert await cinema.films("Attic") == TITLES
    seen = plex_tv.servers["Attic"].requests[-1]
    assert seen.headers["X-Plex-Token"] == token


@pytest.mark.allowed_logs("Authentication failed while fetching")
@pytest.mark.parametrize("when", ["while it runs", "since the start"])
async def test_the_account_is_signed_out(
    instance: Instance,
    cinema: Cinema,
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    when: str,
) -> None:
    """A lost sign-in raises a translated error."""
    plex_tv.revoke(alice.data[CONF_TOKEN])
    if when == "since the start":
        await instance.reload(alice)
        await instance.pass_time(5)
    else:
        refused = await instance.in_time(refusal(hass, "request"))
        assert refused == SIGNED_OUT
    assert await gone(cinema) == SIGNED_OUT
    assert not cinema.accounts


async def test_the_account_is_gone(
    cinema: Cinema, hass: HomeAssistant, alice: MockConfigEntry
) -> None:
    """Unloaded and removed accounts raise different errors."""
    not_loaded = "Config entry alice_attic for integration plex_account is not loaded"
    assert await hass.config_entries.async_unload(alice.entry_id)
    assert await gone(cinema) == not_loaded
    await hass.config_entries.async_set_disabled_by(
        alice.entry_id, ConfigEntryDisabler.USER
    )
    none = "Could not find config entry for integration plex_account"
    assert await gone(cinema) == none
    await hass.config_entries.async_remove(alice.entry_id)
    assert await gone(cinema) == none
    with pytest.raises(ServiceValidationError, match="was not found"):
        await cinema.films("Attic", alice.entry_id)


async def test_the_account_goes_while_a_server_is_asked(
    cinema: Cinema, hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """The client still works after the account was unloaded."""
    assert await cinema.films("Attic") == TITLES
    [account] = cinema.accounts
    assert await hass.config_entries.async_unload(alice.entry_id)
    ping = await account.client.request(RawRequest(path="/api/v2/ping"))
    assert ping.status == 200


async def test_one_of_several_accounts(
    cinema: Cinema, link: Link, hass: HomeAssistant, alice: MockConfigEntry
) -> None:
    """With several accounts the id of the entry is required."""
    bob = await link("bob")
    with pytest.raises(ServiceValidationError, match="Several accounts are linked"):
        await cinema.films("Bob's Basement")
    for entry in (alice, bob):
        assert await cinema.films("Bob's Basement", entry.entry_id) == TITLES


async def test_it_waits_for_plex_tv(
    hass: HomeAssistant, instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """An account whose set-up is being retried is not loaded."""
    plex_tv.misbehave("*", "*", Fault.html(502), times=None)
    entry = await link("alice")
    cinema = Cinema(hass)
    assert await cinema.set_up()
    assert (await gone(cinema)).endswith("is not loaded")
    plex_tv.behave()
    await instance.pass_time_until_loaded(entry)
    assert await cinema.films("Attic") == TITLES
