"""The data with which a new simulator continues the previous one."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypedDict

from .devices import Device
from .errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .people import Person
    from .servers import Route
    from .world import World

    type Ports = Mapping[str, Mapping[Route, int]]
    """The ports of servers, by their names."""

_OF_SERVER: Final = (
    "machine_identifier",
    "certificate",
    "device_id",
    "token",
    "guests",
)


class _Names(TypedDict):
    """The random data of a person."""

    id: int
    uuid: str
    username: str


class _SignIn(TypedDict):
    """A signed-in device."""

    id: int
    person: str
    client_identifier: str
    token: str
    created_at: str
    facts: dict[str, str]


class Memory(TypedDict):
    """All issued tokens and random data, and all watchlists, as JSON."""

    people: dict[str, _Names]
    servers: dict[str, dict[str, object]]
    devices: list[_SignIn]
    watchlists: dict[str, list[str]]
    ports: Ports


def memory_of(world: World, ports: Ports) -> Memory:
    """Return the data with which another world can continue this one."""
    return Memory(
        people={key: _names_of(person) for key, person in world.people.items()},
        servers={
            name: {fact: getattr(server, fact) for fact in _OF_SERVER}
            for name, server in world.servers.by_name.items()
        },
        devices=[
            _sign_in_of(device)
            for person in world.people
            for device in world.devices.of(person)
        ],
        watchlists={
            person: [title.key for title in world.watchlists.of(person)]
            for person in world.people
        },
        ports=ports,
    )


def remember(world: World, memory: Memory) -> Ports:
    """Restore the data in a new world; return the ports of its servers.

    Raises SimulatorError if this is no memory. People, servers and titles that do not
    exist any more are left out.
    """
    try:
        for key, names in memory["people"].items():
            _rename(world, key, names)
        for name, facts in memory["servers"].items():
            if server := world.servers.by_name.get(name):
                for fact in _OF_SERVER:
                    setattr(server, fact, facts[fact])
        world.devices.restore(
            _device(world, sign_in)
            for sign_in in memory["devices"]
            if sign_in["person"] in world.people
        )
        for person, titles in memory["watchlists"].items():
            known = [key for key in titles if key in world.watchlists.catalogue]
            world.watchlists.restore(person, known)
        return {name: {**ports} for name, ports in memory["ports"].items()}
    except (AttributeError, KeyError, TypeError, ValueError) as err:
        message = "This is no memory of a simulator"
        raise SimulatorError(message) from err


def _names_of(person: Person) -> _Names:
    """Return the random data of a person."""
    return _Names(id=person.id, uuid=person.uuid, username=person.username)


def _rename(world: World, key: str, names: _Names) -> None:
    """Restore the random data of a person."""
    person = world.people.get(key)
    if person is None or _names_of(person) == names:
        return
    renamed = world.people[key] = replace(person, **names)
    for server in world.servers.ever:
        if server.owner is person:
            server.owner = renamed


def _sign_in_of(device: Device) -> _SignIn:
    """Return the data of a device that has to be restored."""
    return _SignIn(
        id=device.id,
        person=device.person,
        client_identifier=device.client_identifier,
        token=device.token,
        created_at=device.created_at.isoformat(),
        facts=device.facts,
    )


def _device(world: World, sign_in: _SignIn) -> Device:
    """Restore a device that was signed in before."""
    world.client_identifiers.add(sign_in["client_identifier"])
    return Device(
        id=sign_in["id"],
        person=sign_in["person"],
        client_identifier=sign_in["client_identifier"],
        token=sign_in["token"],
        created_at=datetime.fromisoformat(sign_in["created_at"]),
        last_seen_at=world.now(),
        facts={**sign_in["facts"]},
    )
