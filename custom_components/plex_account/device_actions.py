"""The actions about the devices that are signed in to an account."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.exceptions import ServiceValidationError

from .authorized_devices import is_this_home_assistant
from .const import DOMAIN
from .errors import translated_errors
from .plextv import AuthorizedDevices, PlexTvResponseError
from .runtime import async_get_account

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import ServiceCall, ServiceResponse

ATTR_PLEX_DEVICE_ID: Final = "plex_device_id"


async def async_get_devices(call: ServiceCall) -> ServiceResponse:
    """List the devices that are signed in to the account."""
    account = async_get_account(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
    async with translated_errors(account):
        devices = await AuthorizedDevices(account.client.transport).get_devices()
    return {
        "devices": [
            {
                ATTR_PLEX_DEVICE_ID: None if device.id is None else str(device.id),
                "name": device.name,
                "product": device.product,
                "platform": device.platform,
                "version": device.version,
                "created_at": _written(device.created_at),
                "last_seen_at": _written(device.last_seen_at),
                "this_home_assistant": is_this_home_assistant(account.entry, device),
            }
            for device in devices
        ]
    }


async def async_sign_out_device(call: ServiceCall) -> None:
    """Sign a device out, unless it is this Home Assistant itself."""
    account = async_get_account(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
    coordinator = account.entry.runtime_data.devices
    wanted = call.data[ATTR_PLEX_DEVICE_ID].strip()
    signed_in = AuthorizedDevices(account.client.transport)
    async with translated_errors(account):
        rows = [
            device
            for device in await signed_in.get_devices()
            if device.id is not None and str(device.id) == wanted
        ]
        if any(is_this_home_assistant(account.entry, device) for device in rows):
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="own_device"
            )
        if not rows or (number := rows[0].id) is None:
            raise _device_not_found()
        try:
            await signed_in.remove(number)
        except PlexTvResponseError as err:
            if err.status == HTTPStatus.NOT_FOUND:
                raise _device_not_found() from err
            raise
    coordinator.async_poll_soon()


def _written(moment: datetime | None) -> str | None:
    """Return a time as text, for a response in JSON."""
    return moment.isoformat() if moment else None


def _device_not_found() -> ServiceValidationError:
    """Return the error for a device that plex.tv does not list."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="device_not_found"
    )
