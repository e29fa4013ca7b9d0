"""Routes about the person who is signed in and their devices."""

import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from simulator.http.wire import xml_response
from simulator.world.world import TOKEN, State, parameters

from .account_body import account_body, home_body
from .devices import device_element, device_list
from .friends import friends_element

if TYPE_CHECKING:
    from simulator.http.wire import Json
    from simulator.world.people import Person
    from simulator.world.servers import SimulatedServer


class AccountRoutes:
    """The account, keeping it alive, signing out, claims and devices."""

    def __init__(self, state: State) -> None:
        """Answer from this state."""
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.get("/api/v2/user", self._user),
            web.get("/api/v2/ping", self._ping),
            web.delete("/api/v2/users/signout", self._sign_out),
            web.get("/api/v2/home/users", self._home),
            web.get("/api/v2/user/webhooks", self._webhooks),
            web.post("/api/v2/user/webhooks", self._set_webhooks),
            web.get("/api/claim/token", self._claim),
            web.get("/api/v2/devices", self._devices),
            web.get("/devices.xml", self._devices_xml),
            web.delete("/devices/{id}.xml", self._remove_device),
            web.get("/api/users", self._friends),
            web.get("/api/users/", self._friends),
        ]

    async def _user(self, request: web.Request) -> web.Response:
        """Tell whose token it is, and echo the token."""
        person, device = await self._state.caller(request)
        body = account_body(person, device.token, self._state.quirks)
        return self._state.wire.answer(request, "user", body)

    async def _ping(self, request: web.Request) -> web.Response:
        """Keep a token alive."""
        await self._state.caller(request)
        return self._state.wire.answer(request, "pong", {"pong": True}, in_xml=True)

    async def _sign_out(self, request: web.Request) -> web.Response:
        """End a token, and with it the device's row."""
        _, device = await self._state.caller(request)
        self._state.devices.remove(device)
        return web.Response(status=204)

    async def _home(self, request: web.Request) -> web.Response:
        """List everybody in the Plex Home."""
        person, _ = await self._state.caller(request)
        body = home_body(person, self._state.people)
        return self._state.wire.answer(request, "home", body)

    async def _webhooks(self, request: web.Request) -> web.Response:
        """List where the person's servers tell what is played."""
        person, _ = await self._state.caller(request)
        return self._listed_webhooks(request, person)

    async def _set_webhooks(self, request: web.Request) -> web.Response:
        """Replace the whole list by the one in the form."""
        person, _ = await self._state.caller(request)
        form = await request.post()
        person.webhooks[:] = map(str, form.getall("urls[]", []))
        return self._listed_webhooks(request, person, status=201)

    def _listed_webhooks(
        self, request: web.Request, person: Person, status: int = 200
    ) -> web.Response:
        """Say a person's list."""
        body: list[Json] = [{"url": url} for url in person.webhooks]
        return self._state.wire.answer(request, "webhooks", body, status=status)

    async def _claim(self, request: web.Request) -> web.Response:
        """Make a claim code; this old route says JSON whatever is asked for."""
        given = await parameters(request)
        if self._state.devices.by_token(given.get(TOKEN, "")) is None:
            return web.json_response({"error": "Unauthorized"}, status=401)
        claim = f"claim-{secrets.token_urlsafe(15)}"
        self._state.issued.add(claim)
        return web.json_response({"token": claim})

    async def _devices(self, request: web.Request) -> web.Response:
        """List the person's devices with the token of each."""
        person, _ = await self._state.caller(request)
        listed = device_list(self._state.devices.of(person.key), _owned_by(person))
        return self._state.wire.answer(request, "devices", listed)

    async def _devices_xml(self, request: web.Request) -> web.Response:
        """List the same on the old route."""
        person, _ = await self._state.caller(request)
        rows = self._state.devices.of(person.key)
        return xml_response(device_element(rows, _owned_by(person)))

    async def _friends(self, request: web.Request) -> web.Response:
        """List the people who use the person's servers."""
        person, _ = await self._state.caller(request)
        return xml_response(friends_element(person, self._state.people.values()))

    async def _remove_device(self, request: web.Request) -> web.Response:
        """Remove a device by its number."""
        person, _ = await self._state.caller(request)
        for row in self._state.devices.of(person.key):
            if str(row.id) == request.match_info["id"]:
                self._state.devices.remove(row)
                return web.Response(status=204)
        return web.Response(status=404)


def _owned_by(person: Person) -> list[SimulatedServer]:
    """List a person's own servers."""
    return [server for server in person.servers if server.owner is person]
