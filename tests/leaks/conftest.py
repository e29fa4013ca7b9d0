"""A Home Assistant that records everything, and somebody who hears it."""

import logging
from typing import TYPE_CHECKING, Any

from homeassistant.setup import async_setup_component
import pytest

from .life import Life
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.components.recorder import Recorder
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        RecorderInstanceContextManager,
    )

    from simulator import Simulator
    from tests.dialogue import Dialogue


@pytest.fixture
def persistent_database() -> bool:
    """Let the recorder write to a file."""
    return True


@pytest.fixture
def mock_recorder_before_hass(
    async_test_recorder: RecorderInstanceContextManager, witness: Witness
) -> None:
    """Prepare what has to be there before there is a Home Assistant."""


@pytest.fixture
def witness(caplog: pytest.LogCaptureFixture) -> Iterator[Witness]:
    """Provide somebody who hears every logger, however little it matters."""
    caplog.set_level(logging.DEBUG)
    for name in logging.root.manager.loggerDict:
        if logging.getLogger(name).level:
            caplog.set_level(logging.DEBUG, logger=name)
    witness = Witness()
    logging.getLogger().addHandler(witness)
    yield witness
    logging.getLogger().removeHandler(witness)


@pytest.fixture
async def life(
    recorder_mock: Recorder,
    witness: Witness,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    plex_tv: Simulator,
    dialogue: Dialogue,
    hass_client: ClientSessionGenerator,
    hass_storage: dict[str, Any],
) -> Life:
    """Provide a life that has not begun."""
    for component in ("homeassistant", "system_health", "diagnostics"):
        assert await async_setup_component(hass, component, {})
    life = Life(hass, freezer, plex_tv, dialogue, witness, hass_client, hass_storage)
    life.listen()
    return life
