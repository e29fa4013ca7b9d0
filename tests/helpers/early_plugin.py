"""Lets Home Assistant's test plugin run on a newer version than it was made for.

pytest loads this module before that plugin, by its option -p. It can go when the plugin
in requirements_test.txt was made for 2026.11 or newer.
"""

# Before anything else: from 2026.11 on it replaces httpx, which must not be imported by
# then, and the plugin imports that first.
import homeassistant  # noqa: F401, I001 - for what it does when it is imported

# The plugin replaces these functions before it imports anything of Home Assistant that
# copies them, and so must whoever comes before it.
from pytest_homeassistant_custom_component import (  # noqa: F401 - likewise
    patch_json,
    patch_recorder,
    patch_time,
)

from homeassistant.components import logger

# The plugin imports it from there; from 2026.11 on it is defined elsewhere.
MOVED = "_clear_logger_overwrites"
if not hasattr(logger, MOVED):
    from homeassistant.components.logger import helpers

    setattr(logger, MOVED, getattr(helpers, MOVED))
