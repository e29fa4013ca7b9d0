"""The life of a linked account, from its code to its removal."""

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aiohttp import ClientSession
from homeassistant.const import CONF_TOKEN, MATCH_ALL
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from pytest_homeassistant_custom_component.common import (
    async_get_persistent_notifications,
    get_system_health_info,
)
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)

from custom_components.plex_account.const import (
    CONF_ALLOW_TOKENS,
    CONF_CLIENT_IDENTIFIER,
    CONF_FOLLOW,
    DOMAIN,
    FOLLOW_OWN,
)
from simulator import Fault
from simulator.http.parameters import CLIENT_IDENTIFIER
from tests.helpers.actions import act, failure
from tests.helpers.custom_faults import QUOTING
from tests.helpers.dialogue import Dialogue, linked
from tests.helpers.home_users import HomeUsers
from tests.helpers.routes import PINS, SWITCH
from tests.helpers.servers import NEXT_LIST, Servers
from tests.helpers.signed_in_devices import COUNT, EVENT, SignedInDevices
from tests.helpers.watchlist import ShownWatchlist

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import Event, HomeAssistant
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

    from simulator import Simulator
    from simulator.http.wire import Json
    from tests.helpers.instance import Instance

    from .output_collector import OutputCollector

PLEX_PASS: Final = "binary_sensor.alice_attic_plex_pass"
SIGNED_IN: Final = "binary_sensor.alice_attic_signed_in"

OUTAGES: Final = (
    Fault.html(502),
    Fault.rate_limited("9"),
    Fault.reset(),
    Fault.truncated(),
    Fault.body(b"[" * 200_000),
    Fault.body(b'{"authToken": 7}'),
    Fault.redirect("http://127.0.0.1:1/"),
    Fault.status(403),
    QUOTING,
)
# Requests of automations whose responses contain secrets.
PLEX_TV: Final[tuple[dict[str, Any], ...]] = (
    {"path": "/api/v2/user"},
    {"path": "/api/v2/resources", "query": {"includeHttps": 1, "includeRelay": 1}},
    {"path": "/api/v2/home/users"},
    {"path": "/api/v2/devices"},
    {"path": "/devices.xml"},
    {"path": "/api/users"},
    {"path": "/api/claim/token"},
    {"path": "/api/v2/pins", "method": "POST", "form": {"strong": False}},
    {"path": "/api/v2/pins", "method": "POST", "body": {"strong": True}},
)
PIN_OF_DANA: Final = "4711-of-dana"
SERVER: Final = ("/", "/identity", "/accounts", "/security/token", "/library/sections")


