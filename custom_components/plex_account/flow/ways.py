"""The form in which a person chooses how to sign in."""

from typing import Final

from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..const import CONF_WAY, WAY_BROWSER, WAY_CODE

WAYS: Final = vol.Schema(
    {
        vol.Required(CONF_WAY, default=WAY_CODE): SelectSelector(
            SelectSelectorConfig(
                options=[WAY_CODE, WAY_BROWSER],
                translation_key="sign_in_way",
                mode=SelectSelectorMode.LIST,
            )
        )
    }
)
