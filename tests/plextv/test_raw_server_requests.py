"""Raw requests to a server are sent only to addresses that plex.tv lists."""

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
    """Provide a simulator that acts as a server."""
    async with Simulator() as machine:
        machine.misbehave("*", "*", OK, times=None)
        yield machine


async def test_another_address_gets_nothing(
    plex_tv: Simulator, alice: PlexTvClient, machine: Simulator
) -> None:
    """An address that is not one of the server's gets no request."""
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
    """The request goes to the address that the caller chooses."""
    here = attic_at(machine)
    there = attic_at(plex_tv)
    attic = replace(here, connections=(*there.connections, *here.connections))
    await alice.request_server(attic, attic.connections[1], SECTIONS)
    [seen] = machine.requests
    assert seen.headers["X-Plex-Token"] == SERVER_TOKEN
    assert not plex_tv.requests


async def test_a_server_without_token(alice: PlexTvClient, machine: Simulator) -> None:
    """A server without a token does not get the account's token."""
    attic = replace(attic_at(machine), token=None)
    await alice.request_server(attic, attic.connections[0], SECTIONS)
    [seen] = machine.requests
    assert "X-Plex-Token" not in seen.headers


@pytest.mark.parametrize("folder", ["", "/plex", "/a/b%20c"])
async def test_a_server_in_a_folder(
    alice: PlexTvClient, machine: Simulator, folder: str
) -> None:
    """A server's base URL may have a path."""
    attic = attic_at(machine, folder)
    await alice.request_server(attic, attic.connections[0], SECTIONS)
    [seen] = machine.requests
    assert seen.path == f"{folder}/library/sections".replace("%20", " ")


async def test_headers_for_others(plex_tv: Simulator, client: PlexTvClient) -> None:
    """Headers for other programs have one token and identify the client."""
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
    """The headers are a copy: changing them does not affect the client."""
    alice.headers()["X-Plex-Token"] = "other"
    assert alice.headers()["X-Plex-Token"] != "other"
    assert (await alice.request(RawRequest(path="/api/v2/ping"))).data == {"pong": True}


def test_addresses_stay_out_of_texts(plex_tv: Simulator) -> None:
    """The texts of connections and servers contain no address."""
    attic = attic_at(plex_tv)
    connection = Connection(uri=attic.connections[0].uri, local=True, relay=False)
    assert str(plex_tv.url.port) not in f"{attic}{connection!r}"
