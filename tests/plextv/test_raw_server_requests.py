"""The token of a server opens this server, at the addresses that plex.tv lists."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from custom_components.plex_account.plextv import Connection, PlexTvClient, RawRequest
from simulator import Fault, Simulator

from .raw_targets import SERVER_TOKEN, attic_at
from .samples import CLIENT, IDENTITY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECTIONS = RawRequest(path="/library/sections")
OK = Fault.body("{}")


@pytest.fixture
async def machine(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Provide something that answers as a server."""
    async with Simulator() as machine:
        machine.misbehave("*", "*", OK, times=None)
        yield machine


async def test_another_address_gets_nothing(
    plex_tv: Simulator, alice: PlexTvClient, machine: Simulator
) -> None:
    """An address that is none of the server's is not asked, with or without token."""
    attic = attic_at(plex_tv)
    listed = attic.connections[0]
    for connection in (
        attic_at(machine).connections[0],
        replace(listed, uri=f"{listed.uri}/folder"),
        replace(listed, uri=listed.uri.replace("http:", "https:")),
        replace(listed, relay=True),
    ):
        with pytest.raises(ValueError, match="not a connection of this server"):
            await alice.request_server(attic, connection, SECTIONS)
    with pytest.raises(ValueError, match="not a connection of this server"):
        await alice.request_server(replace(attic, connections=()), listed, SECTIONS)
    assert not machine.requests
    assert not plex_tv.requests


async def test_the_chosen_address_is_asked(
    plex_tv: Simulator, alice: PlexTvClient, machine: Simulator
) -> None:
    """Of several addresses the one that the caller names, and no other."""
    here = attic_at(machine)
    there = attic_at(plex_tv)
    attic = replace(here, connections=(*there.connections, *here.connections))
    await alice.request_server(attic, attic.connections[1], SECTIONS)
    [seen] = machine.requests
    assert seen.headers["X-Plex-Token"] == SERVER_TOKEN
    assert not plex_tv.requests


async def test_a_server_without_token(alice: PlexTvClient, machine: Simulator) -> None:
    """The account's token does not go in its place."""
    attic = replace(attic_at(machine), token=None)
    await alice.request_server(attic, attic.connections[0], SECTIONS)
    [seen] = machine.requests
    assert "X-Plex-Token" not in seen.headers


@pytest.mark.parametrize("folder", ["", "/plex", "/a/b%20c"])
async def test_a_server_in_a_folder(
    alice: PlexTvClient, machine: Simulator, folder: str
) -> None:
    """A server may stand beside others at one address."""
    attic = attic_at(machine, folder)
    await alice.request_server(attic, attic.connections[0], SECTIONS)
    [seen] = machine.requests
    assert seen.path == f"{folder}/library/sections".replace("%20", " ")


async def test_headers_for_others(plex_tv: Simulator, client: PlexTvClient) -> None:
    """Who asks by themselves gets the one token that they need, and who asks."""
    token = plex_tv.sign_in("alice", client_identifier=CLIENT)
    alice = client.with_token(token)
    attic = attic_at(plex_tv)
    given = {
        "plex.tv": alice.headers(),
        "server": alice.headers(attic),
        "server without": alice.headers(replace(attic, token=None)),
        "signed out": client.headers(),
    }
    sent = {name: headers.get("X-Plex-Token") for name, headers in given.items()}
    assert sent == {
        "plex.tv": token,
        "server": SERVER_TOKEN,
        "server without": None,
        "signed out": None,
    }
    for name, headers in given.items():
        known = headers["X-Plex-Client-Identifier"] == CLIENT
        assert known is not name.startswith("server")
        assert headers["X-Plex-Product"] == IDENTITY.product
        assert headers["Accept"] == "application/json"


async def test_headers_are_the_callers(alice: PlexTvClient) -> None:
    """Whoever changes them changes nobody else's requests."""
    alice.headers()["X-Plex-Token"] = "other"
    assert alice.headers()["X-Plex-Token"] != "other"
    assert (await alice.request(RawRequest(path="/api/v2/ping"))).data == {"pong": True}


def test_addresses_stay_out_of_texts(plex_tv: Simulator) -> None:
    """Neither a connection nor a server tells where it is."""
    attic = attic_at(plex_tv)
    connection = Connection(uri=attic.connections[0].uri, local=True, relay=False)
    assert str(plex_tv.url.port) not in f"{attic}{connection!r}"
