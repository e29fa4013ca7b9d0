"""Names and titles that would be links or images, where texts are Markdown.

The browser requested an image in the name of a server as soon as a notification was
shown, which revealed this and the browser's address to the server's owner.
"""

import json
import re
from string import punctuation
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from homeassistant.helpers.template import Template
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_account.markdown import plain
from simulator import Fault
from tests.helpers.automations import BlueprintAutomations, device_of
from tests.helpers.dialogue import Dialogue, placeholders
from tests.helpers.routes import PINS, USER
from tests.helpers.watchlist import ShownWatchlist
from tests.repository.documents import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from homeassistant.core import HomeAssistant

    from simulator import Simulator
    from tests.conftest import Link
    from tests.helpers.instance import Instance

HOSTILE = (
    '![a](https://evil.example/b.png) [c](//d) <img src="https://evil.example/e"> '
    "<script>f</script> **g** _h_ `i` https://evil.example www.evil.example "
    "<https://evil.example> j@evil.example &lt;k&gt; \\![l](m) # n ~~o~~ {{ p }}"
)
# The links of the integration itself, and an escaped character in Markdown.
OWN_LINK = re.compile(
    r"\[(?:Link the account again|Open Plex Account)\]"
    r"\(/config/integrations/integration/plex_account\)"
)
WRITTEN = re.compile(r"\\[!-/:-@\[-`{-~]")


def assert_shown_as_text(message: str, *names: str) -> None:
    """Check that no character of a name is Markdown, and that no text is lost."""
    assert names
    for name in names:
        assert plain(name) in message
        message = message.replace(plain(name), "")
    # The text around the names may only contain a link of the integration itself.
    message = OWN_LINK.sub("", message)
    assert not set("[]()<>!`@") & set(WRITTEN.sub("", message))


def test_every_sign_is_text() -> None:
    """Each ASCII punctuation character is escaped."""
    assert WRITTEN.sub("", plain(punctuation)) == ""
    assert plain("Bücherei 本 7") == "Bücherei 本 7"


@pytest.mark.parametrize("blueprint", ["server_unreachable", "sign_in_lost"])
@pytest.mark.allowed_logs("Authentication failed while fetching")
async def test_blueprints(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    instance: Instance,
    tmp_path: Path,
    blueprint: str,
) -> None:
    """The names of a server and of an account are shown unchanged in blueprints."""
    automations = BlueprintAutomations(instance, tmp_path)
    plex_tv.servers["Attic"].data.name = HOSTILE
    entry = await link("alice")
    hass.config_entries.async_update_entry(entry, title=HOSTILE)
    assert await instance.reload(entry)
    of_server = blueprint == "server_unreachable"
    device = device_of(hass, entity(hass, of_server=of_server))
    await automations.use(
        blueprint, **{"servers" if of_server else "accounts": [device]}
    )
    if of_server:
        await plex_tv.servers["Attic"].stop()
    else:
        plex_tv.misbehave("*", "*", Fault.status(401), times=None)
    await automations.pass_minutes(20)
    [message] = automations.messages
    assert_shown_as_text(message.data["message"], HOSTILE)


def entity(hass: HomeAssistant, *, of_server: bool) -> str:
    """Return the sensor with the hostile name."""
    [found] = [
        state.entity_id
        for state in hass.states.async_all("binary_sensor")
        if str(state.name) == f"{HOSTILE} {'Reachable' if of_server else 'Signed in'}"
    ]
    return found


def messages(held: Any) -> Iterator[str]:  # noqa: ANN401 - YAML
    """Return the texts of all notifications in an example."""
    if isinstance(held, list):
        for item in held:
            yield from messages(item)
    elif isinstance(held, dict):
        if held.get("action") == "persistent_notification.create":
            yield held["data"]["message"]
        for item in held.values():
            yield from messages(item)


