"""The users of a Plex Home, and signing one of them in."""

import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.plex_account.plextv import (
    Home,
    HomeUser,
    PlexTvAuthenticationError,
    PlexTvConnectionError,
    PlexTvHomePinError,
    PlexTvRateLimitError,
    PlexTvResponseError,
)
from simulator import Fault
from tests.helpers.errors import causes
from tests.helpers.routes import HOME_USERS, SWITCH
from tests.helpers.strategies import FIELDS

from .samples import CLIENT

if TYPE_CHECKING:
    from custom_components.plex_account.plextv import PlexTvClient
    from simulator import Simulator

UNREADABLE = r"^plex\.tv's answer to [a-zA-Z ]+ cannot be read$"
PIN = "4711"


@pytest.fixture
def home(alice: PlexTvClient) -> Home:
    """Provide the Home of alice."""
    return Home(alice.transport)


async def test_the_users(plex_tv: Simulator, home: Home) -> None:
    """All users are listed, with the account; managed users only have a title."""
    dana = plex_tv.add_home_user("dana", pin=PIN)
    alice, casey = plex_tv.people["alice"], plex_tv.people["casey"]
    users = await home.get_users()
    assert users == (
        HomeUser(uuid=alice.uuid, name="Alice Archer", protected=True),
        HomeUser(uuid=casey.uuid, name="Casey", protected=False),
        HomeUser(uuid=dana.uuid, name="Dana", protected=True),
    )
    assert not [user for user in users if user.uuid in repr(users)]


async def test_no_home(
    plex_tv: Simulator, client: PlexTvClient, alice: PlexTvClient
) -> None:
    """Without a Home there are no users, or only the account itself."""
    bob = client.with_token(plex_tv.sign_in("bob", client_identifier=CLIENT))
    [user] = await Home(bob.transport).get_users()
    assert user.uuid == plex_tv.people["bob"].uuid
    plex_tv.misbehave("GET", HOME_USERS, Fault.status(404))
    assert await Home(alice.transport).get_users() == ()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"users": None},
        {"users": {}},
        {"users": [None]},
        {"users": [{"title": "Casey"}]},
        {"users": [{"uuid": "a/b"}]},
        {"users": [{"uuid": "a"}] * 101},
    ],
    ids=range(9),
)
async def test_no_list(plex_tv: Simulator, home: Home, answer: object) -> None:
    """An incomplete list of users is unreadable."""
    plex_tv.misbehave("GET", HOME_USERS, Fault.body(json.dumps(answer)))
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await home.get_users()


@pytest.mark.parametrize(
    ("row", "name", "protected"),
    [
        ({}, "Plex", False),
        ({"friendlyName": 7, "title": " Kid ", "username": "kid"}, "Kid", False),
        ({"friendlyName": "K", "title": "Kid"}, "K", False),
        ({"title": None, "username": "kid", "protected": "1"}, "kid", True),
        ({"title": "kid@mail.example", "username": "kid"}, "kid", False),
    ],
)
async def test_rows(
    plex_tv: Simulator,
    home: Home,
    row: dict[str, object],
    name: str,
    *,
    protected: bool,
) -> None:
    """Every field of a user but the uuid may be missing or invalid."""
    answer = {"users": [{"uuid": 7, **row}]}
    plex_tv.misbehave("GET", HOME_USERS, Fault.body(json.dumps(answer)))
    assert await home.get_users() == (
        HomeUser(uuid="7", name=name, protected=protected),
    )


async def test_switching(plex_tv: Simulator, client: PlexTvClient, home: Home) -> None:
    """A sign-in returns the token of the user, for this client identifier."""
    casey = plex_tv.people["casey"]
    token = await home.switch(casey.uuid)
    [device] = plex_tv.devices("casey")
    assert (device.token, device.client_identifier) == (token, CLIENT)
    account = await client.with_token(token).get_account()
    assert account.uuid == casey.uuid
    # A second sign-in, whose token replaces the first one.
    another = await home.switch(casey.uuid)
    assert another != token
    assert not plex_tv.token_is_valid(token)
    assert plex_tv.token_is_valid(another)


