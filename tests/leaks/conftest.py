"""A Home Assistant with a recorder, and a collector of all output."""

import logging
from typing import TYPE_CHECKING, Any

from homeassistant.setup import async_setup_component
import pytest

from .account_lifecycle import AccountLifecycle
from .output_collector import OutputCollector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.components.recorder import Recorder
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        RecorderInstanceContextManager,
    )

    from simulator import Simulator
    from tests.helpers.dialogue import Dialogue
    from tests.helpers.instance import Instance


@pytest.fixture
def persistent_database() -> bool:
    """Let the recorder write to a file."""
    return True


@pytest.fixture
def mock_recorder_before_hass(
    async_test_recorder: RecorderInstanceContextManager, output: OutputCollector
) -> None:
    """Set up the recorder, which must exist before `hass`."""


@pytest.fixture
def output(caplog: pytest.LogCaptureFixture) -> Iterator[OutputCollector]:
    """Collect the output of every logger, down to debug lines."""
    caplog.set_level(logging.DEBUG)
    for name in logging.root.manager.loggerDict:
        if logging.getLogger(name).level:
            caplog.set_level(logging.DEBUG, logger=name)
    output = OutputCollector()
    logging.getLogger().addHandler(output)
    yield output
    logging.getLogger().removeHandler(output)


@pytest.fixture
async def lifecycle(
    recorder_mock: Recorder,
    output: OutputCollector,
    hass: HomeAssistant,
    instance: Instance,
    plex_tv: Simulator,
    dialogue: Dialogue,
    hass_client: ClientSessionGenerator,
    hass_storage: dict[str, Any],
) -> AccountLifecycle:
    """Provide a life cycle that has not begun."""
    for component in ("homeassistant", "system_health", "diagnostics"):
        assert await async_setup_component(hass, component, {})
    lifecycle = AccountLifecycle(
        instance, plex_tv, dialogue, output, hass_client, hass_storage
    )
    lifecycle.listen()
    return lifecycle
