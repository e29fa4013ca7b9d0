"""The responses to a poll of a PIN: no token yet, a token, expired."""

from dataclasses import replace
import json
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    PlexTvClient,
    PlexTvHosts,
    PlexTvPinGoneError,
    PlexTvResponseError,
)
from simulator import Fault
from tests.helpers.routes import PIN

from .samples import IDENTITY, TOKEN

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator


async def test_approved(plex_tv: Simulator, client: PlexTvClient) -> None:
    """There is no token before the approval, and the person's after it."""
    pin = await client.create_pin()
    assert await client.get_pin_token(pin) is None
    plex_tv.approve(pin.code, "bob")
    token = await client.get_pin_token(pin)
    assert token is not None
    assert plex_tv.token_is_valid(token)
    account = await client.with_token(token).get_account()
    assert account.uuid == plex_tv.people["bob"].uuid


@pytest.mark.parametrize(
    "value",
    [
        None,
        "null",
        "",
        5,
        True,
        ["token"],
        {"token": TOKEN},
        "with blank",
        "with\nline",
        "tökén",
        "t" * 4097,
    ],
    ids=str,
)
async def test_no_token_yet(
    plex_tv: Simulator, client: PlexTvClient, value: object
) -> None:
    """An invalid token counts as none, and the polling goes on."""
    pin = await client.create_pin()
    body = json.dumps({"id": pin.id, "code": pin.code, "authToken": value})
    plex_tv.misbehave("GET", PIN, Fault.body(body))
    assert await client.get_pin_token(pin) is None


@pytest.mark.parametrize("in_xml", [False, True])
async def test_a_pin_is_gone(
    plex_tv: Simulator, client: PlexTvClient, *, in_xml: bool
) -> None:
    """404 with error 1020 means expired, in JSON and in XML."""
    pin = await client.create_pin()
    plex_tv.expire(pin.code)
    plex_tv.quirks.xml_despite_accept = in_xml
    with pytest.raises(PlexTvPinGoneError):
        await client.get_pin_token(pin)


async def test_a_pin_belongs_to_one_client(
    plex_tv: Simulator, client: PlexTvClient, session: ClientSession
) -> None:
    """Only the client identifier that created a PIN can poll it."""
    pin = await client.create_pin()
    plex_tv.approve(pin.code, "alice")
    stranger = PlexTvClient(
        session,
        replace(IDENTITY, client_identifier="somebody-else"),
        hosts=PlexTvHosts(api=plex_tv.url),
    )
    with pytest.raises(PlexTvPinGoneError):
        await stranger.get_pin_token(pin)
    assert await client.get_pin_token(pin) == plex_tv.pins[-1].token


NOT_GONE = {
    "404 without a code": Fault.status(404, body="{}"),
    "404 without a body": Fault.status(404, body=""),
    "404 as a page": Fault.html(404),
    "404 with another code": Fault.status(404, body='{"errors": [{"code": 1000}]}'),
    "410": Fault.status(410),
    "400 with the code": Fault.status(400, body='{"errors": [{"code": 1020}]}'),
    "401": Fault.status(401),
}


@pytest.mark.parametrize("fault", NOT_GONE.values(), ids=NOT_GONE)
async def test_nothing_else_says_that_a_pin_is_gone(
    plex_tv: Simulator, client: PlexTvClient, fault: Fault
) -> None:
    """Any other 404, such as a proxy's, does not end the PIN."""
    pin = await client.create_pin()
    plex_tv.misbehave("GET", PIN, fault)
    with pytest.raises(PlexTvResponseError):
        await client.get_pin_token(pin)
    assert await client.get_pin_token(pin) is None
