"""The account, the keep-alive and the sign-out."""

from datetime import UTC, datetime
import json
from typing import TYPE_CHECKING, Any

import pytest

from custom_components.plex_account.plextv import (
    Account,
    PlexTvAuthenticationError,
    PlexTvClient,
    PlexTvResponseError,
    Subscription,
)
from simulator import Fault
from tests.helpers.routes import USER

from .method_calls import DO_PING, DO_SIGN_OUT, GET_ACCOUNT, MethodCall
from .samples import CLIENT

if TYPE_CHECKING:
    from simulator import Simulator


async def read(plex_tv: Simulator, alice: PlexTvClient, body: object) -> Account:
    """Return the account that is read from these fields."""
    plex_tv.misbehave("GET", USER, Fault.body(json.dumps(body)))
    return await alice.get_account()


async def test_a_paying_account(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """The fields of an account with Plex Pass."""
    account = await alice.get_account()
    person = plex_tv.people["alice"]
    assert (account.uuid, account.username) == (person.uuid, person.username)
    assert account.title == person.title
    assert account.name == person.username
    assert account.subscription.active is True
    assert account.subscription.plan == "lifetime"
    assert account.subscription.subscribed_at == datetime(
        2021, 10, 1, 1, 2, 3, tzinfo=UTC
    )
    assert {"webhooks", "watchlist"} <= account.subscription.features


async def test_a_free_account(plex_tv: Simulator, client: PlexTvClient) -> None:
    """A free account has an inactive subscription."""
    token = plex_tv.sign_in("bob", client_identifier=CLIENT)
    account = await client.with_token(token).get_account()
    assert account.name == plex_tv.people["bob"].username
    assert account.subscription.active is False
    assert account.subscription.plan is None
    assert account.subscription.subscribed_at is None
    assert "webhooks" not in account.subscription.features
    assert "watchlist" in account.subscription.features


async def test_a_managed_user(plex_tv: Simulator, client: PlexTvClient) -> None:
    """A managed user has a title and no username."""
    token = plex_tv.sign_in("casey", client_identifier=CLIENT)
    account = await client.with_token(token).get_account()
    assert account.uuid == plex_tv.people["casey"].uuid
    assert account.username is None
    assert account.name == account.title == "Casey"


@pytest.mark.parametrize(
    "quirks",
    [
        {"profile_null": True},
        {"roles_absent": True},
        {"audio_languages": "csv"},
        {"audio_languages": "list"},
        {"string_booleans": True},
        {"unknown_fields": True},
    ],
    ids=str,
)
async def test_odd_shapes(
    plex_tv: Simulator, alice: PlexTvClient, quirks: dict[str, Any]
) -> None:
    """All shapes of an account that plex.tv has used are parsed equally."""
    usual = await alice.get_account()
    for name, value in quirks.items():
        setattr(plex_tv.quirks, name, value)
    assert await alice.get_account() == usual


@pytest.mark.parametrize("quirk", ["subscription_absent", "subscription_null"])
async def test_no_subscription(
    plex_tv: Simulator, alice: PlexTvClient, quirk: str
) -> None:
    """An account without a subscription has no Plex Pass."""
    setattr(plex_tv.quirks, quirk, True)
    account = await alice.get_account()
    assert account.subscription == Subscription(active=False)
    assert account.uuid == plex_tv.people["alice"].uuid


@pytest.mark.parametrize(
    ("subscription", "expected"),
    [
        ({"active": "1"}, Subscription(active=True)),
        ({"active": 1}, Subscription(active=True)),
        ({"active": "TRUE"}, Subscription(active=True)),
        ({"active": "false"}, Subscription(active=False)),
        ({"active": 7}, Subscription(active=False)),
        ({"active": 1.0}, Subscription(active=False)),
        ({"active": "Unknown"}, Subscription(active=False)),
        ({"active": None, "features": None}, Subscription(active=False)),
        (["active"], Subscription(active=False)),
        (
            {"active": True, "features": ["a", None, 7, "", [], "a"]},
            Subscription(active=True, features=frozenset({"a"})),
        ),
        ({"active": True, "features": "a,b"}, Subscription(active=True)),
        (
            {"active": True, "subscribedAt": "2021-10-01 01:02:03 UTC", "plan": 7},
            Subscription(
                active=True, subscribed_at=datetime(2021, 10, 1, 1, 2, 3, tzinfo=UTC)
            ),
        ),
        (
            {"active": True, "subscribedAt": 1_633_050_123, "plan": " monthly\n"},
            Subscription(
                active=True,
                plan="monthly",
                subscribed_at=datetime(2021, 10, 1, 1, 2, 3, tzinfo=UTC),
            ),
        ),
        ({"active": True, "subscribedAt": "long ago"}, Subscription(active=True)),
        ({"active": True, "subscribedAt": 1e300}, Subscription(active=True)),
        ({"active": True, "subscribedAt": []}, Subscription(active=True)),
    ],
    ids=str,
)
async def test_odd_subscriptions(
    plex_tv: Simulator,
    alice: PlexTvClient,
    subscription: object,
    expected: Subscription,
) -> None:
    """Invalid fields of a subscription count as missing."""
    body = {"uuid": "0123456789abcdef", "subscription": subscription}
    assert (await read(plex_tv, alice, body)).subscription == expected


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ({"username": "ann", "title": "Ann"}, "ann"),
        ({"username": "", "title": "Ann"}, "Ann"),
        ({"username": None, "title": None}, "Plex"),
        ({"username": 7, "title": []}, "Plex"),
        ({}, "Plex"),
        ({"username": " \u200b ", "title": "An\nn"}, "An n"),
        ({"username": "x" * 5000}, "x" * 1024),
        ({"username": "ann@mail.example", "title": "Ann"}, "ann"),
        ({"title": "Ann (ann@mail.example) @ home"}, "Ann (ann) @ home"),
        ({"username": "@ann"}, "@ann"),
        ({"username": "a@b@mail.example"}, "a@b"),
    ],
    ids=range(11),
)
async def test_everybody_has_a_name(
    plex_tv: Simulator, alice: PlexTvClient, names: dict[str, object], name: str
) -> None:
    """An account always has a name of one line."""
    account = await read(plex_tv, alice, {"uuid": "0123456789abcdef", **names})
    assert account.name == name