@pytest.mark.parametrize("announced", [True, False])
async def test_a_pin(plex_tv: Simulator, home: Home, *, announced: bool) -> None:
    """A missing and a wrong PIN are the same error, whose text does not contain it."""
    dana = plex_tv.add_home_user("dana", pin=PIN)
    if not announced:
        plex_tv.home.unannounced.add("dana")
    user = (await home.get_users())[-1]
    assert user.protected == announced
    for pin in (None, "", "0815"):
        with pytest.raises(PlexTvHomePinError) as failure:
            await home.switch(dana.uuid, pin)
        assert (failure.value.status, failure.value.code) == (403, 1041)
    assert await home.switch(dana.uuid, PIN)


async def test_the_pin_is_not_quoted(plex_tv: Simulator, home: Home) -> None:
    """An error does not contain plex.tv's text, which may quote the PIN."""
    body = json.dumps({"errors": [{"code": 1, "message": f"?pin={PIN} is odd"}]})
    for status in (400, 403, 429):
        plex_tv.misbehave("POST", SWITCH, Fault.status(status, body=body))
        with pytest.raises(PlexTvResponseError) as failure:
            await home.switch("casey", PIN)
        for error in causes(failure.value):
            assert PIN not in str(error)
        assert str(failure.value) == (
            f"plex.tv answered {status} to signing a Home user in"
        )


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"authToken": None},
        {"authToken": "null"},
        {"authToken": "the token of alice"},
        {"authToken": "abc", "uuid": "somebody"},
    ],
    ids=str,
)
async def test_no_token(
    plex_tv: Simulator, alice: PlexTvClient, home: Home, answer: object
) -> None:
    """A response without a token of that user raises an error."""
    uuid = plex_tv.people["casey"].uuid
    if answer == {"authToken": "the token of alice"}:
        answer = {"authToken": alice.transport.token}
    plex_tv.misbehave("POST", SWITCH, Fault.body(json.dumps(answer)))
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await home.switch(uuid)
    plex_tv.home.without_token = True
    with pytest.raises(PlexTvResponseError, match=UNREADABLE):
        await home.switch(uuid)


async def test_unknown_users(plex_tv: Simulator, home: Home) -> None:
    """People outside the Home, ids and former users are not found."""
    casey = plex_tv.people["casey"]
    for uuid in (plex_tv.people["bob"].uuid, str(casey.id)):
        with pytest.raises(PlexTvResponseError) as failure:
            await home.switch(uuid)
        assert failure.value.status == 404
    plex_tv.remove_home_user("casey")
    with pytest.raises(PlexTvResponseError) as failure:
        await home.switch(casey.uuid)
    assert failure.value.status == 404


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.status(401), PlexTvResponseError),
        (Fault.status(403), PlexTvResponseError),
        (Fault.status(422, body='{"error": "Invalid token"}'), PlexTvResponseError),
        (Fault.status(500), PlexTvResponseError),
        (Fault.rate_limited("9"), PlexTvRateLimitError),
        (Fault.reset(), PlexTvConnectionError),
        (Fault.truncated(), PlexTvResponseError),
    ],
    ids=str,
)
async def test_errors(
    plex_tv: Simulator, home: Home, fault: Fault, error: type[Exception]
) -> None:
    """No error is an authentication error or the error for a PIN."""
    plex_tv.misbehave("*", "*", fault, times=None)
    for ask in (home.get_users(), home.switch("casey")):
        with pytest.raises(error) as failure:
            await ask
        not_meant = (PlexTvAuthenticationError, PlexTvHomePinError)
        assert not isinstance(failure.value, not_meant)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FIELDS, st.lists(FIELDS, max_size=3))
async def test_any_answer(
    plex_tv: Simulator, home: Home, answer: object, rows: list[Any]
) -> None:
    """Any response is parsed or refused (Hypothesis)."""
    plex_tv.behave()
    if isinstance(answer, dict):
        answer = {**answer, "users": rows}
    fault = Fault.body(json.dumps(answer))
    plex_tv.misbehave("*", "*", fault, times=None)
    try:
        users = await home.get_users()
    except PlexTvResponseError:
        users = ()
    for user in users:
        assert user.name.isprintable()
        assert 0 < len(user.name) <= 1024
    try:
        token = await home.switch("casey")
    except PlexTvResponseError:
        return
    assert token.isascii()