MESSAGES = [
    message
    for document in ("README.md", "docs/actions.md", "docs/examples.md")
    for block in DOCUMENTS[document].blocks("yaml")
    for message in messages(parse_yaml(block))
]
STREAM = {"User": {"title": HOSTILE}, "title": HOSTILE, "Player": {"title": HOSTILE}}
VARIABLES = {
    "trigger": {"to_state": SimpleNamespace(name=HOSTILE)},
    "sessions": {"data": {"MediaContainer": {"Metadata": [STREAM, STREAM]}}},
    "found": {"servers": [{"name": HOSTILE, "reachable": False}]},
    "signed_in": {
        "devices": [
            {
                "name": HOSTILE,
                "product": HOSTILE,
                "plex_device_id": "1",
                "created_at": "2100-01-01T00:00:00+00:00",
            }
        ]
    },
    "movies": {"data": {"MediaContainer": {"totalSize": 3}}},
    "new_server": {"claim": "claim-a", "expires_at": "2026"},
}


@pytest.mark.parametrize("message", MESSAGES)
def test_examples(hass: HomeAssistant, message: str) -> None:
    """The names in an example's notification are shown unchanged."""
    shown = Template(message, hass).async_render(VARIABLES, parse_result=False)
    if any(name in message for name in ("name", "title")):
        assert_shown_as_text(shown, HOSTILE)
    else:
        assert HOSTILE[:9] not in shown


async def test_a_server_that_has_a_title(
    instance: Instance, plex_tv: Simulator, link: Link
) -> None:
    """The description of a to-do item names the servers, and only links to Plex."""
    plex_tv.servers["Bob's Basement"].data.name = HOSTILE
    await link("alice")
    shown = ShownWatchlist(instance)
    await shown.read()
    await shown.servers_answered()
    [item] = [each for each in await shown.items() if each["summary"] == "Basement"]
    told, _, page = item["description"].rpartition(" · ")
    assert page.startswith("[View on Plex](https://watch.plex.tv/movie/")
    assert_shown_as_text(told, HOSTILE)


async def test_the_name_of_an_account(
    hass: HomeAssistant, plex_tv: Simulator, dialogue: Dialogue, link: Link
) -> None:
    """The name of another account is escaped in the dialogue."""
    entry = await link("alice")
    hass.config_entries.async_update_entry(entry, title=HOSTILE)
    form = await entry.start_reauth_flow(hass)
    assert_shown_as_text(placeholders(form)["account"], HOSTILE)
    await dialogue.choose(form["flow_id"])
    account = {"uuid": plex_tv.people["bob"].uuid, "username": HOSTILE}
    plex_tv.misbehave("GET", USER, Fault.body(json.dumps(account)))
    await dialogue.approve("bob")
    result = await dialogue.look()
    assert result["step_id"] == "wrong_account"
    shown = placeholders(result)
    assert_shown_as_text(shown["account"], HOSTILE)
    # The integration removes the domain of an e-mail address in a name.
    assert_shown_as_text(shown["other_account"], HOSTILE.replace("@evil.example", ""))


async def test_the_name_of_a_server(
    hass: HomeAssistant, plex_tv: Simulator, link: Link
) -> None:
    """The name of a server that is already set up is escaped in the dialogue."""
    attic = plex_tv.servers["Attic"]
    attic.data.name = HOSTILE
    entry = await link("alice")
    MockConfigEntry(domain="plex", unique_id=attic.machine_identifier).add_to_hass(hass)
    options = hass.config_entries.options
    flow_id = (await options.async_init(entry.entry_id))["flow_id"]
    await options.async_configure(flow_id, {"task": "media_server"})
    result = await options.async_configure(
        flow_id, {"server": attic.machine_identifier}
    )
    assert result["reason"] == "media_server_exists"
    assert_shown_as_text(placeholders(result)["server"], HOSTILE)


@pytest.mark.parametrize(
    "end", ["a)![b](https://evil.example)", "<img src=a>", 'a b")', "`a`]", "\\)"]
)
async def test_the_address_of_a_code(
    plex_tv: Simulator, dialogue: Dialogue, end: str
) -> None:
    """The link to Plex's QR code is a single link."""
    qr = f"{plex_tv.url}/api/v2/pins/qr/{end}"
    pin = {"id": 1, "code": "ABCD", "expiresIn": 900, "qr": qr}
    plex_tv.misbehave("POST", PINS, Fault.body(json.dumps(pin), status=201))
    shown = placeholders(await dialogue.open())["plex_qr_url"]
    assert shown.startswith(f"{plex_tv.url}/api/v2/pins/qr/")
    assert not set("()<>[]\"'`\\ ") & set(shown)
    dialogue.close()
