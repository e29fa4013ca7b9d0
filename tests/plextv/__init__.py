"""Tests of the client of plex.tv, through the wire against the simulator."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from custom_components.plex_account.plextv import Pin, PlexTvDevice
from tests import until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Simulator

CLIENT: Final = "5d9a1d2c-3c1e-4a54-9a0e-7f6f0b6f2a11"
TOKEN: Final = "sEcReT-tOkEn_0123456789"
DEVICE: Final = PlexTvDevice(
    product="Home Assistant (Plex Account)",
    version="1.2.3",
    platform="Home Assistant",
    platform_version="2026.11.0",
    device="Attic",
    device_name="Home Assistant (Attic)",
    model="Plex Account",
)
SOME_PIN: Final = Pin(id=3_141_592_653, code="Q7ZX", lifetime=900.0, token=TOKEN)

PINS: Final = "/api/v2/pins"
PIN: Final = "/api/v2/pins/{id}"
USER: Final = "/api/v2/user"
PING: Final = "/api/v2/ping"
SIGN_OUT: Final = "/api/v2/users/signout"
APPROVAL: Final = "/api/v2/pins/link"
CLAIM: Final = "/api/claim/token"


@dataclass(frozen=True)
class Call:
    """One thing that the client can ask of plex.tv."""

    method: str
    route: str
    doing: str
    """How an error's text names it."""
    make: Callable[[PlexTvClient], Awaitable[object]]

    def __str__(self) -> str:
        """Name the call, for a test's id."""
        return f"{self.method} {self.route}"


CREATE_PIN: Final = Call("POST", PINS, "making a PIN", lambda plex: plex.create_pin())
GET_TOKEN: Final = Call(
    "GET", PIN, "asking about a PIN", lambda plex: plex.get_pin_token(SOME_PIN)
)
GET_ACCOUNT: Final = Call(
    "GET", USER, "reading the account", lambda plex: plex.get_account()
)
DO_PING: Final = Call("GET", PING, "renewing the token", lambda plex: plex.ping())
DO_SIGN_OUT: Final = Call(
    "DELETE", SIGN_OUT, "signing out", lambda plex: plex.sign_out()
)
APPROVE_CODE: Final = Call(
    "PUT", APPROVAL, "approving a code", lambda plex: plex.approve_pin(SOME_PIN.code)
)
CREATE_CLAIM: Final = Call(
    "GET", CLAIM, "making a claim code", lambda plex: plex.create_claim()
)
CALLS: Final = (
    CREATE_PIN,
    GET_TOKEN,
    GET_ACCOUNT,
    DO_PING,
    DO_SIGN_OUT,
    APPROVE_CODE,
    CREATE_CLAIM,
)


async def until_asked(plex_tv: Simulator, times: int) -> None:
    """Wait until plex.tv has seen so many requests."""
    await until(lambda: len(plex_tv.requests) >= times)
