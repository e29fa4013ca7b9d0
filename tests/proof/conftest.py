"""A Home Assistant with little overhead, for load and long runs."""

import logging
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant


@pytest.fixture(autouse=True)
def _say_little(hass: HomeAssistant) -> Iterator[None]:
    """Turn asyncio's debug mode and most logging off, which cost most of the time.

    Every line of the log is kept until the end of a test.
    """
    hass.loop.set_debug(False)
    logger = logging.getLogger("homeassistant")
    level = logger.level
    logger.setLevel(logging.WARNING)
    yield
    logger.setLevel(level)
