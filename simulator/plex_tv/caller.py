"""The client and the person who sent a request to plex.tv."""

from typing import TYPE_CHECKING

from simulator.http.parameters import CLIENT_IDENTIFIER, TOKEN, parameters
from simulator.http.refusals import Problem, Refused

if TYPE_CHECKING:
    from aiohttp import web

    from simulator.world.devices import Device
    from simulator.world.people import Person
    from simulator.world.world import World


async def client_identifier(request: web.Request, world: World) -> str:
    """Return the client identifier, which every request needs."""
    given = (await parameters(request)).get(CLIENT_IDENTIFIER)
    if not given:
        raise Refused(Problem.NO_CLIENT_IDENTIFIER)
    world.client_identifiers.add(given)
    return given


async def caller(request: web.Request, world: World) -> tuple[Person, Device]:
    """Return the person and the device of the token of a request.

    plex.tv also updates the device's row with the parameters of the request.
    """
    await client_identifier(request, world)
    given = await parameters(request)
    device = world.devices.by_token(given.get(TOKEN, ""))
    if device is None:
        raise Refused(Problem.NOT_AUTHENTICATED)
    if given[CLIENT_IDENTIFIER] == device.client_identifier:
        device.update(given, world.now())
    return world.people[device.person], device