async def test_features_without_measure(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """A thousand features are read, more than any account has."""
    features = [str(number) for number in range(2000)]
    body = {"uuid": "0123456789abcdef", "subscription": {"features": features}}
    account = await read(plex_tv, alice, body)
    assert account.subscription.features == {*features[:1000]}


@pytest.mark.parametrize("uuid", [None, "", " ", -7, 7.5, ["a"], {}, True], ids=str)
async def test_an_account_is_somebodys(
    plex_tv: Simulator, alice: PlexTvClient, uuid: object
) -> None:
    """An account without a uuid is unreadable."""
    with pytest.raises(PlexTvResponseError, match=r"cannot be read$"):
        await read(plex_tv, alice, {"uuid": uuid, "username": "ann"})


async def test_a_uuid_may_be_a_number(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """A numeric uuid is read as text."""
    assert (await read(plex_tv, alice, {"uuid": 3977})).uuid == "3977"


async def test_ping_needs_nothing_but_a_success(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """The body of the response to the keep-alive does not matter."""
    await alice.ping()
    plex_tv.quirks.xml_despite_accept = True
    await alice.ping()
    plex_tv.misbehave("GET", DO_PING.route, Fault.status(204, body=""))
    await alice.ping()
    assert len(plex_tv.seen("GET", DO_PING.route)) == 3


async def test_signing_out_ends_the_token(
    plex_tv: Simulator, client: PlexTvClient
) -> None:
    """Signing out revokes this token and no other."""
    ours = plex_tv.sign_in("alice", client_identifier=CLIENT)
    other = plex_tv.sign_in("alice", client_identifier="another-device")
    await client.with_token(ours).sign_out()
    assert not plex_tv.token_is_valid(ours)
    assert plex_tv.token_is_valid(other)


@pytest.mark.parametrize("in_xml", [False, True])
@pytest.mark.parametrize("call", [GET_ACCOUNT, DO_PING, DO_SIGN_OUT], ids=str)
async def test_a_revoked_token_is_rejected(
    plex_tv: Simulator, client: PlexTvClient, call: MethodCall, *, in_xml: bool
) -> None:
    """A token that was revoked at Plex raises an authentication error."""
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    plex_tv.revoke(token)
    plex_tv.quirks.xml_despite_accept = in_xml
    with pytest.raises(PlexTvAuthenticationError) as failure:
        await call.make(client.with_token(token))
    assert (failure.value.status, failure.value.code) == (401, 1001)
    assert str(failure.value) == (
        f"plex.tv answered 401 to {call.doing}: User could not be authenticated"
    )
