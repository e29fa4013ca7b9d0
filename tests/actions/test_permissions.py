"""Which users may call which actions."""

from typing import TYPE_CHECKING, Any

from homeassistant.core import Context
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.plex_account.const import DOMAIN
from tests.helpers.actions import ACTIONS, act, allow
from tests.helpers.routes import APPROVAL, DEVICE
from tests.helpers.television import television_of

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import WebSocketGenerator

    from simulator import Simulator

WITHOUT_ANSWER = ("approve_code", "sign_out_device")
FOR_ADMINISTRATORS = [action for action in ACTIONS if action != "get_servers"]
PING: dict[str, Any] = {"action": f"{DOMAIN}.request", "data": ACTIONS["request"]}


@pytest.mark.parametrize("action", FOR_ADMINISTRATORS)
async def test_other_people(
    hass: HomeAssistant,
    hass_read_only_user: MockUser,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    action: str,
) -> None:
    """Users who are not administrators, or do not exist, are refused."""
    with pytest.raises(Unauthorized):
        await act(hass, action, user=hass_read_only_user)
    with pytest.raises(UnknownUser):
        await act(hass, action, user=MockUser())
    assert not plex_tv.requests


async def test_everybody_may_list_the_servers(
    hass: HomeAssistant, hass_read_only_user: MockUser, alice: MockConfigEntry
) -> None:
    """`get_servers` is allowed for every user."""
    answer = await act(hass, "get_servers", user=hass_read_only_user)
    assert len(answer["servers"]) == 3


@pytest.mark.usefixtures("alice")
async def test_what_only_administrators_are_told_of_servers(
    hass: HomeAssistant,
    hass_admin_user: MockUser,
    hass_read_only_user: MockUser,
    plex_tv: Simulator,
) -> None:
    """Only administrators get addresses and identifiers; all users get the rest."""
    full = (await act(hass, "get_servers"))["servers"]
    assert (await act(hass, "get_servers", user=hass_admin_user))["servers"] == full
    for user in (hass_read_only_user, MockUser()):
        answer = await act(hass, "get_servers", user=user)
        for server, more in zip(answer["servers"], full, strict=True):
            assert more.keys() - server.keys() == {"machine_identifier", "address"}
            assert server.items() <= more.items()
        for server in plex_tv.servers.values():
            assert server.machine_identifier not in str(answer)
        assert "://" not in str(answer)


@pytest.fixture
async def _nothing_fails(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry
) -> None:
    """Allow tokens, and create the code that the action approves."""
    allow(hass, alice)
    plex_tv.choose_code(ACTIONS["approve_code"]["code"])
    await television_of(async_get_clientsession(hass), plex_tv).create_pin()


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.usefixtures("_nothing_fails")
async def test_administrators(
    hass: HomeAssistant, hass_admin_user: MockUser, action: str
) -> None:
    """Administrators may call every action."""
    answer = await act(hass, action, user=hass_admin_user)
    assert (answer is None) == (action in WITHOUT_ANSWER)


@pytest.mark.usefixtures("_nothing_fails")
async def test_an_automation(hass: HomeAssistant, plex_tv: Simulator) -> None:
    """An automation may call every action, and use the response."""
    answering = [action for action in ACTIONS if action not in WITHOUT_ANSWER]
    automation = {
        "alias": "Everything",
        "triggers": {"trigger": "event", "event_type": "somebody_asks"},
        "actions": [
            *(
                {"action": f"{DOMAIN}.{action}", "data": ACTIONS[action]}
                for action in WITHOUT_ANSWER
            ),
            *(
                {
                    "action": f"{DOMAIN}.{action}",
                    "data": ACTIONS[action],
                    "response_variable": action,
                }
                for action in answering
            ),
            {
                "event": "answered",
                "event_data": {action: f"{{{{ {action} }}}}" for action in answering},
            },
        ],
    }
    answers: list[dict[str, Any]] = []
    hass.bus.async_listen("answered", lambda event: answers.append({**event.data}))
    assert await async_setup_component(hass, "automation", {"automation": automation})
    hass.bus.async_fire("somebody_asks")
    await hass.async_block_till_done()
    [answer] = answers
    assert answer["request"]["data"] == {"pong": True}
    assert all(answer[action] for action in answering)
    assert plex_tv.seen("PUT", APPROVAL)
    assert plex_tv.seen("DELETE", DEVICE)


@pytest.mark.allowed_logs("Error executing script", "while executing")
@pytest.mark.usefixtures("alice")
async def test_a_script(
    hass: HomeAssistant,
    hass_admin_user: MockUser,
    hass_read_only_user: MockUser,
    plex_tv: Simulator,
) -> None:
    """A script has the rights of the user who starts it."""
    script = {"ping": {"sequence": [PING]}}
    assert await async_setup_component(hass, "script", {"script": script})
    for context in (Context(), Context(user_id=hass_admin_user.id)):
        await hass.services.async_call("script", "ping", blocking=True, context=context)
    assert len(plex_tv.requests) == 2
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            "script",
            "ping",
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert len(plex_tv.requests) == 2


@pytest.mark.allowed_logs("The path must start", "Plex does not recognize this code")
async def test_what_the_browser_shows(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, alice: MockConfigEntry
) -> None:
    """The developer tools get responses as JSON and errors as text."""
    browser = await hass_ws_client(hass)

    async def do(action: str, data: dict[str, Any]) -> dict[str, Any]:
        """Call an action as the developer tools do."""
        await browser.send_json_auto_id(
            {
                "type": "call_service",
                "domain": DOMAIN,
                "service": action,
                "service_data": data,
                "return_response": action != "approve_code",
            }
        )
        answer: dict[str, Any] = await browser.receive_json()
        return answer

    done = await do("request", {"path": "/api/v2/ping"})
    assert done["result"]["response"] == {"status": 200, "data": {"pong": True}}
    refused = (await do("request", {"path": "//host.example"}))["error"]
    assert refused["code"] == "service_validation_error"
    assert refused["message"].startswith("Validation error: The path must start")
    assert refused["translation_key"] == "bad_path"
    unknown = (await do("approve_code", {"code": "zzzz"}))["error"]
    assert unknown["code"] == "service_validation_error"
    assert "Plex does not recognize this code" in unknown["message"]
