"""A Home Assistant that can do much at once and live long."""

import logging
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant


@pytest.fixture(autouse=True)
def _say_little(hass: HomeAssistant) -> Iterator[None]:
    """Take away what costs more than what it looks at: asyncio's debugging, and talk.

    Every line of the log is kept until the end of a test.
    """
    hass.loop.set_debug(False)
    logger = logging.getLogger("homeassistant")
    level = logger.level
    logger.setLevel(logging.WARNING)
    yield
    logger.setLevel(level)
