"""The actions, through which automations use an account without its token."""

from datetime import timedelta
from http import HTTPMethod
import re
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID
from homeassistant.core import SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.json import json_dumps
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .const import CONF_ALLOW_TOKENS, DOMAIN
from .device_actions import (
    ATTR_PLEX_DEVICE_ID,
    async_get_devices,
    async_sign_out_device,
)
from .devices import async_get_server_device
from .errors import translated_errors
from .plextv import RawRequest
from .runtime import (
    async_get_account,
    async_get_home_user_of_device,
    async_get_server,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
    from homeassistant.util.json import JsonValueType

    from .plextv import Connection
    from .runtime import LinkedAccount, LinkedHomeUser, LinkedServer

ATTR_BODY: Final = "body"
ATTR_CODE: Final = "code"
ATTR_FORM: Final = "form"
ATTR_HOME_USER: Final = "home_user"
ATTR_METHOD: Final = "method"
ATTR_PATH: Final = "path"
ATTR_QUERY: Final = "query"

CODE: Final = re.compile(r"[0-9A-Z]{4}")
ONE_VALUE = vol.Any(bool, int, float, str)
PARAMETERS = vol.Schema({str: vol.Any(ONE_VALUE, [ONE_VALUE])})

ACCOUNT_SCHEMA = vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string})
USER_SCHEMA = ACCOUNT_SCHEMA.extend({vol.Optional(ATTR_HOME_USER): cv.string})
SERVER_SCHEMA = USER_SCHEMA.extend({vol.Optional(ATTR_DEVICE_ID): cv.string})
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
DEVICE_SCHEMA = ACCOUNT_SCHEMA.extend({vol.Required(ATTR_PLEX_DEVICE_ID): cv.string})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions; all but the list of servers are for administrators."""
    hass.services.async_register(
        DOMAIN,
        "get_servers",
        _async_get_servers,
        USER_SCHEMA,
        SupportsResponse.ONLY,
    )
    async_register_admin_service(
        hass,
        DOMAIN,
        "request",
        _async_request,
        REQUEST_SCHEMA,
        SupportsResponse.OPTIONAL,
    )
    async_register_admin_service(
        hass,
        DOMAIN,
        "get_token",
        _async_get_token,
        SERVER_SCHEMA,
        SupportsResponse.ONLY,
    )
    async_register_admin_service(
        hass, DOMAIN, "approve_code", _async_approve_code, CODE_SCHEMA
    )
    async_register_admin_service(
        hass,
        DOMAIN,
        "create_claim",
        _async_create_claim,
        ACCOUNT_SCHEMA,
        SupportsResponse.ONLY,
    )
    async_register_admin_service(
        hass,
        DOMAIN,
        "get_devices",
        async_get_devices,
        ACCOUNT_SCHEMA,
        SupportsResponse.ONLY,
    )
    async_register_admin_service(
        hass, DOMAIN, "sign_out_device", async_sign_out_device, DEVICE_SCHEMA
    )


async def _async_request(call: ServiceCall) -> ServiceResponse:
    """Send a request to plex.tv or a server; return the redacted response."""
    account, linked = _target(call)
    raw = _raw_request(call.data)
    async with translated_errors(account, linked):
        if linked is None:
            response = await account.client.request(raw)
        else:
            response = await account.client.request_server(
                linked.server, _connection(linked), raw
            )
    data = response.data
    if not account.entry.options.get(CONF_ALLOW_TOKENS):
        data = await call.hass.async_add_executor_job(
            account.redacted, data, raw.path.rpartition("/")[2]
        )
    return {"status": response.status, "data": data}


async def _async_get_servers(call: ServiceCall) -> ServiceResponse:
    """List the servers of an account or Home user, with their last connections."""
    account = _requester(call)
    for_administrator = await _async_is_for_administrator(call)
    servers: list[JsonValueType] = []
    for identifier, linked in account.servers.items():
        device = async_get_server_device(call.hass, account.entry, identifier)
        server: dict[str, JsonValueType] = {
            "name": linked.server.name,
            "device_id": device.id if device else None,
            "machine_identifier": identifier,
            "owned": linked.server.owned,
            "owner": linked.server.owner_name,
            "version": linked.server.version,
            "platform": linked.server.platform,
            "reachable": linked.reachable,
            "route": linked.route,
            "address": linked.connection.uri if linked.connection else None,
        }
        if not for_administrator:
            del server["machine_identifier"], server["address"]
        servers.append(server)
    return {"servers": servers}


async def _async_is_for_administrator(call: ServiceCall) -> bool:
    """Return whether the caller is an administrator or an automation (no user)."""
    if call.context.user_id is None:
        return True
    user = await call.hass.auth.async_get_user(call.context.user_id)
    return user is not None and user.is_admin


async def _async_get_token(call: ServiceCall) -> ServiceResponse:
    """Return a token if the account's options allow it."""
    account, linked = _target(call)
    if not account.entry.options.get(CONF_ALLOW_TOKENS):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="tokens_not_allowed",
            translation_placeholders={"account": account.entry.title},
        )
    if linked is None:
        return {"token": account.token, "headers": {**account.client.headers()}}
    return {
        "token": linked.server.token,
        "headers": {**account.client.headers(linked.server)},
        "address": linked.connection.uri if linked.connection else None,
    }


