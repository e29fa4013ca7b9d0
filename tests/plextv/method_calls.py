"""Calls of every method of the client, and the requests that they send."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from custom_components.plex_account.plextv import (
    AuthorizedDevices,
    PlexTvResponseError,
)
from tests.helpers.routes import (
    APPROVAL,
    CLAIM,
    DEVICE,
    PIN,
    PING,
    PINS,
    RESOURCES,
    SIGN_OUT,
    USER,
)

from .samples import SOME_PIN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Fault, Simulator


@dataclass(frozen=True)
class MethodCall:
    """One call of a method of the client."""

    method: str
    route: str
    doing: str
    """The description of the call in the text of an error."""
    make: Callable[[PlexTvClient], Awaitable[object]]

    def __str__(self) -> str:
        """Return the id of the call in a parametrized test."""
        return f"{self.method} {self.route}"


CREATE_PIN: Final = MethodCall(
    "POST", PINS, "making a PIN", lambda plex: plex.create_pin()
)
GET_TOKEN: Final = MethodCall(
    "GET", PIN, "asking about a PIN", lambda plex: plex.get_pin_token(SOME_PIN)
)
GET_ACCOUNT: Final = MethodCall(
    "GET", USER, "reading the account", lambda plex: plex.get_account()
)
GET_SERVERS: Final = MethodCall(
    "GET", RESOURCES, "listing the servers", lambda plex: plex.get_servers()
)
"""A call with a higher size limit than the others."""
DO_PING: Final = MethodCall(
    "GET", PING, "keeping the token alive", lambda plex: plex.ping()
)
DO_SIGN_OUT: Final = MethodCall(
    "DELETE", SIGN_OUT, "signing out", lambda plex: plex.sign_out()
)
APPROVE_CODE: Final = MethodCall(
    "PUT", APPROVAL, "approving a code", lambda plex: plex.approve_pin(SOME_PIN.code)
)
CREATE_CLAIM: Final = MethodCall(
    "GET", CLAIM, "making a claim code", lambda plex: plex.create_claim()
)
REMOVE_DEVICE: Final = MethodCall(
    "DELETE",
    DEVICE,
    "removing a device",
    lambda plex: AuthorizedDevices(plex.transport).remove(700_000_001),
)
METHOD_CALLS: Final = (
    CREATE_PIN,
    GET_TOKEN,
    GET_ACCOUNT,
    DO_PING,
    DO_SIGN_OUT,
    APPROVE_CODE,
    CREATE_CLAIM,
    REMOVE_DEVICE,
)


async def refused(
    plex_tv: Simulator, client: PlexTvClient, call: MethodCall, fault: Fault
) -> PlexTvResponseError:
    """Make a call that fails, and return the error."""
    plex_tv.misbehave(call.method, call.route, fault)
    with pytest.raises(PlexTvResponseError) as failure:
        await call.make(client)
    return failure.value
