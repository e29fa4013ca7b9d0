"""Sets up servers in Home Assistant's own Plex integration, and renews their tokens.

It submits the config flow of that integration, which validates everything itself.
"""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_USER
from homeassistant.const import (
    CONF_HOST,
    CONF_PORT,
    CONF_SSL,
    CONF_TOKEN,
    CONF_URL,
    CONF_VERIFY_SSL,
)
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
import voluptuous as vol
from yarl import URL

from .const import LOGGER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigFlowContext
    from homeassistant.core import HomeAssistant

    from .plextv import Connection

PLEX: Final = "plex"
# Where an entry of Home Assistant's own Plex integration keeps address and token.
SERVER_CONFIG: Final = "server_config"


def is_set_up(hass: HomeAssistant, machine_identifier: str) -> bool:
    """Return whether Home Assistant's own Plex integration already has a server."""
    return (
        hass.config_entries.async_entry_for_domain_unique_id(PLEX, machine_identifier)
        is not None
    )


async def async_set_up(hass: HomeAssistant, connection: Connection, token: str) -> bool:
    """Set up a server in Home Assistant's own Plex integration; return the success."""
    context: ConfigFlowContext = {"source": SOURCE_USER}
    form = _form(URL(connection.uri), token)
    return await _async_submit(hass, context, None, form) is FlowResultType.CREATE_ENTRY


async def async_renew_tokens(hass: HomeAssistant, old: str, new: str) -> None:
    """Replace a token of servers that were set up with it.

    For a server that does not respond now, that integration starts its own
    reauthentication.
    """
    for entry in hass.config_entries.async_entries(PLEX):
        server = entry.data.get(SERVER_CONFIG, {})
        if server.get(CONF_TOKEN) != old or CONF_URL not in server:
            continue
        context: ConfigFlowContext = {
            "source": SOURCE_REAUTH,
            "entry_id": entry.entry_id,
            "unique_id": entry.unique_id,
        }
        form = _form(
            URL(server[CONF_URL]), new, verify_ssl=server.get(CONF_VERIFY_SSL, True)
        )
        await _async_submit(hass, context, entry.data, form)


def _form(url: URL, token: str, *, verify_ssl: bool = True) -> dict[str, Any]:
    """Return the user input for the form of the manual set-up."""
    host = url.host or ""
    return {
        CONF_HOST: f"[{host}]" if ":" in host else host,
        CONF_PORT: url.port,
        CONF_SSL: url.scheme == "https",
        CONF_VERIFY_SSL: verify_ssl,
        CONF_TOKEN: token,
    }


async def _async_submit(
    hass: HomeAssistant,
    context: ConfigFlowContext,
    data: Mapping[str, Any] | None,
    form: dict[str, Any],
) -> FlowResultType | None:
    """Submit the config flow; return its result, None if it did not end."""
    flows = hass.config_entries.flow
    try:
        flow_id = (await flows.async_init(PLEX, context=context, data=data))["flow_id"]
        await flows.async_configure(flow_id, {"next_step_id": "manual_setup"})
        result = await flows.async_configure(flow_id, form)
    except (HomeAssistantError, vol.Invalid) as err:
        # A future version of the flow, or one whose requirements cannot be installed.
        LOGGER.warning(
            "The dialogue of Plex Media Server did not take the form: %s",
            type(err).__name__,
        )
        return None
    if result["type"] in {FlowResultType.CREATE_ENTRY, FlowResultType.ABORT}:
        return result["type"]
    flows.async_abort(flow_id)
    return None
