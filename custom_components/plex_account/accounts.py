"""The linked accounts, as actions and other integrations use them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service import async_get_config_entry

from .const import DOMAIN
from .entity import server_identifier

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .coordinator import PlexAccountConfigEntry
    from .plextv import Account, Connection, PlexTvClient, Server


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedServer:
    """A server of a linked account, and where it answers."""

    server: Server
    connection: Connection | None
    """The best connection at which it answered when it was last asked, if any."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedAccount:
    """A linked account as it is now."""

    entry: PlexAccountConfigEntry
    client: PlexTvClient
    """Asks plex.tv and the account's servers."""
    account: Account
    servers: dict[str, LinkedServer]
    """By client identifier, which a server itself calls its machine identifier."""


@callback
def async_get_account(
    hass: HomeAssistant, entry_id: str | None = None
) -> LinkedAccount:
    """Return a linked account; without `entry_id`, the only one.

    Ask again for every use and keep nothing of it: tokens, servers and addresses
    change. Raises ServiceValidationError when there is no such account, when it is not
    loaded, or when there are several to choose from, and HomeAssistantError while
    plex.tv rejects its sign-in.
    """
    entry: PlexAccountConfigEntry = async_get_config_entry(hass, DOMAIN, entry_id)
    runtime = entry.runtime_data
    if runtime.account.data is None or not runtime.account.signed_in:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="signed_out"
        )
    return LinkedAccount(
        entry=entry,
        client=runtime.client,
        account=runtime.account.data.account,
        servers={
            identifier: LinkedServer(
                server=server,
                # An address that plex.tv no longer lists is not the server's any more.
                connection=connection
                if (connection := runtime.reach.data.get(identifier))
                in server.connections
                else None,
            )
            for identifier, server in runtime.account.servers.items()
        },
    )


@callback
def async_get_server(
    hass: HomeAssistant, device_id: str, entry_id: str | None = None
) -> tuple[LinkedAccount, LinkedServer]:
    """Return the server that a device stands for, and the account that it belongs to.

    Raises ServiceValidationError when the device is none of a server, or none of the
    account that `entry_id` names; otherwise as `async_get_account` does.
    """
    device = dr.async_get(hass).async_get(device_id)
    entry = device and hass.config_entries.async_get_entry(device.config_entry_id)
    if (
        device
        and entry
        and entry.domain == DOMAIN
        and entry_id in {None, entry.entry_id}
    ):
        account = async_get_account(hass, entry.entry_id)
        for identifier, server in account.servers.items():
            if (DOMAIN, server_identifier(account.entry, identifier)) in (
                device.identifiers
            ):
                return account, server
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="unknown_server"
    )
