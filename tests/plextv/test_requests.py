"""The requests that the client sends to plex.tv."""

from dataclasses import fields, replace
import re
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import PlexTvClient, PlexTvHosts
from simulator import Fault
from tests.helpers.routes import APPROVAL, PIN, PINS

from .method_calls import (
    APPROVE_CODE,
    CREATE_CLAIM,
    DO_PING,
    DO_SIGN_OUT,
    GET_ACCOUNT,
    METHOD_CALLS,
    REMOVE_DEVICE,
    MethodCall,
)
from .samples import CLIENT, IDENTITY, TOKEN

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator

DEVICE_HEADERS = {
    "X-Plex-Product": IDENTITY.product,
    "X-Plex-Version": IDENTITY.version,
    "X-Plex-Platform": IDENTITY.platform,
    "X-Plex-Platform-Version": IDENTITY.platform_version,
    "X-Plex-Device": IDENTITY.device,
    "X-Plex-Device-Name": IDENTITY.device_name,
    "X-Plex-Model": IDENTITY.model,
}


async def make_all(plex_tv: Simulator, client: PlexTvClient) -> None:
    """Make every call successfully."""
    pin = await client.create_pin()
    await client.get_pin_token(pin)
    await client.get_account()
    # The code of another device: approving our own would replace our token.
    plex_tv.misbehave("PUT", APPROVAL, Fault.status(204, body=""))
    await client.approve_pin(pin.code)
    await client.create_claim()
    await REMOVE_DEVICE.make(client)
    await client.ping()
    await client.sign_out()


async def test_every_request_says_who_asks(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """Every request has the same identifying headers and accepts JSON."""
    await make_all(plex_tv, alice)
    assert len(plex_tv.requests) == len(METHOD_CALLS)
    for seen in plex_tv.requests:
        assert seen.headers["Accept"] == "application/json"
        assert seen.headers["X-Plex-Client-Identifier"] == CLIENT
        for name, value in DEVICE_HEADERS.items():
            assert seen.headers[name] == value


async def test_only_signed_in_requests_carry_the_token(
    plex_tv: Simulator, client: PlexTvClient
) -> None:
    """Requests about PINs have no token; others have it in a header only."""
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    await make_all(plex_tv, client.with_token(token))
    for seen in plex_tv.requests:
        about_pins = seen.matches("POST", PINS) or seen.matches("GET", PIN)
        expected = None if about_pins else token
        assert seen.headers.get("X-Plex-Token") == expected
        assert token not in seen.path
        assert token not in seen.query.values()
        assert token.encode() not in seen.body


async def test_no_request_leads_back(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """No request contains a callback URL or Home Assistant's address."""
    await make_all(plex_tv, alice)
    for seen in plex_tv.requests:
        assert not {"Origin", "Referer"} & set(seen.headers)
        assert set(seen.query) <= {"strong"}


@pytest.mark.parametrize(
    "call",
    [GET_ACCOUNT, DO_PING, DO_SIGN_OUT, APPROVE_CODE, CREATE_CLAIM, REMOVE_DEVICE],
    ids=str,
)
async def test_a_client_without_token_sends_none(
    plex_tv: Simulator, client: PlexTvClient, call: MethodCall
) -> None:
    """A client without a token sends no token header."""
    with pytest.raises(Exception, match="401"):
        await call.make(client)
    [seen] = plex_tv.seen(call.method, call.route)
    assert "X-Plex-Token" not in seen.headers


async def test_strong_codes_on_request(
    plex_tv: Simulator, client: PlexTvClient
) -> None:
    """PINs are short by default, and strong on request."""
    await client.create_pin()
    await client.create_pin(strong=True)
    queries = [dict(seen.query) for seen in plex_tv.seen("POST", PINS)]
    assert queries == [{"strong": "false"}, {"strong": "true"}]
    assert [pin.strong for pin in plex_tv.pins] == [False, True]
    assert [len(pin.code) for pin in plex_tv.pins] == [4, 25]


async def test_a_pin_is_asked_about_by_number(
    plex_tv: Simulator, client: PlexTvClient
) -> None:
    """A poll has the PIN's number and not its code."""
    pin = await client.create_pin()
    await client.get_pin_token(pin)
    [seen] = plex_tv.seen("GET", PIN)
    assert seen.path == f"{PINS}/{pin.id}"
    assert not seen.query


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Zuhause", "Zuhause"),
        ("Wohnzimmer für Gäste", "Wohnzimmer für Gäste"),
        ("家 🏠", "家 🏠"),
        ("Home\r\nX-Plex-Token: stolen", "Home X-Plex-Token: stolen"),
        ("a\x00b\x7fc\u2028d\u00a0e\tf", "a b c d e f"),
        ("  wide   open  ", "wide open"),
        ("half \ud83d of a smile", "half of a smile"),
        ("long" * 100, "long" * 25),
        ("", None),
        ("\n", None),
    ],
)
async def test_whatever_a_person_typed_can_be_sent(
    plex_tv: Simulator, session: ClientSession, typed: str, sent: str | None
) -> None:
    """Any device name is sent as one printable line of limited length."""
    texts = {
        field.name: typed
        for field in fields(IDENTITY)
        if field.name != "client_identifier"
    }
    client = PlexTvClient(
        session,
        replace(IDENTITY, **texts),
        hosts=PlexTvHosts(api=plex_tv.url),
    )
    await client.create_pin()
    [seen] = plex_tv.requests
    assert {seen.headers.get(name) for name in DEVICE_HEADERS} == {sent}
    named = {name for name in seen.headers if name.lower().startswith("x-plex-")}
    device = DEVICE_HEADERS if sent else ()
    assert named == {*device, "X-Plex-Client-Identifier"}


async def test_signing_in_keeps_the_identity(
    plex_tv: Simulator, client: PlexTvClient
) -> None:
    """PIN and token use one client identifier: one row at Plex."""
    pin = await client.create_pin()
    plex_tv.approve(pin.code, "alice")
    token = await client.get_pin_token(pin)
    assert token is not None
    await client.with_token(token).get_account()
    before, after = plex_tv.requests[0].headers, plex_tv.requests[-1].headers
    for name in ("X-Plex-Client-Identifier", *DEVICE_HEADERS):
        assert before[name] == after[name]
    assert after["X-Plex-Token"] == token
    assert re.fullmatch("[!-~]+", token)


async def test_the_client_itself_stays_signed_out(
    plex_tv: Simulator, client: PlexTvClient
) -> None:
    """Signing in returns a new client; the first one has no token."""
    client.with_token(TOKEN)
    with pytest.raises(Exception, match="401"):
        await client.ping()
    assert "X-Plex-Token" not in plex_tv.requests[-1].headers
