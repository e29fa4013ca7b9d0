"""The actions: automations use the account without ever seeing its token."""

from datetime import timedelta
from http import HTTPMethod
import re
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import (
    ATTR_CONFIG_ENTRY_ID,
    ATTR_DEVICE_ID,
    CONF_TOKEN,
)
from homeassistant.core import SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.json import json_dumps
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .accounts import async_get_account, async_get_server
from .action_errors import translated_errors
from .const import CONF_ALLOW_TOKENS, CONF_CLIENT_IDENTIFIER, DOMAIN
from .entity import server_identifier
from .plextv import Call, redacted
from .sensor import NO_ROUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
    from homeassistant.util.json import JsonValueType

    from .accounts import LinkedAccount, LinkedServer
    from .plextv import Connection

ATTR_BODY: Final = "body"
ATTR_CODE: Final = "code"
ATTR_FORM: Final = "form"
ATTR_METHOD: Final = "method"
ATTR_PATH: Final = "path"
ATTR_QUERY: Final = "query"

CODE: Final = re.compile(r"[0-9A-Z]{4}")
ONE_VALUE = vol.Any(bool, int, float, str)
PARAMETERS = vol.Schema({str: vol.Any(ONE_VALUE, [ONE_VALUE])})

ACCOUNT_SCHEMA = vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string})
SERVER_SCHEMA = ACCOUNT_SCHEMA.extend({vol.Optional(ATTR_DEVICE_ID): cv.string})
REQUEST_SCHEMA = SERVER_SCHEMA.extend(
    {
        vol.Required(ATTR_PATH): cv.string,
        vol.Optional(ATTR_METHOD, default="GET"): vol.In(
            ["GET", "POST", "PUT", "DELETE"]
        ),
        vol.Optional(ATTR_QUERY, default={}): PARAMETERS,
        vol.Optional(ATTR_FORM): PARAMETERS,
        vol.Optional(ATTR_BODY): vol.Any(dict, list),
    }
)
CODE_SCHEMA = ACCOUNT_SCHEMA.extend({vol.Required(ATTR_CODE): cv.string})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions; all but the list of servers are for administrators."""
    hass.services.async_register(
        DOMAIN,
        "get_servers",
        _async_get_servers,
        ACCOUNT_SCHEMA,
        SupportsResponse.ONLY,
    )
    for name, handler, schema, response in (
        ("request", _async_request, REQUEST_SCHEMA, SupportsResponse.OPTIONAL),
        ("get_token", _async_get_token, SERVER_SCHEMA, SupportsResponse.ONLY),
        ("approve_code", _async_approve_code, CODE_SCHEMA, SupportsResponse.NONE),
        ("create_claim", _async_create_claim, ACCOUNT_SCHEMA, SupportsResponse.ONLY),
    ):
        async_register_admin_service(hass, DOMAIN, name, handler, schema, response)


async def _async_request(call: ServiceCall) -> ServiceResponse:
    """Ask plex.tv or a server something; answer with what came, without secrets."""
    account, server = _chosen(call)
    wanted = _wanted(call.data)
    async with translated_errors(account, server):
        if server is None:
            result = await account.client.call(wanted)
        else:
            result = await account.client.call_server(
                server.server, _connection(server), wanted
            )
    data = result.data
    if not account.entry.options.get(CONF_ALLOW_TOKENS):
        own = [
            account.entry.data[CONF_TOKEN],
            account.entry.data[CONF_CLIENT_IDENTIFIER],
            *([server.server.token] if server and server.server.token else []),
        ]
        data = await call.hass.async_add_executor_job(redacted, data, own)
    return {"status": result.status, "data": data}


async def _async_get_servers(call: ServiceCall) -> ServiceResponse:
    """Tell which servers the account has, and where each was last found."""
    account = async_get_account(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
    registry = dr.async_get(call.hass)
    servers: list[JsonValueType] = []
    for identifier, linked in account.servers.items():
        server, connection = linked.server, linked.connection
        device = registry.async_get_device_by_identifier(
            (DOMAIN, server_identifier(account.entry, identifier)),
            account.entry.entry_id,
        )
        servers.append(
            {
                "name": server.name,
                "device_id": device.id if device else None,
                "machine_identifier": identifier,
                "owned": server.owned,
                "owner": server.owner_name,
                "version": server.version,
                "platform": server.platform,
                "reachable": connection is not None,
                "route": connection.route if connection else NO_ROUTE,
                "address": connection.uri if connection else None,
            }
        )
    return {"servers": servers}


async def _async_get_token(call: ServiceCall) -> ServiceResponse:
    """Hand a token out, if the account's options allow it."""
    account, server = _chosen(call)
    if not account.entry.options.get(CONF_ALLOW_TOKENS):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="tokens_not_allowed",
            translation_placeholders={"account": account.entry.title},
        )
    if server is None:
        return {
            "token": account.entry.data[CONF_TOKEN],
            "headers": {**account.client.headers()},
        }
    return {
        "token": server.server.token,
        "headers": {**account.client.headers(server.server)},
        "address": server.connection.uri if server.connection else None,
    }


async def _async_approve_code(call: ServiceCall) -> None:
    """Sign the device that shows a code in to the account."""
    account = async_get_account(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
    # As a person reads it from a screen, with blanks and small letters.
    code = "".join(call.data[ATTR_CODE].split()).upper()
    if not CODE.fullmatch(code):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="bad_code"
        )
    async with translated_errors(account):
        await account.client.approve_pin(code)


async def _async_create_claim(call: ServiceCall) -> ServiceResponse:
    """Make a code with which a new server joins the account."""
    account = async_get_account(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
    async with translated_errors(account):
        claim = await account.client.create_claim()
    expires_at = dt_util.utcnow() + timedelta(seconds=claim.lifetime)
    return {"claim": claim.code, "expires_at": expires_at.isoformat()}


def _chosen(call: ServiceCall) -> tuple[LinkedAccount, LinkedServer | None]:
    """Return the account that an action is for, and the server if it names one."""
    entry_id = call.data.get(ATTR_CONFIG_ENTRY_ID)
    if device_id := call.data.get(ATTR_DEVICE_ID):
        return async_get_server(call.hass, device_id, entry_id)
    return async_get_account(call.hass, entry_id), None


def _connection(server: LinkedServer) -> Connection:
    """Return where a server answers."""
    if server.connection is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="server_unreachable",
            translation_placeholders={"server": server.server.name},
        )
    return server.connection


def _wanted(data: Mapping[str, Any]) -> Call:
    """Return what is to be asked."""
    if ATTR_BODY in data and ATTR_FORM in data:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="two_bodies"
        )
    try:
        return Call(
            path=data[ATTR_PATH],
            method=HTTPMethod(data[ATTR_METHOD]),
            query=_pairs(data[ATTR_QUERY]),
            form=_pairs(data[ATTR_FORM]) if ATTR_FORM in data else None,
            body=json_dumps(data[ATTR_BODY]) if ATTR_BODY in data else None,
        )
    except ValueError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="bad_path"
        ) from err
    except TypeError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="bad_body"
        ) from err


def _pairs(parameters: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Write parameters as Plex reads them; a list stands for one of each."""
    return tuple(
        (name, str(int(value)) if isinstance(value, bool) else str(value))
        for name, values in parameters.items()
        for value in (values if isinstance(values, list) else [values])
    )
