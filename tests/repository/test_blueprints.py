"""Home Assistant imports the blueprints from the addresses in the README."""

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from homeassistant.components.automation import helpers as automation
from homeassistant.components.script import helpers as script
from homeassistant.setup import async_setup_component
import pytest

from .blueprints import BLUEPRINTS, PATHS
from .documents import README
from .tree import COMPONENT, read_json, relative

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.test_util.aiohttp import (
        AiohttpClientMocker,
    )
    from pytest_homeassistant_custom_component.typing import WebSocketGenerator

REPOSITORY: Final = read_json(COMPONENT / "manifest.json")["documentation"]
BUTTON: Final = "https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url="

each_blueprint = pytest.mark.parametrize("name", BLUEPRINTS)


def address(name: str) -> str:
    """Return the address of a blueprint."""
    return f"{REPOSITORY}/blob/main/{relative(PATHS[name])}"


def test_each_has_a_button() -> None:
    """The README imports every blueprint, and nothing else."""
    buttons = [target for target in README.targets if target.startswith(BUTTON)]
    assert sorted(buttons) == sorted(
        f"{BUTTON}{quote(address(name), safe='')}" for name in BLUEPRINTS
    )


@each_blueprint
def test_texts(name: str) -> None:
    """Every input has a name, a description and a selector."""
    blueprint = BLUEPRINTS[name]["blueprint"]
    for described in (blueprint, *blueprint["input"].values()):
        assert described["name"]
        assert described["description"].endswith(".")
    assert all(item["selector"] for item in blueprint["input"].values())


@each_blueprint
async def test_import(
    hass: HomeAssistant,
    aioclient_mock: AiohttpClientMocker,
    hass_ws_client: WebSocketGenerator,
    tmp_path: Path,
    name: str,
) -> None:
    """A blueprint can be imported with its button, and saved."""
    hass.config.config_dir = str(tmp_path)
    kind = BLUEPRINTS[name]["blueprint"]["domain"]
    assert kind == PATHS[name].parent.parent.name
    assert await async_setup_component(hass, kind, {})
    url = address(name)
    assert BLUEPRINTS[name]["blueprint"]["source_url"] == url
    raw = url.replace("github.com", "raw.githubusercontent.com").replace("/blob", "")
    text = PATHS[name].read_text(encoding="utf-8")
    aioclient_mock.get(raw, text=text)  # type: ignore[no-untyped-call]
    browser = await hass_ws_client(hass)

    async def ask(**question: str) -> dict[str, Any]:
        """Send a command to Home Assistant, as its page does."""
        await browser.send_json_auto_id(question)
        answer: dict[str, Any] = await browser.receive_json()
        assert answer["success"], answer
        result: dict[str, Any] = answer["result"]
        return result

    found = await ask(type="blueprint/import", url=url)
    assert found["validation_errors"] is None
    path = f"{found['suggested_filename']}.yaml"
    await ask(
        type="blueprint/save",
        domain=kind,
        path=path,
        yaml=found["raw_data"],
        source_url=url,
    )
    helpers = {"automation": automation, "script": script}[kind]
    blueprint = await helpers.async_get_blueprints(hass).async_get_blueprint(path)
    assert blueprint.validate() is None
