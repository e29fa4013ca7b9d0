"""Calls of the integration's actions, and their responses and errors."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import Context, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.plex_account.const import CONF_ALLOW_TOKENS, DOMAIN

if TYPE_CHECKING:
    from homeassistant.auth.models import User
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

# Every action, with its required fields.
ACTIONS: Final[dict[str, dict[str, Any]]] = {
    "request": {"path": "/api/v2/ping"},
    "get_servers": {},
    "get_token": {},
    "approve_code": {"code": "AB12"},
    "create_claim": {},
    "get_devices": {},
    "sign_out_device": {"plex_device_id": "700000001"},
}
UNKNOWN_SERVER: Final = (
    "This device is not a server of a linked Plex account, or it does not belong to "
    "the selected account"
)
SIGNED_OUT: Final = (
    "Plex no longer accepts this account's sign-in. Link the account again"
)


def allow(hass: HomeAssistant, entry: MockConfigEntry, *, allowed: bool = True) -> None:
    """Set the option that allows tokens to be returned."""
    options = {CONF_ALLOW_TOKENS: allowed}
    hass.config_entries.async_update_entry(entry, options=options)


async def act(
    hass: HomeAssistant,
    action: str,
    data: dict[str, Any] | None = None,
    *,
    user: User | None = None,
) -> Any:  # noqa: ANN401 - what an action answers is any JSON
    """Call an action as a user or an automation, and return its response."""
    response = hass.services.supports_response(DOMAIN, action)
    return await hass.services.async_call(
        DOMAIN,
        action,
        ACTIONS[action] if data is None else data,
        blocking=True,
        context=Context(user_id=user.id if user else None),
        return_response=response is not SupportsResponse.NONE,
    )


async def refusal(
    hass: HomeAssistant, action: str, data: dict[str, Any] | None = None
) -> str:
    """Call an action that fails, and return the error's text."""
    return text_of(await failure(hass, action, data))


async def failure(
    hass: HomeAssistant, action: str, data: dict[str, Any] | None = None
) -> HomeAssistantError:
    """Call an action that fails, and return the error."""
    with pytest.raises(HomeAssistantError) as info:
        await act(hass, action, data)
    return info.value


def text_of(error: HomeAssistantError) -> str:
    """Return the translated text of an error."""
    assert type(error) in {HomeAssistantError, ServiceValidationError}
    assert error.translation_domain
    text = str(error)
    assert text != error.translation_key
    assert "{" not in text
    return text


def device_id(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> str:
    """Return the id of the device of an account, or of one of its servers."""
    registry = dr.async_get(hass)
    [device] = [
        device
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
        if device.name == name
    ]
    return device.id
