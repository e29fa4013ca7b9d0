"""The random data of a simulator comes from a seeded generator."""

from random import Random, seed

from aiohttp import ClientSession

from simulator import Simulator
from tests.helpers.routes import CLAIM, USER
from tests.simulator import CLIENT, address, create, get, with_token


def furnished(plex_tv: Simulator) -> dict[str, object]:
    """Add one of everything to a simulator; return the random data."""
    plex_tv.add_person("dana")
    plex_tv.add_home_user("erin", managed=False)
    shed = plex_tv.add_server("bob", name="Shed", owned=False)
    names = plex_tv.names
    plex_tv.add_player("bob", name="Bedroom TV")
    device = plex_tv.sign_in_device("bob")
    made: dict[str, object] = {
        "player": plex_tv.names - names,
        "identifier of a device": device.client_identifier,
        "token of a device": device.token,
        "stream": shed.playback.start(plex_tv.people["bob"]).id,
        "name of a member": plex_tv.people["erin"].username,
        "token of a member": plex_tv.servers["Attic"].data.guests["erin"],
        "token of a guest": shed.data.guests["bob"],
    }
    for key, person in plex_tv.people.items():
        made[f"service token of {key}"] = person.service_token
    for key in ("dana", "erin"):
        made[f"id of {key}"] = plex_tv.people[key].id
        made[f"uuid of {key}"] = plex_tv.people[key].uuid
    for name, server in plex_tv.servers.items():
        made[f"identifier of {name}"] = server.machine_identifier
        made[f"certificate of {name}"] = server.data.certificate
        made[f"row of {name}"] = server.data.device_id
        made[f"token of {name}"] = server.data.token
    return made


async def answered(plex_tv: Simulator) -> dict[str, object]:
    """Request one of everything; return the random data of the responses."""
    made: dict[str, object] = {}
    token = plex_tv.sign_in("alice", CLIENT)
    async with plex_tv, ClientSession(plex_tv.url) as http:
        for strong in ("false", "true"):
            pin = await create(http, data={"strong": strong})
            made[f"id of a PIN, strong: {strong}"] = pin["id"]
            made[f"code, strong: {strong}"] = pin["code"]
        made["claim token"] = await get(http, CLAIM, token)
        server = address(plex_tv.servers["Attic"])
        made["transient token"] = await get(http, f"{server}/security/token", token)
        for url in (USER, f"{server}/identity"):
            async with http.get(url, headers=with_token(token)) as response:
                made[f"answer of {url.rpartition('/')[2]}"] = response.headers[
                    "x-request-id"
                ]
    return made


async def made_up(chance: Random | None = None) -> dict[str, object]:
    """Return all random data of a new simulator."""
    plex_tv = Simulator(media_servers=True, chance=chance)
    return furnished(plex_tv) | await answered(plex_tv)


async def test_same_seed(socket_enabled: None) -> None:
    """Two simulators with the same seed have the same random data."""
    assert await made_up(Random(7)) == await made_up(Random(7))  # noqa: S311 - no secret


async def test_seed_of_a_test(socket_enabled: None) -> None:
    """Without a generator of its own, the seed of the test decides."""
    made = []
    for _ in range(2):
        seed(7)
        made.append(await made_up())
    assert made[0] == made[1]


async def test_two_in_a_test(socket_enabled: None) -> None:
    """Two simulators in one test have no random data in common."""
    seed(7)
    one, other = await made_up(), await made_up()
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] == other[name]] == []


def test_seeded_again() -> None:
    """A simulator that outlives a test does not repeat itself in the next one."""
    plex_tv = Simulator()
    tokens = set()
    for _ in range(2):
        seed(7)
        tokens.add(plex_tv.sign_in_device("bob").token)
    assert len(tokens) == 2
