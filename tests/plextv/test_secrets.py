"""No secret is in an object's text, an error or a log."""

import asyncio
from dataclasses import replace
import json
import logging
import traceback
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import PinLogin, PlexTvClient, PlexTvError
from simulator import Fault, Simulator
from tests.helpers.clock import until_asked
from tests.helpers.custom_faults import (
    E_MAIL,
    QUOTING,
    OversizedBody,
    gzip_bomb,
    http,
    raw,
)
from tests.helpers.errors import causes

from .method_calls import METHOD_CALLS
from .samples import CLIENT, SOME_PIN, TOKEN

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

# The client's secrets in these tests, which the bad responses contain.
SECRETS = {
    "token": TOKEN,
    "PIN's id": str(SOME_PIN.id),
    "code": SOME_PIN.code,
    "client identifier": CLIENT,
    "city": "Nether Wallop",
    "e-mail address": E_MAIL,
}
TOLD = json.dumps(SECRETS)
PIN_TOLD = json.dumps(
    {
        "id": [SOME_PIN.id],
        "code": {"code": SOME_PIN.code},
        "authToken": {"token": TOKEN},
        "uuid": {"uuid": CLIENT},
        "location": {"city": SECRETS["city"]},
    }
)


FAULTS = {
    "wrong types": Fault.body(PIN_TOLD),
    "list": Fault.body(f"[{PIN_TOLD}]"),
    "text": Fault.body(json.dumps(PIN_TOLD)),
    "truncated": Fault.body(TOLD[:-1]),
    "undecodable": Fault.body(TOLD[:-1].encode() + b"\xff}"),
    "deep": Fault.body("[" * 200_000 + TOLD),
    "XML": Fault.body(f'<pin authToken="{TOKEN}" id="{SOME_PIN.id}"/>'),
    "page": Fault.status(502, body=f"<html>{TOLD}</html>"),
    "error with more": Fault.status(
        400, body=json.dumps({"errors": [{"code": 1000, "message": "No"}], **SECRETS})
    ),
    "error that quotes": QUOTING,
    "error undecodable": Fault.status(500, body=TOLD.encode() + b"\xff"),
    "error truncated": Fault.status(500, body=TOLD[:-1]),
    "rejected": Fault.status(401),
    "gone": Fault.status(404),
    "limited": Fault.rate_limited("7"),
    "limited until a secret": Fault.rate_limited(TOKEN),
    "redirect": Fault.redirect(f"http://127.0.0.1:1/{TOKEN}?id={SOME_PIN.id}"),
    "large": OversizedBody().fault,
    "packed": gzip_bomb(4 * 1024 * 1024),
    "broken off": Fault.truncated(),
    "bad chunk": http("chunk", TOLD.encode(), {"Transfer-Encoding": "chunked"}),
    "bad packing": http(
        "packing",
        TOLD.encode(),
        {"Content-Encoding": "gzip", "Content-Length": str(len(TOLD))},
    ),
    "bad head": http("head", b"", {f"X {TOKEN}": str(SOME_PIN.id)}),
    "huge head": http("head", b"", {"X-Large": TOLD * 1000}),
    "no HTTP": raw("no HTTP", f"{TOKEN} {SOME_PIN.id}\r\n\r\n".encode()),
    "half a head": raw("half a head", f"HTTP/1.1 200 {TOKEN}".encode()),
    "reset": Fault.reset(),
}


def assert_silent(text: str, *more: str) -> None:
    """Check that a text contains no secret."""
    for secret in (*SECRETS.values(), *more):
        assert secret not in text


def assert_tells_nothing(error: BaseException, plex_tv: Simulator) -> None:
    """Check every form in which an error and its causes may be logged."""
    for member in causes(error):
        for text in (str(member), repr(member), repr(member.args), repr(vars(member))):
            assert_silent(text, *plex_tv.secrets)
    assert_silent("".join(traceback.format_exception(error)), *plex_tv.secrets)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_errors_tell_no_secret(
    plex_tv: Simulator,
    client: PlexTvClient,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    """No error, and none of its causes, contains a secret."""
    caplog.set_level(logging.DEBUG)
    failed = 0
    for call in METHOD_CALLS:
        plex_tv.misbehave(call.method, call.route, fault, times=None)
        try:
            await call.make(client.with_token(TOKEN))
        except PlexTvError as error:
            failed += 1
            assert_tells_nothing(error, plex_tv)
    # Ping and sign-out accept any success; a PIN without a token is polled again.
    assert failed >= 2
    assert_silent(caplog.text)


async def test_a_lost_connection_tells_no_secret(
    plex_tv: Simulator, client: PlexTvClient, freezer: FrozenDateTimeFactory
) -> None:
    """Connection errors and timeouts contain no secret."""
    signed_in = client.with_token(TOKEN)
    for count, call in enumerate(METHOD_CALLS, 1):
        plex_tv.misbehave(call.method, call.route, Fault.hang())
        waiting = asyncio.ensure_future(call.make(signed_in))
        await until_asked(plex_tv, count)
        freezer.tick(11)
        with pytest.raises(PlexTvError) as failure:
            await waiting
        assert_tells_nothing(failure.value, plex_tv)
    await plex_tv.stop()
    for call in METHOD_CALLS:
        with pytest.raises(PlexTvError) as failure:
            await call.make(signed_in)
        assert_tells_nothing(failure.value, plex_tv)


async def test_objects_tell_no_secret(plex_tv: Simulator, client: PlexTvClient) -> None:
    """The texts of objects contain no secret."""
    pin = await client.create_pin()
    plex_tv.approve(pin.code, "alice")
    token = await client.get_pin_token(pin)
    assert token is not None
    signed_in = client.with_token(token)
    account = await signed_in.get_account()
    approved = replace(pin, token=token)
    objects = (
        client,
        signed_in,
        pin,
        approved,
        pin.location,
        PinLogin(signed_in, approved),
        account,
        account.subscription,
    )
    assert pin.location is not None
    for thing in objects:
        for text in (repr(thing), str(thing), f"{thing}"):
            for secret in (*plex_tv.secrets, account.uuid):
                assert secret not in text


async def test_the_log_of_a_good_day(
    plex_tv: Simulator, client: PlexTvClient, caplog: pytest.LogCaptureFixture
) -> None:
    """From code to sign-out no secret is logged at any level."""
    caplog.set_level(logging.DEBUG)
    pin = await client.create_pin()
    await client.get_pin_token(pin)
    plex_tv.approve(pin.code, "alice")
    token = await client.get_pin_token(pin)
    assert token is not None
    signed_in = client.with_token(token)
    await signed_in.get_account()
    await signed_in.ping()
    await signed_in.sign_out()
    assert_silent(caplog.text, token, str(pin.id), pin.code)
