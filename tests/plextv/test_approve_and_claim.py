"""Approving codes of other devices, and claim codes for servers."""

import json
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import (
    PlexTvAuthenticationError,
    PlexTvClient,
    PlexTvError,
    PlexTvPinGoneError,
    PlexTvResponseError,
)
from simulator import Fault
from tests.helpers.errors import causes
from tests.helpers.routes import APPROVAL, CLAIM
from tests.helpers.television import television_of

from .method_calls import APPROVE_CODE

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from simulator import Simulator


@pytest.fixture
def television(session: ClientSession, plex_tv: Simulator) -> PlexTvClient:
    """Provide a client that is not signed in, as that of a TV."""
    return television_of(session, plex_tv)


async def test_a_device_is_signed_in(
    plex_tv: Simulator, alice: PlexTvClient, television: PlexTvClient
) -> None:
    """An approved device gets a token of its own."""
    pin = await television.create_pin()
    await alice.approve_pin(pin.code)
    token = await television.get_pin_token(pin)
    assert token
    account = await television.with_token(token).get_account()
    assert account.uuid == plex_tv.people["alice"].uuid
    assert token != alice.headers()["X-Plex-Token"]
    [seen] = plex_tv.seen("PUT", APPROVAL)
    assert seen.body == f"code={pin.code}".encode()
    assert not seen.query


async def test_a_code_works_once(alice: PlexTvClient, television: PlexTvClient) -> None:
    """A code can be approved only once."""
    pin = await television.create_pin()
    await alice.approve_pin(pin.code)
    with pytest.raises(PlexTvPinGoneError):
        await alice.approve_pin(pin.code)


@pytest.mark.parametrize("code", ["ZZZZ", "", "ü & = #", "\ud83d"])
async def test_an_unknown_code(alice: PlexTvClient, code: str) -> None:
    """An unknown code of any shape raises an error."""
    with pytest.raises(PlexTvPinGoneError, match=r"^plex.tv knows no such code$"):
        await alice.approve_pin(code)


async def test_another_404_is_no_unknown_code(
    plex_tv: Simulator, alice: PlexTvClient
) -> None:
    """A 404 without plex.tv's error number is not an unknown code."""
    for body in ("{}", '{"errors": [{"code": 1000}]}', "<html>"):
        plex_tv.misbehave("PUT", APPROVAL, Fault.status(404, body=body))
        with pytest.raises(PlexTvResponseError) as failure:
            await APPROVE_CODE.make(alice)
        assert failure.value.status == 404


@pytest.mark.parametrize(("number", "gone"), [(1020, True), (1000, False)])
async def test_the_code_is_not_quoted(
    plex_tv: Simulator, alice: PlexTvClient, *, number: int, gone: bool
) -> None:
    """An error does not contain plex.tv's text, which may quote the code."""
    said = {"errors": [{"code": number, "message": "No code WXYZ"}]}
    fault = Fault.status(404, body=json.dumps(said))
    plex_tv.misbehave("PUT", APPROVAL, fault)
    with pytest.raises(PlexTvError) as failure:
        await alice.approve_pin("WXYZ")
    assert isinstance(failure.value, PlexTvPinGoneError) == gone
    told = [failure.value, *causes(failure.value)]
    assert [each for each in map(repr, told) if "WXYZ" in each] == []
    assert "plex.tv answered 404 to approving a code" in map(str, told)


@pytest.mark.parametrize(
    "fault",
    [Fault.status(204, body=""), Fault.body("{}"), Fault.html(200)],
    ids=["nothing", "object", "page"],
)
async def test_approval_needs_nothing_but_a_success(
    plex_tv: Simulator, alice: PlexTvClient, fault: Fault
) -> None:
    """The body of a successful response does not matter."""
    plex_tv.misbehave("PUT", APPROVAL, fault)
    await APPROVE_CODE.make(alice)


async def test_a_claim_code(plex_tv: Simulator, alice: PlexTvClient) -> None:
    """A claim code has an expiry, and is not in the object's text."""
    claim = await alice.create_claim()
    assert claim.code.startswith("claim-")
    assert claim.code in plex_tv.secrets
    assert claim.lifetime == 240
    assert claim.code not in f"{claim}{claim!r}"
    plex_tv.quirks.xml_despite_accept = True
    assert (await alice.create_claim()).code != claim.code


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"token": None},
        {"token": ""},
        {"token": "null"},
        {"token": 7},
        {"token": "claim code"},
        {"token": "claim-ü"},
        {"token": "c" * 5000},
        {"authToken": "claim-7"},
    ],
    ids=str,
)
async def test_no_claim_code(
    plex_tv: Simulator, alice: PlexTvClient, answer: object
) -> None:
    """A response without a claim code is unreadable."""
    plex_tv.misbehave("GET", CLAIM, Fault.body(json.dumps(answer)))
    with pytest.raises(PlexTvResponseError) as failure:
        await alice.create_claim()
    expected = "plex.tv's answer to making a claim code cannot be read"
    assert str(failure.value) == expected


async def test_a_claim_code_needs_an_account(client: PlexTvClient) -> None:
    """A client without a token gets no claim code."""
    with pytest.raises(PlexTvAuthenticationError, match=r": Unauthorized$"):
        await client.create_claim()