@dataclass
class AccountLifecycle:
    """One account in one Home Assistant; records everything that is output about it."""

    instance: Instance
    plex_tv: Simulator
    dialogue: Dialogue
    output: OutputCollector
    client: ClientSessionGenerator
    storage: dict[str, Any]
    typed: set[str] = field(default_factory=set)
    """Codes that a person typed into an action."""

    @property
    def hass(self) -> HomeAssistant:
        """Home Assistant."""
        return self.instance.hass

    def listen(self) -> None:
        """Record every event."""

        @callback
        def hear(event: Event[Any]) -> None:
            self.output.record("events", event.as_dict())

        self.hass.bus.async_listen(MATCH_ALL, hear)

    async def link(self, person: str, way: str) -> ConfigEntry:
        """Link an account, as a person does."""
        await self.dialogue.open(way)
        await self.dialogue.next_question()
        await self.dialogue.approve(person)
        await self.dialogue.look()
        await self.hass.async_block_till_done()
        return linked(self.hass)[-1]

    async def outages(self) -> None:
        """Let plex.tv fail in many ways, and record the errors of actions."""
        for outage in OUTAGES:
            self.plex_tv.misbehave("*", "*", outage, times=None)
            await self.pass_time_until_state(PLEX_PASS, "unavailable")
            await self.fails("create_claim")
            self.plex_tv.behave()
            await self.pass_time_until_state(PLEX_PASS, "on")

    async def lose_sign_in(self, entry: ConfigEntry) -> None:
        """Lose the sign-in, record the errors, and sign in again."""
        self.plex_tv.revoke(entry.data[CONF_TOKEN])
        await self.pass_time_until_state(SIGNED_IN, "off")
        await self.fails("create_claim")
        await self.look_around(entry)
        [flow] = self.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        await self.dialogue.choose(flow["flow_id"])
        await self.dialogue.approve()
        await self.dialogue.look()
        await self.pass_time_until_state(SIGNED_IN, "on")

    async def use(self, entry: ConfigEntry) -> None:
        """Call every action, and record the responses."""
        attic = Servers(self.hass, entry).devices()["Attic"].id
        for asked in PLEX_TV:
            await self.answers("request", asked)
        for path in SERVER:
            await self.answers("request", {"path": path, "device_id": attic})
        for server in (await self.do("get_servers", {}))["servers"]:
            # Automations need the address of a server, so the response may contain it.
            del server["address"]
            self.output.record("response of get_servers", server)
        claim = await self.do("create_claim", {})
        self.output.record("response of create_claim", claim["expires_at"])
        await self.do("approve_code", {"code": await self.another_device()})
        await self.fails("request", {"path": "/nowhere"})
        await self.fails("request", {"path": "//127.0.0.1/"})
        await self.fails("request", {"path": "/nowhere", "device_id": attic})
        await self.fails("approve_code", {"code": "0000"})
        await self.change_watchlist()
        await self.plex_tv.servers["Attic"].stop()
        await self.fails("request", {"path": "/", "device_id": attic})
        await self.plex_tv.servers["Attic"].start()

    async def follow_devices(self, entry: ConfigEntry) -> None:
        """Enable the entities of signed-in devices, and sign a device in and out."""
        signed_in = SignedInDevices(self.instance, entry)
        await signed_in.turn(EVENT, COUNT)
        device = self.plex_tv.sign_in_device("alice", name="Shield")
        await signed_in.next_list()
        answer = await self.do("get_devices", {})
        self.output.record("response of get_devices", answer)
        [own] = [row for row in answer["devices"] if row["this_home_assistant"]]
        for number in (own["plex_device_id"], "7"):
            await self.fails("sign_out_device", {"plex_device_id": number})
        await self.do("sign_out_device", {"plex_device_id": device.id})
        for _ in range(2):
            await signed_in.next_list()
        assert [kind for kind, _ in signed_in.events] == ["signed_in", "signed_out"]

    async def home(self, entry: ConfigEntry) -> None:
        """Add a Home user with a PIN, act for them, and renew a lost sign-in."""
        self.plex_tv.add_home_user("dana", pin=PIN_OF_DANA)
        users = HomeUsers(self.instance, self.plex_tv, entry)
        await users.open()
        self.output.record("flows", await users.choose("dana"))
        self.output.record("flows", await users.enter("0815"))
        for outage in OUTAGES:
            self.plex_tv.misbehave("POST", SWITCH, outage)
            self.output.record("flows", await users.enter(PIN_OF_DANA))
        await users.enter(PIN_OF_DANA)
        dana = users.device("Dana").id
        attic = Servers(self.hass, entry).devices()["Attic"].id
        for asked in PLEX_TV[:3]:
            await self.answers("request", {**asked, "home_user": dana})
        await self.answers(
            "request", {"path": "/", "home_user": dana, "device_id": attic}
        )
        await self.fails("request", {"path": "/nowhere", "home_user": dana})
        await self.fails("get_token", {"home_user": dana})
        self.plex_tv.revoke(users.subentry("Dana").data[CONF_TOKEN])
        await users.next_poll()
        await self.fails("get_servers", {"home_user": dana})
        await self.look_around(entry)
        await users.reconfigure("Dana")
        await users.enter(PIN_OF_DANA)
        await users.next_poll()

    async def change_watchlist(self) -> None:
        """Read and change the watchlist, and record the errors of failed changes."""
        shown = ShownWatchlist(self.instance)
        await shown.read()
        await shown.do("add_item", item="Amélie")
        self.output.record("titles", await shown.items())
        for outage in OUTAGES:
            self.plex_tv.discover.misbehave("*", "*", outage, times=None)
            for action in ("add_item", "remove_item"):
                try:
                    await shown.do(action, item="Basement")
                except HomeAssistantError as err:
                    self.output.record_error(f"error of {action}", err)
            await shown.next_reading()
            self.plex_tv.discover.behave()
            await shown.next_reading()

    async def play(self) -> None:
        """Play a film remotely, and add another one to the library."""
        playback = self.plex_tv.servers["Attic"].playback
        person = self.plex_tv.people["casey"]
        facts: dict[str, Json] = {"User": {"title": person.email}}
        film = playback.start(person, local=False, facts=facts)
        playback.add_title("A New Film")
        await self.instance.pass_time(1)
        playback.pause(film)
        playback.stop(film)
        await self.instance.pass_time(60)

    async def hand_out(self, entry: ConfigEntry) -> Any:  # noqa: ANN401 - JSON
        """Allow tokens, get one, and disallow tokens again."""
        options = self.hass.config_entries.options
        for allowed in (True, False):
            form = await options.async_init(entry.entry_id)
            flow_id = form["flow_id"]
            await options.async_configure(flow_id, {"task": "settings"})
            await options.async_configure(
                flow_id, {CONF_FOLLOW: FOLLOW_OWN, CONF_ALLOW_TOKENS: allowed}
            )
            # The change reloads the account.
            await self.instance.in_time(self.hass.async_block_till_done())
            await self.instance.pass_time(5)
            if allowed:
                handed_out = await self.do("get_token", {})
        await self.fails("get_token", {})
        return handed_out

    async def another_device(self) -> str:
        """Let another device create a code, which a person types into an action."""
        async with ClientSession(self.plex_tv.url) as session:
            await session.post(PINS, headers={CLIENT_IDENTIFIER: "the-television"})
        code = self.plex_tv.pins[-1].code
        self.typed.add(code)
        return code

    async def do(self, action: str, data: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Call an action, and let the time pass that it takes."""
        return await self.instance.in_time(act(self.hass, action, data))

    async def answers(self, action: str, data: dict[str, Any]) -> None:
        """Call an action, and record its response."""
        answer = await self.do(action, data)
        assert answer["data"] is not None
        self.output.record(f"response of {action}", answer)

    async def fails(self, action: str, data: dict[str, Any] | None = None) -> None:
        """Call an action that fails, and record its error."""
        work = failure(self.hass, action, data)
        error = await self.instance.in_time(work)
        self.output.record_error(f"error of {action}", error)

    async def look_around(self, entry: ConfigEntry) -> None:
        """Record states, registries, diagnostics and storage."""
        hass, record = self.hass, self.output.record
        record("states", [state.as_dict() for state in hass.states.async_all()])
        entry_id = entry.entry_id
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry_id):
            record("devices", device.dict_repr)
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry_id):
            record("entities", entity.extended_dict)
        record("issues", [i.to_json() for i in ir.async_get(hass).issues.values()])
        record("notifications", async_get_persistent_notifications(hass))
        record("flows", hass.config_entries.flow.async_progress())
        diagnostics = await get_diagnostics_for_config_entry(
            hass, partial(self.client, await self.access_token()), entry
        )
        record("diagnostics", diagnostics)
        health = await get_system_health_info(hass, DOMAIN)
        record("system health", {**health, "can_reach_plex_tv": None})
        record("system health", await health["can_reach_plex_tv"])

    async def access_token(self) -> str:
        """Sign an administrator in again; the session expired hours ago."""
        users = await self.hass.auth.async_get_users()
        known = [token for user in users for token in user.refresh_tokens.values()]
        return self.hass.auth.async_create_access_token(known[0])

    async def read_storage(self) -> list[dict[str, Any]]:
        """Record what is stored besides an entry's own data, and return that data."""
        await self.instance.pass_time(60)
        entries = [
            entry
            for entry in self.storage["core.config_entries"]["data"]["entries"]
            if entry["domain"] == DOMAIN
        ]
        own = [entry.pop("data") for entry in entries]
        of_users = [
            user.pop("data") for entry in entries for user in entry["subentries"]
        ]
        assert [{CONF_TOKEN, CONF_CLIENT_IDENTIFIER}] == [*map(set, of_users)]
        # Own stores have addresses but no tokens: tests/component/test_init.py.
        others = {key: self.storage[key] for key in self.storage if DOMAIN not in key}
        self.output.record("storage", others)
        for entry, data in zip(entries, own, strict=True):
            entry["data"] = data
        return own

    async def pass_time_until_state(self, entity_id: str, state: str) -> None:
        """Let plex.tv be polled until an entity has a state."""
        await self.instance.pass_time(NEXT_LIST)
        await self.instance.pass_time_until_shown(entity_id, state)
