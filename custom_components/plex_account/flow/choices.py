"""Forms in which a person chooses how to continue, with radio buttons."""

from typing import Final

from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..const import CONF_TASK, CONF_WAY, WAY_BROWSER, WAY_CODE

TASK_SETTINGS: Final = "settings"
TASK_MEDIA_SERVER: Final = "media_server"


def radio_buttons(*options: str, translation_key: str) -> SelectSelector:
    """Return a field that, unlike a menu, can be used with the keyboard."""
    return SelectSelector(
        SelectSelectorConfig(
            options=list(options),
            translation_key=translation_key,
            mode=SelectSelectorMode.LIST,
        )
    )


WAYS: Final = vol.Schema(
    {
        vol.Required(CONF_WAY, default=WAY_CODE): radio_buttons(
            WAY_CODE, WAY_BROWSER, translation_key="sign_in_way"
        )
    }
)
TASKS: Final = vol.Schema(
    {
        vol.Required(CONF_TASK, default=TASK_SETTINGS): radio_buttons(
            TASK_SETTINGS, TASK_MEDIA_SERVER, translation_key="options_task"
        )
    }
)
