"""Lets Home Assistant's test plugin run on a newer version than it was made for.

pytest loads this module before that plugin, by its option -p. It can go when the plugin
in requirements_test.txt was made for 2026.11 or newer.
"""

# Before any other import: since 2026.11, this replaces httpx, which must not have been
# imported before, and which the plugin imports first.
import homeassistant  # noqa: F401, I001 - for what it does when it is imported

# The plugin patches these functions before it imports modules of Home Assistant that
# copy them. A module that is imported earlier has to do the same.
from pytest_homeassistant_custom_component import (  # noqa: F401 - likewise
    patch_json,
    patch_recorder,
    patch_time,
)

from homeassistant.components import logger

# The plugin imports this name from there; since 2026.11 it is defined elsewhere.
MOVED = "_clear_logger_overwrites"
if not hasattr(logger, MOVED):
    from homeassistant.components.logger import helpers

    setattr(logger, MOVED, getattr(helpers, MOVED))
