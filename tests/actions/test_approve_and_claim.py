"""The actions `approve_code` and `create_claim`."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util
import pytest

from tests.helpers.actions import act, failure, text_of
from tests.helpers.routes import APPROVAL
from tests.helpers.television import television_of

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Simulator
    from tests.conftest import Link


@pytest.fixture
def television(hass: HomeAssistant, plex_tv: Simulator) -> PlexTvClient:
    """Provide the client of a television that is not signed in."""
    return television_of(async_get_clientsession(hass), plex_tv)


@pytest.mark.parametrize(
    "typed", ["{0}", " {0}\n", "{1} {2}", "{1}\t{2}", "{1}\u00a0{2}"]
)
@pytest.mark.parametrize("small", [False, True], ids=["capitals", "small letters"])
async def test_a_television_is_signed_in(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    television: PlexTvClient,
    typed: str,
    *,
    small: bool,
) -> None:
    """Case and spaces of a code do not matter; the television gets a token."""
    pin = await television.create_pin()
    code = typed.format(pin.code, pin.code[:2], pin.code[2:])
    assert (
        await act(hass, "approve_code", {"code": code.lower() if small else code})
        is None
    )
    token = await television.get_pin_token(pin)
    assert token
    account = await television.with_token(token).get_account()
    assert account.uuid == plex_tv.people["alice"].uuid


async def test_the_chosen_account_lets_in(
    hass: HomeAssistant,
    plex_tv: Simulator,
    link: Link,
    alice: MockConfigEntry,
    television: PlexTvClient,
) -> None:
    """With several accounts, the device is signed in to the chosen one."""
    bob = await link("bob")
    pin = await television.create_pin()
    data = {"code": pin.code, "config_entry_id": bob.entry_id}
    await act(hass, "approve_code", data)
    token = await television.get_pin_token(pin)
    assert token
    account = await television.with_token(token).get_account()
    assert account.uuid == plex_tv.people["bob"].uuid


@pytest.mark.parametrize(
    "code",
    ["", " ", "ABC", "ABCDE", "AB-1", "ÄBCD", "ABC\u0663", "AB CD E", "ABCD&code=WXYZ"],
)
async def test_what_is_no_code(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, code: str
) -> None:
    """A malformed code is refused without a request."""
    error = await failure(hass, "approve_code", {"code": code})
    assert type(error) is ServiceValidationError
    assert text_of(error) == (
        "A code has four letters or digits. Enter it as the other device shows it"
    )
    assert not plex_tv.requests


@pytest.mark.parametrize("code", ["ZZZZ", 1234])
async def test_an_unknown_code(
    hass: HomeAssistant, plex_tv: Simulator, alice: MockConfigEntry, code: object
) -> None:
    """A code that is unknown to plex.tv gives an error."""
    error = await failure(hass, "approve_code", {"code": code})
    assert type(error) is ServiceValidationError
    assert text_of(error) == (
        "Plex does not recognize this code. It may have expired. Use the code that the "
        "other device shows now"
    )
    assert len(plex_tv.seen("PUT", APPROVAL)) == 1


async def test_a_code_that_expired(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    television: PlexTvClient,
) -> None:
    """An expired code gives an error."""
    pin = await television.create_pin()
    plex_tv.expire(pin.code)
    error = await failure(hass, "approve_code", {"code": pin.code})
    assert text_of(error).startswith("Plex does not recognize this code.")


async def test_a_claim_code(
    hass: HomeAssistant,
    plex_tv: Simulator,
    alice: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The response has the claim code and its expiry time, four minutes later."""
    answer = await act(hass, "create_claim")
    assert set(answer) == {"claim", "expires_at"}
    assert answer["claim"].startswith("claim-")
    assert answer["claim"] in plex_tv.secrets
    expires_at = datetime.fromisoformat(answer["expires_at"])
    assert expires_at - dt_util.utcnow() == timedelta(minutes=4)
    assert expires_at.utcoffset() == timedelta(0)
