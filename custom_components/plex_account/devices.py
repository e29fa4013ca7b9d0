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
    """Describe the device of a Home user, which belongs to that of the account."""
    return DeviceInfo(
        identifiers={(DOMAIN, home_user_identifier(entry, str(user.unique_id)))},
        entry_type=DeviceEntryType.SERVICE,
        manufacturer="Plex",
        model="Plex Home user",
        name=user.title,
        via_device_id=account_device.id,
    )


def home_user_identifier(entry: ConfigEntry[Any], uuid: str) -> str:
    """Identify a Home user of one account.

    No identifier of a server has a slash, so that no server can be taken for a user.
    """
    return f"{entry.unique_id}/{uuid}"


def server_device_info(
    entry: ConfigEntry[Any], server: Server, account_device: dr.DeviceEntry
) -> DeviceInfo:
    """Describe the device of a server, which belongs to that of the account.

    Home Assistant shows the model's identifier behind the model: there stands whose
    server it is. The page is the one that python-plexapi names.
    """
    page = f"media/{quote(server.client_identifier)}/com.plexapp.plugins.library"
    return DeviceInfo(
        identifiers={(DOMAIN, server_identifier(entry, server.client_identifier))},
        manufacturer="Plex",
        model="Plex Media Server",
        model_id=_owner(entry, server),
        name=server.name,
        sw_version=server.version,
        configuration_url=f"{WEB_APP}/{page}",
        via_device_id=account_device.id,
    )


def server_identifier(entry: ConfigEntry[Any], server_id: str) -> str:
    """Identify one server of one account: two linked accounts may share a server."""
    return f"{entry.unique_id}_{server_id}"


def machine_identifier(entry: ConfigEntry[Any], device: dr.DeviceEntry) -> str | None:
    """Return which server of an account a device is, None if it is not a server."""
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
    """Return the device of an account, made or brought up to date."""
    return dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, **account_device_info(entry)
    )


@callback
def async_update_home_user_device(
    hass: HomeAssistant, entry: ConfigEntry[Any], user: ConfigSubentry
) -> None:
    """Make the device of a Home user, or bring it up to date."""
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
    hass: HomeAssistant, entry: ConfigEntry[Any], servers: Mapping[str, Server]
) -> None:
    """Update the devices of these servers, and remove those of all other servers."""
    registry = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if (identifier := machine_identifier(entry, device)) is None:
            continue
        if server := servers.get(identifier):
            registry.async_update_device(
                device.id,
                model_id=_owner(entry, server),
                name=server.name,
                sw_version=server.version,
            )
        else:
            registry.async_remove_device(device.id)


def _owner(entry: ConfigEntry[Any], server: Server) -> str:
    """Return the name of the account that owns a server."""
    return server.owner_name or entry.title
