"""Secrets in the traces of runs, which other administrators and backups can read."""

from typing import TYPE_CHECKING, Any

from homeassistant.components.trace.const import DATA_TRACE
from homeassistant.const import CONF_TOKEN
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest

from custom_components.plex_account.const import CONF_ALLOW_TOKENS, DOMAIN
from tests.repository.documents import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import WebSocketGenerator

    from tests.conftest import Link

NOT_KEPT: list[Any] = [
    held
    for block in DOCUMENTS["docs/actions.md"].blocks("yaml")
    if "trace" in (held := parse_yaml(block))
]
GET_TOKEN = {"action": f"{DOMAIN}.get_token", "response_variable": "access"}


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("domain", ["automation", "script"])
async def test_traces(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    link: Link,
    domain: str,
    *,
    kept: bool,
) -> None:
    """The trace of a run contains its token, unless traces are disabled."""
    entry = await link("alice")
    hass.config_entries.async_update_entry(entry, options={CONF_ALLOW_TOKENS: True})
    run: dict[str, Any] = {} if kept else dict(*NOT_KEPT)
    steps = [GET_TOKEN, {"event": "told", "event_data": {"a": "{{ access.token }}"}}]
    if domain == "script":
        config: object = {"thief": {"sequence": steps, **run}}
        action, data = "thief", {}
    else:
        trigger = {"trigger": "event", "event_type": "never"}
        config = {"id": "thief", "alias": "thief", "triggers": trigger} | run
        config |= {"actions": steps}
        action, data = "trigger", {"entity_id": "automation.thief"}
    assert await async_setup_component(hass, domain, {domain: config})
    told: list[str] = []
    hass.bus.async_listen("told", lambda event: told.append(event.data["a"]))
    await hass.services.async_call(domain, action, data, blocking=True)
    await hass.async_block_till_done()
    assert told == [entry.data[CONF_TOKEN]]
    browser = await hass_ws_client(hass)
    await browser.send_json_auto_id({"type": "trace/list", "domain": domain})
    runs = (await browser.receive_json())["result"]
    assert len(runs) == kept
    held = "".join(
        str(trace.as_dict())
        for buckets in hass.data[DATA_TRACE].values()
        for trace in buckets.runs.values()
    )
    assert (entry.data[CONF_TOKEN] in held) == kept


def steps_of_ours(held: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - YAML
    """Return the data of each of the integration's actions in an example."""
    if isinstance(held, list):
        for item in held:
            yield from steps_of_ours(item)
    elif isinstance(held, dict):
        if str(held.get("action")).startswith(f"{DOMAIN}."):
            yield held.get("data", {})
        for item in held.values():
            yield from steps_of_ours(item)


def test_examples_ask_for_what_is_written_in_them() -> None:
    """Examples send constants only, because any user can set helpers and variables."""
    examples = [
        data
        for document in ("README.md", "docs/actions.md", "docs/examples.md")
        for block in DOCUMENTS[document].blocks("yaml")
        for data in steps_of_ours(parse_yaml(block))
    ]
    assert len(examples) > 8
    for data in examples:
        for field in ("path", "code", "method", "query", "body"):
            assert "{{" not in str(data.get(field, ""))
