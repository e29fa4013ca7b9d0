"""The devices of an account and of its servers: identifiers, descriptions, removal."""

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .const import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry, ConfigSubentry
    from homeassistant.core import HomeAssistant

    from .plextv import Server


WEB_APP: Final = "https://app.plex.tv/desktop/#!"


def account_device_info(entry: ConfigEntry[Any]) -> DeviceInfo:
    """Describe the device of an account."""
    return DeviceInfo(
        identifiers={(DOMAIN, str(entry.unique_id))},
        entry_type=DeviceEntryType.SERVICE,
        manufacturer="Plex",
        model="Plex account",
        name=entry.title,
        configuration_url=f"{WEB_APP}/settings/account",
    )


def home_user_device_info(
    entry: ConfigEntry[Any], user: ConfigSubentry, account_device: dr.DeviceEntry
) -> DeviceInfo:
    """Describe the device of a Home user, which is linked to the account's device."""
    return DeviceInfo(
        identifiers={(DOMAIN, home_user_identifier(entry, str(user.unique_id)))},
        entry_type=DeviceEntryType.SERVICE,
        manufacturer="Plex",
        model="Plex Home user",
        name=user.title,
        via_device_id=account_device.id,
    )


def home_user_identifier(entry: ConfigEntry[Any], uuid: str) -> str:
    """Return the identifier of a Home user of one account.

    The identifier of a server contains no slash, so it cannot be mistaken for a user's.
    """
    return f"{entry.unique_id}/{uuid}"


def server_device_info(
    entry: ConfigEntry[Any], server: Server, account_device: dr.DeviceEntry
) -> DeviceInfo:
    """Describe the device of a server, which is linked to the account's device.

    Home Assistant shows `model_id` behind the model, so it contains the owner. The URL
    of the page is that of python-plexapi.
    """
    page = f"media/{quote(server.client_identifier)}/com.plexapp.plugins.library"
    return DeviceInfo(
        identifiers={(DOMAIN, server_identifier(entry, server.client_identifier))},
        manufacturer="Plex",
        model="Plex Media Server",
        model_id=server.owner_name or entry.title,
        name=server.name,
        sw_version=server.version,
        configuration_url=f"{WEB_APP}/{page}",
        via_device_id=account_device.id,
    )


def server_identifier(entry: ConfigEntry[Any], server_id: str) -> str:
    """Return the identifier of a server, different for each account that has it."""
    return f"{entry.unique_id}_{server_id}"


def machine_identifier(entry: ConfigEntry[Any], device: dr.DeviceEntry) -> str | None:
    """Return the machine identifier of a device, None if it is not a server."""
    if device.entry_type is not None or device.config_entry_id != entry.entry_id:
        return None
    prefix = server_identifier(entry, "")
    for known in device.identifiers:
        match known:
            case (domain, identifier) if domain == DOMAIN and identifier.startswith(
                prefix
            ):
                return identifier.removeprefix(prefix)
    return None


@callback
def async_get_account_device(
    hass: HomeAssistant, entry: ConfigEntry[Any]
) -> dr.DeviceEntry:
    """Create or update the device of an account, and return it."""
    return dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, **account_device_info(entry)
    )


@callback
def async_update_home_user_device(
    hass: HomeAssistant, entry: ConfigEntry[Any], user: ConfigSubentry
) -> None:
    """Create or update the device of a Home user."""
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=user.subentry_id,
        **home_user_device_info(entry, user, async_get_account_device(hass, entry)),
    )


@callback
def async_get_server_device(
    hass: HomeAssistant, entry: ConfigEntry[Any], server_id: str
) -> dr.DeviceEntry | None:
    """Return the device of a server, None before it has one."""
    return dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, server_identifier(entry, server_id)), entry.entry_id
    )


@callback
def async_update_server_devices(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    servers: Mapping[str, Server],
    account_device: dr.DeviceEntry,
) -> None:
    """Update the devices of these servers, and remove those of all other servers."""
    registry = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if (identifier := machine_identifier(entry, device)) is None:
            continue
        if server := servers.get(identifier):
            registry.async_get_or_create(
                config_entry_id=entry.entry_id,
                **server_device_info(entry, server, account_device),
            )
        else:
            registry.async_remove_device(device.id)