async def _async_approve_code(call: ServiceCall) -> None:
    """Sign another device in to the account: the one that shows the code."""
    account = async_get_account(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
    # People may type spaces and lower-case letters.
    code = "".join(call.data[ATTR_CODE].split()).upper()
    if not CODE.fullmatch(code):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="bad_code"
        )
    async with translated_errors(account):
        await account.client.approve_pin(code)


async def _async_create_claim(call: ServiceCall) -> ServiceResponse:
    """Return a code with which a new server joins the account."""
    account = async_get_account(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
    async with translated_errors(account):
        claim = await account.client.create_claim()
    expires_at = dt_util.utcnow() + timedelta(seconds=claim.lifetime)
    return {"claim": claim.code, "expires_at": expires_at.isoformat()}


def _target(
    call: ServiceCall,
) -> tuple[LinkedAccount | LinkedHomeUser, LinkedServer | None]:
    """Return the account or Home user of an action, and the server if it names one."""
    if ATTR_DEVICE_ID in call.data:
        return async_get_server(
            call.hass,
            call.data[ATTR_DEVICE_ID],
            call.data.get(ATTR_CONFIG_ENTRY_ID),
            _home_user(call),
        )
    return _requester(call), None


def _requester(call: ServiceCall) -> LinkedAccount | LinkedHomeUser:
    """Return the Home user that an action names, or else the account."""
    return _home_user(call) or async_get_account(
        call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )


def _home_user(call: ServiceCall) -> LinkedHomeUser | None:
    """Return the Home user that an action names, if any."""
    if ATTR_HOME_USER not in call.data:
        return None
    return async_get_home_user_of_device(
        call.hass, call.data[ATTR_HOME_USER], call.data.get(ATTR_CONFIG_ENTRY_ID)
    )


def _connection(server: LinkedServer) -> Connection:
    """Return the connection to use; raise if the server is not reachable."""
    if server.connection is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="server_unreachable",
            translation_placeholders={"server": server.server.name},
        )
    return server.connection


def _raw_request(data: Mapping[str, Any]) -> RawRequest:
    """Return the request that an action describes."""
    if ATTR_BODY in data and ATTR_FORM in data:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="two_bodies"
        )
    try:
        return RawRequest(
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
    """Return parameters as Plex expects them; a list repeats its name."""
    return tuple(
        (name, str(int(value)) if isinstance(value, bool) else str(value))
        for name, values in parameters.items()
        for value in (values if isinstance(values, list) else [values])
    )
