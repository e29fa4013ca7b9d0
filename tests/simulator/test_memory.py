"""The memory with which a simulator continues, and the file in which it is stored."""

import asyncio
import json
import socket
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession
import pytest

from demo.errors import DemoError
from demo.memory import FILE, Memory
from simulator import Simulator, SimulatorError
from tests.helpers.ports import non_ephemeral_port
from tests.helpers.routes import HOME_USERS, IDENTITY, RESOURCES
from tests.simulator import CLIENT, address, with_token

if TYPE_CHECKING:
    from pathlib import Path


def furnished() -> Simulator:
    """Create a simulator as the demo does."""
    plex_tv = Simulator(media_servers=True)
    plex_tv.add_home_user("dana", pin="4711")
    return plex_tv


def with_lasting_ports(plex_tv: Simulator) -> Simulator:
    """Choose ports for a simulator that are free again after its end."""
    for server in plex_tv.servers.values():
        server.ports = {
            place.route: non_ephemeral_port()
            for place in server.places
            if place.answers
        }
    return plex_tv


def through_json(plex_tv: Simulator) -> Any:  # noqa: ANN401 - any JSON
    """Return the memory of a simulator after a conversion to JSON and back."""
    return json.loads(json.dumps(plex_tv.memory))


async def seen_with(plex_tv: Simulator, token: str) -> list[Any]:
    """Return the responses of plex.tv and of a server about an account."""
    headers = with_token(token)
    told = []
    async with ClientSession(plex_tv.url) as http:
        for path in (RESOURCES, HOME_USERS):
            async with http.get(path, headers=headers) as response:
                assert response.status == 200
                told.append(await response.json())
        async with http.get(
            f"{address(plex_tv.servers['Attic'])}{IDENTITY}", headers=headers
        ) as response:
            told.append(await response.json())
    # Neither players nor the ports of silent addresses are stored.
    told[0] = [row for row in told[0] if row["provides"] == "server"]
    for server in told[0]:
        del server["connections"]
    return told


async def test_it_goes_on(socket_enabled: None) -> None:
    """Sign-ins, identifiers, addresses and watchlists are restored."""
    async with with_lasting_ports(furnished()) as before:
        alice, dana = (
            before.sign_in(who, f"{CLIENT}{who}") for who in ("alice", "dana")
        )
        before.sign_in_device("bob")
        before.discover.add("dana", before.discover.title("Basement"))
        before.discover.remove("alice", before.discover.watchlist("alice")[0])
        lists = {who: before.discover.watchlist(who) for who in ("alice", "dana")}
        ids = [device.id for device in before.devices("bob")]
        told = [await seen_with(before, token) for token in (alice, dana)]
        memory = through_json(before)
    after = furnished()
    after.remember(memory)
    async with after:
        assert [await seen_with(after, token) for token in (alice, dana)] == told
        assert lists == {who: after.discover.watchlist(who) for who in lists}
        assert [device.id for device in after.devices("bob")] == ids
        assert after.sign_in_device("bob").id not in ids
        for same in ("people", "ports"):
            assert through_json(after)[same] == memory[same]
        assert {alice, dana} <= after.secrets


async def test_a_sign_out_is_kept(socket_enabled: None) -> None:
    """A revoked token stays revoked."""
    async with furnished() as before:
        token = before.sign_in("alice", CLIENT)
        before.revoke(token)
        memory = through_json(before)
    async with furnished() as after:
        after.remember(memory)
        assert not after.token_is_valid(token)
        assert len(after.devices("alice")) == 1


async def test_a_taken_port(socket_enabled: None) -> None:
    """A port that is in use by now is replaced."""
    async with with_lasting_ports(furnished()) as before:
        memory = through_json(before)
        old = address(before.servers["Cabin"], "remote")
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(old.rpartition(":")[2])))
        other.listen()
        after = furnished()
        after.remember(memory)
        async with after:
            assert address(after.servers["Cabin"], "remote") != old


async def test_what_is_not_there_any_more(socket_enabled: None) -> None:
    """People, servers and titles that no longer exist are left out."""
    async with furnished() as before:
        before.add_person("erin")
        await before.add_server("erin", name="Loft").start()
        before.discover.fill("erin", 3)
        before.discover.add("alice", before.discover.watchlist("erin")[0])
        memory = through_json(before)
    async with furnished() as after:
        kept = after.discover.watchlist("alice")
        after.remember(memory)
        assert after.discover.watchlist("alice") == kept
        assert after.servers.keys() == {"Attic", "Cabin", "Bob's Basement"}


async def test_without_media_servers(socket_enabled: None) -> None:
    """Without media servers, no ports are stored."""
    async with Simulator() as before:
        token = before.sign_in("alice", CLIENT)
        memory = through_json(before)
    assert memory["ports"] == {}
    async with furnished() as with_ports:
        memory["ports"] = through_json(with_ports)["ports"]
    async with Simulator() as after:
        after.remember(memory)
        assert after.token_is_valid(token)


@pytest.mark.parametrize("memory", [{}, [], {"people": 1}, {"people": {"alice": {}}}])
def test_no_memory(socket_enabled: None, memory: Any) -> None:  # noqa: ANN401 - any JSON
    """An invalid memory is refused."""
    with pytest.raises(SimulatorError, match="no memory"):
        Simulator().remember(memory)


async def test_the_file_of_the_demo(socket_enabled: None, tmp_path: Path) -> None:
    """The file is written after a change and at the end, and read at the start."""
    folder = tmp_path / "new"
    before = furnished()
    memory = Memory(folder, before)
    async with before:
        async with memory:
            while not (folder / FILE).exists():  # noqa: ASYNC110 - no event
                await asyncio.sleep(0)
            token = before.sign_in("alice", CLIENT)
        written = (folder / FILE).stat().st_mtime_ns
        memory.write()
        assert (folder / FILE).stat().st_mtime_ns == written
    assert [path.name for path in folder.iterdir()] == [FILE]
    after = furnished()
    Memory(folder, after)
    assert after.token_is_valid(token)


@pytest.mark.parametrize("text", ["", "{}", "[1, 2"])
def test_a_damaged_file(socket_enabled: None, tmp_path: Path, text: str) -> None:
    """The error for a damaged file contains its name and the solution."""
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(DemoError, match=f"{FILE} cannot be read; delete it"):
        Memory(tmp_path, furnished())
